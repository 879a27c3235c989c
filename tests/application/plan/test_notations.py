"""How a source writes is recognised, or the complaint says what to declare."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from application.plan.errors import Complaints
from application.plan.handed_in import handed_in
from application.plan.notation import NotANotation, Notation
from application.plan.reading import Plan, read_plan

UNITS = "unit_id,name,kind,parent_unit_id,effective_on\n"
KEY_RESULTS = "key_result_id,objective_id,title,kind,unit_of_measure,baseline,target,weight\n"


def read(folder: Path, notation: Notation = Notation()) -> tuple[Plan, list[str]]:  # noqa: B008 - immutable
    with handed_in(folder) as files:
        complaints = Complaints(files.shown)
        plan = read_plan(files, notation, complaints)
    return plan, [str(error) for error in complaints.errors()]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_separators_and_encodings_that_show_themselves_are_read(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    text = (UNITS + 'A,"Größe; Łódź, 東京",team,,2025-01-01\n').replace(",", separator)
    text = text.replace(f"Größe; Łódź{separator} 東京", "Größe; Łódź, 東京")
    (tmp_path / "units.csv").write_bytes(text.encode(encoding))
    plan, wrong = read(tmp_path)
    assert wrong == []
    assert plan.units.rows["A"].name == "Größe; Łódź, 東京"


def test_the_separator_that_a_spreadsheet_declares_is_taken(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("sep=;\n" + UNITS.replace(",", ";") + "A;B;crew;;\n")
    _, wrong = read(tmp_path)
    assert [each.split(": ")[0] for each in wrong] == ["units.csv:3:kind"]


@pytest.mark.parametrize(("encoding", "name"), [("cp1252", "Müller & Größe €"), ("cp1250", "Łódź")])
def test_another_encoding_is_one_complaint_and_is_read_when_declared(
    tmp_path: Path, encoding: str, name: str
) -> None:
    rows = "".join(f"{id},{name},team,,2025-01-01\n" for id in "ABC")
    (tmp_path / "units.csv").write_bytes((UNITS + rows).encode(encoding))
    _, (wrong,) = read(tmp_path)
    assert wrong.startswith("units.csv:2:name: is not UTF-8")
    assert "--encoding cp1252" in wrong
    plan, found = read(tmp_path, Notation(encoding=encoding))
    assert found == []
    assert {row.name for row in plan.units} == {name}


def test_a_damaged_cell_among_sound_ones_is_damage_and_no_encoding(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_bytes(UNITS.encode() + "A,Größe,team,,\n".encode() + b"B,M\xfcll,team,,\n")
    _, wrong = read(tmp_path)
    assert wrong == ["units.csv:3:name: is not UTF-8"]


@pytest.mark.parametrize(
    ("form", "cell", "day"),
    [
        ("DD.MM.YYYY", "31.03.2026", date(2026, 3, 31)),
        ("DD.MM.YYYY", "1.4.2026", date(2026, 4, 1)),
        ("MM/DD/YYYY", "3/4/2026", date(2026, 3, 4)),
        ("DD/MM/YYYY", "3/4/2026", date(2026, 4, 3)),
        ("YYYY/MM/DD", "2026/03/31", date(2026, 3, 31)),
        ("DD.MM.YYYY", "2026-03-31", date(2026, 3, 31)),
        ("DD.MM.YYYY", "31.02.2026", None),
        ("DD.MM.YYYY", "3/4/2026", None),
        ("YYYY-MM-DD", "2026-3-1", None),
    ],
)
def test_dates_are_read_in_the_form_that_is_declared(form: str, cell: str, day: date | None) -> None:
    assert Notation(dates=form).day(cell) == day


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("31.03.2026", "--dates DD.MM.YYYY"),
        ("3/31/2026", "--dates MM/DD/YYYY"),
        ("3/4/2026", "--dates DD/MM/YYYY or MM/DD/YYYY"),
        ("31-12-2026", "--dates DD-MM-YYYY"),
    ],
)
def test_a_date_in_a_local_form_is_told_how_to_be_declared(tmp_path: Path, cell: str, hint: str) -> None:
    (tmp_path / "units.csv").write_text(UNITS + f"A,B,team,,{cell}\n")
    _, (wrong,) = read(tmp_path)
    assert wrong.startswith(f"units.csv:2:effective_on: '{cell}' is not a date (YYYY-MM-DD)")
    assert wrong.endswith(hint)


@pytest.mark.parametrize("cell", ["0026-03-31", "1899-12-31", "2201-01-01", "9999-12-31"])
def test_a_day_that_nobody_means_is_a_typing_error(tmp_path: Path, cell: str) -> None:
    (tmp_path / "units.csv").write_text(UNITS + f"A,B,team,,{cell}\n")
    _, wrong = read(tmp_path)
    assert wrong == [f"units.csv:2:effective_on: '{cell}' is not from 1900-01-01 to 2200-12-31"]


def target(tmp_path: Path, cell: str, notation: Notation) -> tuple[Decimal | None, list[str]]:
    heading = KEY_RESULTS.replace(",", ";")
    (tmp_path / "key_results.csv").write_text(f"{heading}K;O;t;increase;;0;{cell};1\n")
    plan, wrong = read(tmp_path, notation)
    row = plan.key_results.rows.get("K")
    return row.target if row else None, wrong


@pytest.mark.parametrize(
    ("cell", "value"), [("12,5", "12.5"), ("-0,25", "-0.25"), ("7", "7"), (",5", "0.5"), ("1,5e3", "1500")]
)
def test_a_decimal_comma_is_read_when_declared(tmp_path: Path, cell: str, value: str) -> None:
    assert target(tmp_path, cell, Notation(decimal_comma=True)) == (Decimal(value), [])


def test_a_decimal_comma_that_is_not_declared_is_told_how_to_be(tmp_path: Path) -> None:
    _, (wrong,) = target(tmp_path, "12,5", Notation())
    assert wrong.endswith("declare --decimal-comma if its comma is one")


@pytest.mark.parametrize("cell", ["1.234", "1.234,5", "1,234,5"])
def test_what_may_part_thousands_is_not_guessed(tmp_path: Path, cell: str) -> None:
    assert target(tmp_path, cell, Notation(decimal_comma=True))[0] is None


@pytest.mark.parametrize(
    ("option", "notation"),
    [
        ("dates", {"dates": "DD.MM.YY"}),
        ("dates", {"dates": "MM.YYYY"}),
        ("dates", {"dates": ""}),
        ("encoding", {"encoding": "klingon"}),
        ("encoding", {"encoding": "rot13"}),
    ],
)
def test_a_form_that_is_none_is_refused(option: str, notation: dict[str, str]) -> None:
    with pytest.raises(NotANotation) as refused:
        Notation(**notation)  # type: ignore[arg-type]  # one of each type
    assert refused.value.option == option


def test_columns_that_are_missing_or_unknown_leave_the_other_cells_readable(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("unit_id,name,kind,effective_on,colour\nA,,crew,soon,red\n")
    _, wrong = read(tmp_path)
    assert [each.split(": ")[0] for each in wrong] == [
        "units.csv:1:colour",
        "units.csv:1:parent_unit_id",
        "units.csv:2:name",
        "units.csv:2:kind",
        "units.csv:2:effective_on",
    ]


def test_empty_cells_and_headings_beyond_the_columns_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(UNITS.replace("\n", ",,\n") + "A,B,team,,,,\nC,D,team,,2025-01-01\n")
    plan, wrong = read(tmp_path)
    assert (wrong, plan.units.ids()) == ([], {"A", "C"})
