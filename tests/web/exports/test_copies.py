"""A copy is sound, or it is told what is wrong with it."""

import io
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest

from tests.web.exports.members import archived, contents
from web.exports.as_xlsx import part
from web.exports.columns import Column
from web.exports.copies import examine, judged
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


def fault(data: bytes) -> str | None:
    return judged(io.BytesIO(data)).fault


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


def _forged(format: str, rows: list[Any]) -> bytes:
    """A file with these rows, of which the end says what it said of ROWS."""
    whole, other = written(format, ROWS), written(format, rows)
    if format == "xlsx":
        members = {**contents(other), part(1): contents(whole)[part(1)]}
        return archived(members)
    line = b"\r\n# rows" if format == "csv" else b'\n{"rows"'
    return other[: other.rindex(line)] + whole[whole.rindex(line) :]


@pytest.mark.parametrize("format", FORMATS)
def test_another_cell_is_noticed(format: str) -> None:
    for name, value in (("title", "Sold"), ("id", 8), ("of", {"target": "12.51"}), ("on", "2026-04-01")):
        changed = [{**ROWS[0], name: value}, *ROWS[1:]]
        assert str(fault(_forged(format, changed))).startswith(ALTERED), name


@pytest.mark.parametrize("format", FORMATS)
def test_rows_that_are_missing_added_or_in_another_order_are_noticed(format: str) -> None:
    assert fault(_forged(format, ROWS[:-1])) == "lacks rows: 5 were exported, 4 are in it"
    assert fault(_forged(format, [])) == "lacks rows: 5 were exported, 0 are in it"
    more = [*ROWS, {**ROWS[0], "id": 6}]
    assert fault(_forged(format, more)) == "has more rows than were exported: 6 instead of 5"
    assert str(fault(_forged(format, ROWS[::-1]))).startswith(ALTERED)
    assert fault(_forged(format, ROWS)) is None


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_cut_off_anywhere_is_not_sound(format: str) -> None:
    data = written(format, ROWS)
    for length in range(0, len(data) - 2, 7):
        found = str(fault(data[:length]))
        assert found.startswith(("is incomplete", "is not an export", "is damaged")), length
    for length in (len(data) // 2, len(data) - 10):
        assert str(fault(data[:length])).startswith("is incomplete")


def test_other_columns_are_noticed() -> None:
    wrong = "does not have the columns that its heading names"
    assert fault(written("csv", ROWS).replace(b"\r\nid,title", b"\r\nid,name")) == wrong
    members = contents(written("xlsx", ROWS))
    members[part(2)] = members[part(2)].replace(b">title<", b">name<")
    assert fault(archived(members)) == wrong


def test_a_file_that_another_program_saved_is_not_the_one_that_was_handed_out() -> None:
    saved = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(written("xlsx", ROWS))).save(saved)
    assert fault(saved.getvalue()) == "is not an export of Throughline, or another program has saved it"
    assert fault(b"\xef\xbb\xbf" + written("csv", ROWS)) == (
        "begins with a byte order mark: another program has saved it"
    )


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
def test_another_file_is_not_an_export(data: bytes) -> None:
    assert fault(data) == "is not an export of Throughline"


def test_another_workbook_or_archive_is_not_an_export() -> None:
    saved, other = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(saved)
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "a")
    for file in (saved, other):
        assert str(fault(file.getvalue())).startswith("is not an export of Throughline")


def test_a_form_of_the_past_or_the_future_is_not_taken_for_this_one() -> None:
    for form in (b"1", b"3"):
        data = written("csv", ROWS).replace(b"# throughline: 2", b"# throughline: " + form)
        assert fault(data) == "is an export of a form that this version does not know: it knows form 2"


def test_a_workbook_damaged_anywhere_is_told_in_a_sentence() -> None:
    data, random = written("xlsx", ROWS), Random(7)
    for _ in range(300):
        place = random.randrange(len(data))
        damaged = data[:place] + bytes([data[place] ^ (1 << random.randrange(8))]) + data[place + 1 :]
        found = str(fault(damaged))
        assert found.startswith(("is ", "has ", "lacks ", "does not ", "goes on ")), (place, found)


def test_a_file_that_cannot_be_read_is_not_judged(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(OSError, match=str(tmp_path)):
            examine(path)
