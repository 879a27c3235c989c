"""A copy is sound, or it is told what is wrong with it."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest

from web.exports.columns import Column
from web.exports.copies import examine
from web.exports.formats import FORMATS
from web.exports.heading import Heading
from web.exports.rows import Items
from web.exports.tally import Tally

COLUMNS = (
    Column(("id",), "integer"),
    Column(("title",), "text"),
    Column(("of", "target"), "decimal"),
    Column(("on",), "day"),
    Column(("at",), "instant"),
    Column(("live",), "boolean"),
    Column(("changes",), "json"),
)
TITLES = ["Sales", '=1+1, "quoted"\n# rows: 9, sha256: none', "\ttab\r", "", None]
ROWS = [
    {
        "id": place,
        "title": title,
        "of": {"target": "12.50"},
        "on": "2026-03-31",
        "at": f"2026-03-31T09:15:00.{place}99999Z",
        "live": True,
        "changes": [{"field": "title"}],
    }
    for place, title in enumerate(TITLES, 1)
]
HEADING = Heading(
    what="/api/v1/objectives.csv",
    asked_at="2026-03-31T09:15:00.123456Z",
    as_of="2026-03-31",
    known_at="2026-03-31T09:15:00.123456Z",
    position=7,
    by="token:1",
    role="hr",
    name=None,
    columns=" ".join(f"{column.name}:{column.kind}" for column in COLUMNS),
)
ALTERED = "has as many rows as were exported, but they are not the same"


def written(format: str, rows: list[dict[str, Any]], tally: Tally | None = None) -> bytes:
    parts = FORMATS[format].write(HEADING, COLUMNS, Items(rows), tally or Tally(), lambda: None)
    return b"".join(parts)


@pytest.fixture
def fault(tmp_path: Path) -> Callable[[bytes], str | None]:
    def examined(data: bytes) -> str | None:
        path = tmp_path / "copy"
        path.write_bytes(data)
        return examine(path).fault

    return examined


Fault = Callable[[bytes], str | None]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("rows", [ROWS, []], ids=["rows", "none"])
def test_a_copy_as_it_was_handed_out_is_sound(format: str, rows: list[Any], tmp_path: Path) -> None:
    tally = Tally()
    (tmp_path / "copy").write_bytes(written(format, rows, tally))

    copy = examine(tmp_path / "copy")

    assert (copy.format, copy.fault) == (format, None)
    assert (copy.rows, copy.sha256) == (len(rows), tally.digest)
    assert {name: str(value) for name, value in copy.said.items()} == {
        name: str(value) for name, value in HEADING.said().items()
    }


def _with_the_end_of(all_rows: bytes, other: bytes, format: str) -> bytes:
    """The rows of `other` under the end of the whole."""
    line = b"\r\n# rows" if format == "csv" else b'\n{"rows"'
    return other[: other.rindex(line)] + all_rows[all_rows.rindex(line) :]


def _forged(format: str, rows: list[Any]) -> bytes:
    """A file with these rows, of which the end says what it said of ROWS."""
    whole, other = written(format, ROWS), written(format, rows)
    if format != "xlsx":
        return _with_the_end_of(whole, other, format)
    there, about = (
        openpyxl.load_workbook(io.BytesIO(other)),
        openpyxl.load_workbook(io.BytesIO(whole))["About"],
    )
    for row in about.iter_rows():
        there["About"].cell(row[1].row, 2, row[1].value)
    return _saved(there)


def _saved(workbook: Any) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


@pytest.mark.parametrize("format", FORMATS)
def test_another_cell_is_noticed(format: str, fault: Fault) -> None:
    for name, value in (("title", "Sold"), ("id", 8), ("of", {"target": "12.51"}), ("on", "2026-04-01")):
        changed = [{**ROWS[0], name: value}, *ROWS[1:]]
        assert str(fault(_forged(format, changed))).startswith(ALTERED), name


@pytest.mark.parametrize("format", FORMATS)
def test_rows_that_are_missing_added_or_in_another_order_are_noticed(format: str, fault: Fault) -> None:
    assert fault(_forged(format, ROWS[:-1])) == "lacks rows: 5 were exported, 4 are in it"
    assert fault(_forged(format, [])) == "lacks rows: 5 were exported, 0 are in it"
    more = [*ROWS, {**ROWS[0], "id": 6}]
    assert fault(_forged(format, more)) == "has more rows than were exported: 6 instead of 5"
    assert str(fault(_forged(format, ROWS[::-1]))).startswith(ALTERED)
    assert fault(_forged(format, ROWS)) is None


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_cut_off_anywhere_is_not_sound(format: str, fault: Fault) -> None:
    data = written(format, ROWS)
    for length in range(0, len(data) - 2, 7):
        found = str(fault(data[:length]))
        assert found.startswith(("is incomplete", "is not an export", "is damaged")), length
    for length in (len(data) // 2, len(data) - 10):
        assert str(fault(data[:length])).startswith("is incomplete")


def test_other_columns_are_noticed(fault: Fault) -> None:
    assert str(fault(written("csv", ROWS).replace(b"\r\nid,title", b"\r\nid,name"))).startswith(ALTERED)
    workbook = openpyxl.load_workbook(io.BytesIO(written("xlsx", ROWS)))
    workbook["Rows"]["B1"] = "name"
    assert str(fault(_saved(workbook))).startswith(ALTERED)


def test_a_workbook_that_another_program_saved_is_sound_while_its_values_are(fault: Fault) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(written("xlsx", ROWS)))
    workbook["Rows"].column_dimensions["B"].width = 60
    workbook["Rows"]["F2"] = "=TRUE()"
    workbook.create_sheet("Mine")["A1"] = "=1+1"
    assert fault(_saved(workbook)) is None

    workbook["Rows"]["F2"] = "=FALSE()"
    assert str(fault(_saved(workbook))).startswith(ALTERED)


def test_a_formula_in_a_workbook_is_noticed_even_if_it_reads_like_the_text(fault: Fault) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(written("xlsx", ROWS)))
    workbook["Rows"]["B3"].data_type = "f"

    assert fault(_saved(workbook)) == "has a formula in cell B3; no export has one"


def test_cells_beside_the_columns_are_noticed(fault: Fault) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(written("xlsx", ROWS)))
    workbook["Rows"]["H2"] = "remark"
    assert str(fault(_saved(workbook))).startswith(ALTERED)


def test_a_spreadsheet_that_saved_the_csv_is_named_as_a_cause(fault: Fault) -> None:
    saved = written("csv", ROWS).replace(b"\r\n# rows: 5, sha256", b"\r\n# rows: 5, sha256")
    saved = b"\xef\xbb\xbf" + saved.replace(b"true", b"TRUE").replace(b"role: hr\r\n", b"role: hr,,,,\r\n")

    assert str(fault(saved[:-2] + b",,,,,\r\n")).endswith("or another program saved the file its own way")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"id,name\r\n1,Sales\r\n",
        b"# a comment\r\nid\r\n",
        b'{"export": 5}\n',
        b'{"export":[1]}\n',
        b'{"export":{"throughline":1}}\n',
        b"{",
        b"# throughline: 1\r\n# what: x\r\n",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "שלום".encode("utf-16"),
    ],
    ids=range(10),
)
def test_another_file_is_not_an_export(data: bytes, fault: Fault) -> None:
    assert fault(data) == "is not an export of Throughline"


def test_another_workbook_or_archive_is_not_an_export(fault: Fault) -> None:
    assert fault(_saved(openpyxl.Workbook())) == "is not an export of Throughline"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "a")
    assert str(fault(file.getvalue())).startswith("is damaged")


def test_a_form_of_the_future_is_not_taken_for_this_one(fault: Fault) -> None:
    data = written("csv", ROWS).replace(b"# throughline: 1", b"# throughline: 2")
    assert fault(data) == "is an export of a form that this version does not know: it knows form 1"


def test_a_workbook_damaged_anywhere_is_told_in_a_sentence(fault: Fault) -> None:
    data, random = written("xlsx", ROWS), Random(7)
    for _ in range(300):
        place = random.randrange(len(data))
        damaged = data[:place] + bytes([data[place] ^ (1 << random.randrange(8))]) + data[place + 1 :]
        found = fault(damaged)  # None where what is damaged does not matter, as the time of a part
        assert found is None or found.startswith(("is ", "has ", "lacks ", "does not say"))


def test_a_file_that_cannot_be_read_is_not_judged(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(OSError, match=str(tmp_path)):
            examine(path)
