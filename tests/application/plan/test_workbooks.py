"""A workbook says what a folder says: one sheet for a file, bounded in size."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from application.plan import PlanInvalid
from application.plan.errors import CellError, Complaints
from application.plan.handed_in import handed_in
from application.plan.notation import Notation
from application.plan.reading import Plan, read_plan
from application.plan.writing import template_workbook
from tests.application.plan.conftest import Import
from tests.plan_folders import SMALL_PLAN_ROWS, PlanFolder

UNITS = ["unit_id", "name", "kind", "parent_unit_id", "effective_on"]
KEY_RESULTS = "key_result_id objective_id title kind unit_of_measure baseline target weight".split()
Sheets = dict[str, Sequence[Sequence[Any]]]


def workbook(path: Path, sheets: Sheets) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def read(path: Path, notation: Notation = Notation()) -> tuple[Plan, list[str]]:  # noqa: B008 - immutable
    with handed_in(path) as files:
        complaints = Complaints(files.shown)
        plan = read_plan(files, notation, complaints)
    return plan, [str(error) for error in complaints.errors()]


def packed(plan: PlanFolder, path: Path, inside: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for file in plan.write().iterdir():
            made.write(file, f"{inside}{file.name}")
    return path


def in_workbook(plan: PlanFolder, path: Path) -> Path:
    sheets: Sheets = {}
    for file, rows in plan.files.items():
        heading = list(dict.fromkeys(name for row in rows for name in row))
        sheets[file.removesuffix(".csv")] = [heading, *([row.get(name) for name in heading] for row in rows)]
    return workbook(path, sheets)


@pytest.mark.parametrize("form", ["folder", "zip", "zip of a folder", "workbook"])
def test_a_folder_a_zip_and_a_workbook_are_imported_alike(
    importing: Import, plan: PlanFolder, tmp_path: Path, form: str
) -> None:
    made: dict[str, Callable[[], Path]] = {
        "folder": plan.write,
        "zip": lambda: packed(plan, tmp_path / "harbour.zip"),
        "zip of a folder": lambda: packed(plan, tmp_path / "harbour.zip", "harbour/"),
        "workbook": lambda: in_workbook(plan, tmp_path / "harbour.xlsx"),
    }
    report = importing(made[form]())
    assert report.rows == SMALL_PLAN_ROWS
    assert sum(report.events.values()) == 57
    assert importing(plan.write()).unchanged


def test_the_source_is_the_name_without_its_ending(tmp_path: Path) -> None:
    with handed_in(workbook(tmp_path / "harbour.xlsx", {"units": [UNITS]})) as files:
        assert files.name == "harbour"


def test_cells_of_a_workbook_are_what_they_are(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        KEY_RESULTS,
        [7, "O", "_x005F_x0041_\nb", "increase", True, 0.1, 76_000.0, 1],
        [date(2026, 3, 1), "O", 12.5, "increase", None, "0,5", 12.345678901, None],
    ]
    plan, wrong = read(workbook(tmp_path / "a.xlsx", {"Key results": rows}), Notation(decimal_comma=True))
    assert wrong == []
    seven, other = plan.key_results.rows["7"], plan.key_results.rows["2026-03-01"]
    assert (seven.title, seven.unit_of_measure) == ("_x0041_\nb", "TRUE")
    assert (seven.baseline, seven.target) == (Decimal("0.1"), Decimal(76_000))
    assert (other.title, other.baseline, other.target) == (
        "12,5",
        Decimal("0.5"),
        Decimal("12.345678901"),
    )


def test_days_of_a_workbook_are_read_whatever_form_is_declared(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        UNITS,
        ["A", "A", "team", None, datetime.combine(date(2026, 3, 4), time())],
        ["B", "B", "team", "A", "3/4/2026"],
    ]
    plan, wrong = read(workbook(tmp_path / "a.xlsx", {"units": rows}), Notation(dates="DD/MM/YYYY"))
    assert wrong == []
    assert [row.effective_on for row in plan.units] == [date(2026, 3, 4), date(2026, 4, 3)]


def test_a_bad_cell_of_a_workbook_is_named_by_sheet_row_and_column(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        UNITS,
        ["A", "A", "crew", None, datetime.combine(date(2026, 3, 4), time(12))],
        [],
        ["B", None, "team", "C", 46_000],
    ]
    _, wrong = read(workbook(tmp_path / "a.xlsx", {"Units": rows, "Sheet2": [], "Notes": [["by hand"]]}))
    assert [each.split(": ")[0] for each in wrong] == [
        "Notes:0:-",
        "Units:2:kind",
        "Units:2:effective_on",
        "Units:4:name",
        "Units:4:effective_on",
    ]


def test_a_formula_without_its_result_is_named(tmp_path: Path) -> None:
    rows: list[list[Any]] = [UNITS, ["A", '=CONCATENATE("a","b")', "team", None, None]]
    _, wrong = read(workbook(tmp_path / "a.xlsx", {"units": rows}))
    (complaint,) = wrong
    assert complaint.startswith("units:2:name: holds a formula without its result")


def test_a_formula_with_its_result_is_that(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"units": [UNITS, ["A", '=CONCATENATE("a","b")', "team"]]})
    calculated = (
        b"</f><v></v>",
        b"</f><v>ab</v>",
        b"</f><v />",
        b"</f><v>ab</v>",
        b'r="B2"',
        b'r="B2" t="str"',
    )
    rewritten(path, "xl/worksheets/sheet1.xml", *calculated)
    plan, wrong = read(path)
    assert (wrong, plan.units.rows["A"].name) == ([], "ab")


def rewritten(path: Path, part: str, *pairs: bytes) -> None:
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for before, after in zip(pairs[::2], pairs[1::2], strict=True):
        parts[part] = parts[part].replace(before, after)
    with zipfile.ZipFile(path, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)


def refused(path: Path) -> CellError:
    with pytest.raises(PlanInvalid) as found, handed_in(path) as files:
        read_plan(files, Notation(), Complaints(files.shown))
    (error,) = found.value.errors
    return error


def test_what_is_large_when_unpacked_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("units.csv", bytes(101 << 20))
    assert "is larger than 100 MB unpacked" in refused(tmp_path / "bomb.zip").detail
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as made:
        for part in range(1_001):
            made.writestr(f"{part}.csv", "")
    assert "has over 1000 parts" in refused(tmp_path / "many.zip").detail


def test_a_cell_far_out_does_not_make_a_row_wide(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"units": [UNITS, ["A", "B", "team"]]})
    rewritten(path, "xl/worksheets/sheet1.xml", b'r="C2"', b'r="ZZZ2"')
    _, wrong = read(path)
    assert wrong == ["units:2:kind: is missing"]


def test_a_row_far_down_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"units": [UNITS, ["A", "B", "team"]]})
    rewritten(path, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="4000000000"')
    _, (wrong,) = read(path)
    assert wrong.startswith("units:3:-: is damaged from here on: it has more than 1048576 rows")


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"PK\x03\x04 and no more", "is neither a workbook"),
        (b"unit_id,name\n", "is neither a workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), "is a workbook of the old form or with a password"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, data: bytes, detail: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(data)
    assert refused(tmp_path / "a.xlsx").detail.startswith(detail)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_damaged_workbook_is_refused(tmp_path: Path, part: str) -> None:
    path = workbook(tmp_path / "a.xlsx", {"units": [UNITS, ["A", "B", "team"]]})
    rewritten(path, part, b"</", b"<")
    assert "cannot be read as a workbook" in refused(path).detail


def test_two_sheets_of_one_name_are_refused(tmp_path: Path) -> None:
    sheets: Sheets = {"key results": [KEY_RESULTS], "Key-Results": [KEY_RESULTS]}
    assert refused(workbook(tmp_path / "a.xlsx", sheets)).file == "Key-Results"


def test_the_template_is_a_workbook_that_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(template_workbook())
    plan, wrong = read(path)
    assert wrong == []
    assert {len(table) for table in plan.tables()} == {0}
    sheet = openpyxl.load_workbook(io.BytesIO(template_workbook()))["objectives"]
    assert [cell.value for cell in sheet[1]][-2:] == ["visibility", "carried_from_id"]
    assert [sheet.column_dimensions[letter].number_format for letter in "AH"] == ["@", "yyyy-mm-dd"]
