"""Workbooks: cells of the right kind, no formula whatever the text, and as many sheets as it takes."""

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from tests.web.exports.reading import File, read_xlsx
from web.exports import as_xlsx
from web.exports.columns import Column
from web.exports.heading import Heading
from web.exports.ooxml import letters
from web.exports.rows import Items
from web.exports.tally import Tally
from web.exports.typed import MOST_UNITS

HEADING = Heading(
    what="/api/v1/units.xlsx?q=%3D1",
    asked_at="2026-03-31T09:15:00.123456Z",
    as_of="2026-03-31",
    known_at="2026-03-31T09:15:00.123456Z",
    position=7,
    by="token:1",
    role="hr",
    name="=1+1",
    columns="id:integer value:text",
)
TEXTS = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",  # noqa: RUF001 - full width is meant
    "{=1+1}",
    "<r><t>bold</t></r>",
    '<r></is></c><c r="A1"><f>1+1</f></c><c><is></r>',
    "line\nline\r\nline",
    ' "quoted" & <tagged> ',
    "\N{HEBREW LETTER SHIN}\N{RIGHT-TO-LEFT OVERRIDE}abc",
    "_x0041_ _x000D_ _x_",
    "https://example.org",
    "true",
    "2026-03-31",
    "12",
    "1e5",
    "#N/A",
    "\N{GRINNING FACE}",
    "\uffff\ufffe",
]


def _written(kind: str, *values: Any, most_rows: int = as_xlsx.MOST_ROWS) -> bytes:
    columns = (Column(("id",), "integer"), Column(("value",), kind))
    items = Items([{"id": place, "value": value} for place, value in enumerate(values)])
    return b"".join(as_xlsx.write(HEADING, columns, items, Tally(), lambda: None, most_rows=most_rows))


def _file(kind: str, *values: Any, most_rows: int = as_xlsx.MOST_ROWS) -> File:
    return read_xlsx(_written(kind, *values, most_rows=most_rows))


def _values(kind: str, *values: Any) -> list[Any]:
    return [row["value"] for row in _file(kind, *values).rows]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_text_stays_the_text_that_it_is(text: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(_written("text", text)))["Rows"]

    assert sheet["B2"].data_type == "s"
    assert unescape(sheet["B2"].value) == text
    assert sheet.max_row == 2


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example("<r>\r</r>")
@example("_x005F_x0041_")
def test_any_text_is_read_back(text: str) -> None:
    assert _values("text", text) == [text]


def test_numbers_are_numbers() -> None:
    assert _values("integer", 0, -5, 123_456_789_012_345) == [0, -5, 123_456_789_012_345]
    assert _values("number", 0.123457, 1.0, -0.5, 1e-7, 1e46) == [0.123457, 1, -0.5, 1e-7, 1e46]
    assert _values("decimal", "12.50", "-0.25", "100", "0.000001") == [12.5, -0.25, 100, 0.000001]
    assert _values("boolean", True, False) == [True, False]


def test_a_number_that_a_cell_would_round_is_text() -> None:
    exact = "12345678901234567.89"
    assert _values("decimal", exact, "0.1234567890123456") == [exact, "0.1234567890123456"]
    assert _values("integer", 2**63 - 1) == [str(2**63 - 1)]


def test_days_and_instants_are_typed_and_instants_are_utc_to_the_millisecond() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(_written("day", "2026-03-31", "1900-03-01", "9999-12-31")))[
        "Rows"
    ]
    days = [sheet[f"B{row}"].value for row in (2, 3, 4)]
    assert list(map(str, days)) == ["2026-03-31 00:00:00", "1900-03-01 00:00:00", "9999-12-31 00:00:00"]
    assert sheet["B2"].number_format == r"yyyy\-mm\-dd"
    at = "2026-03-31T09:15:00.123999Z"
    sheet = openpyxl.load_workbook(io.BytesIO(_written("instant", at)))["Rows"]
    assert str(sheet["B2"].value) == "2026-03-31 09:15:00.123000"
    assert sheet["B2"].number_format.endswith('"Z"')


@given(st.datetimes(datetime.fromisoformat("1900-03-01")))
def test_any_instant_is_read_back(at: datetime) -> None:
    (value,) = _values("instant", at.isoformat(timespec="microseconds") + "Z")
    assert value == at.replace(microsecond=at.microsecond // 1000 * 1000)


def test_what_is_before_the_calendar_of_spreadsheets_is_text() -> None:
    assert _values("day", "1900-02-28", "0001-01-01") == ["1900-02-28", "0001-01-01"]
    assert _values("instant", "1899-12-31T00:00:00.000000Z") == ["1899-12-31T00:00:00.000000Z"]


def test_absent_and_empty_are_empty_cells_and_lists_are_json() -> None:
    assert _values("text", None, "") == [None, None]
    assert _values("json", [{"a": "=1"}], None, []) == ['[{"a":"=1"}]', None, "[]"]


@pytest.mark.parametrize("character", ["x", "\N{GRINNING FACE}"], ids=["narrow", "wide"])
def test_a_text_longer_than_a_cell_is_cut_and_shows_it(character: str) -> None:
    units = len(character.encode("utf-16-le")) // 2
    fits, too_long = character * (MOST_UNITS // units), character * (MOST_UNITS // units + 1)

    kept, cut = _values("text", fits, too_long)

    assert kept == fits
    assert too_long.startswith(cut.removesuffix("…"))
    assert cut.endswith("…")
    assert len(cut.encode("utf-16-le")) // 2 <= MOST_UNITS < len(too_long.encode("utf-16-le")) // 2


@pytest.mark.parametrize(("count", "sheets"), [(0, 1), (3, 1), (4, 2), (6, 2), (7, 3)])
def test_rows_that_do_not_fit_on_a_sheet_go_on_the_next(count: int, sheets: int) -> None:
    data = _written("text", *[f"row {number}" for number in range(count)], most_rows=3)

    workbook = openpyxl.load_workbook(io.BytesIO(data))
    assert len(workbook.sheetnames) == sheets + 1
    assert [row["value"] for row in read_xlsx(data).rows] == [f"row {number}" for number in range(count)]


def test_a_sheet_that_grows_too_large_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_xlsx, "MOST_BYTES", 2_000)
    monkeypatch.setattr(as_xlsx, "BATCH", 2)

    file = _file("text", *["x" * 500] * 9)

    assert len(file.rows) == 9


def test_the_first_sheet_says_what_it_is() -> None:
    said = _file("text").said
    assert said == {
        "throughline": "2",
        "what": HEADING.what,
        "asked_at": HEADING.asked_at,
        "as_of": "2026-03-31",
        "known_at": HEADING.known_at,
        "position": "7",
        "by": "token:1",
        "role": "hr",
        "name": "=1+1",
        "rows": "0",
        "sha256": said["sha256"],
        "columns": HEADING.columns,
    }


def test_columns_are_lettered_as_in_spreadsheets() -> None:
    names = letters(703)
    assert (names[0], names[25], names[26], names[51], names[701], names[702]) == (
        "A",
        "Z",
        "AA",
        "AZ",
        "ZZ",
        "AAA",
    )
