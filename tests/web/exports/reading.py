"""Exports read by other means than those that wrote them: the csv and json of Python, and openpyxl."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import openpyxl
from openpyxl.utils.escape import unescape
from werkzeug.test import TestResponse

from web.exports.copies import judged

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LAST = re.compile(r"# rows: ([0-9]+), sha256: ([0-9a-f]{64})")
LONGEST_CELL = 2**24  # beyond what the module of Python takes by itself: cells hold whole events
NUMERIC = ("integer", "number", "decimal")


@dataclass
class File:
    """`rows` are values by the name of their column, with dots; for JSON the items as they are."""

    said: dict[str, Any]
    names: list[str]
    rows: list[dict[str, Any]]
    sha256: str
    sheets: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Of a workbook, what is listed in its rows."""


def exported(answer: TestResponse, format: str) -> File:
    """What a good answer holds, which is a sound copy of itself."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == MEDIA_TYPES[format]
    assert re.fullmatch(
        rf'attachment; filename="[a-z0-9-]+\.{format}"', answer.headers["Content-Disposition"]
    )
    copy, file = judged(io.BytesIO(answer.data)), READ[format](answer.data)
    assert copy.fault is None
    assert copy.sha256 == file.sha256
    return file


def read_csv(data: bytes) -> File:
    lines = data.decode().split("\r\n")
    comments = [line for line in lines if line.startswith("# ")]
    last = LAST.fullmatch(comments.pop())
    assert last is not None
    assert lines[-1] == ""
    end = data.rindex(b"# rows: ")
    body = data[data.index(b"\r\n", data.index(b"# columns: ")) + 2 : end]
    assert sha256(data[:end]).hexdigest() == last[2]
    with _cells_of(LONGEST_CELL):
        names, *rows = csv.reader(io.StringIO(body.decode(), newline=""), strict=True)
    assert len(rows) == int(last[1])
    said = dict(line[2:].split(": ", 1) for line in comments)
    return File(said, names, [dict(zip(names, row, strict=True)) for row in rows], last[2])


@contextmanager
def _cells_of(length: int) -> Iterator[None]:
    """The limit belongs to the whole process, and others rely on it."""
    before = csv.field_size_limit(length)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def read_jsonl(data: bytes) -> File:
    first, *lines, last, empty = data.split(b"\n")
    assert empty == b""
    end = json.loads(last)
    assert sha256(data[: data.rindex(last)]).hexdigest() == end["sha256"]
    rows = [json.loads(line) for line in lines]
    assert len(rows) == end["rows"]
    said = json.loads(first)["export"]
    return File(said, [name.partition(":")[0] for name in said["columns"].split()], rows, end["sha256"])


def read_xlsx(data: bytes) -> File:
    """Every sheet of rows has its heading frozen and filters over all; no cell anywhere is a formula."""
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    about, *sheets = workbook.worksheets
    said = {str(name.value): value.value for name, value in about.iter_rows()}
    of_rows: list[str] = []
    found: dict[str, list[dict[str, Any]]] = {"Rows": []}
    for sheet in sheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        cells = list(sheet.iter_rows())
        assert [cell.data_type for row in cells for cell in row if cell.data_type == "f"] == []
        names = [str(cell.value) for cell in cells[0]]
        kind = sheet.title.rstrip("0123456789 ")
        of_rows = of_rows or names
        assert all(cell.font.b for cell in cells[0])
        found.setdefault(kind, []).extend(
            dict(zip(names, map(_value, row), strict=True)) for row in cells[1:]
        )
    rows = found.pop("Rows")
    main = [sheet.title for sheet in sheets if sheet.title.startswith("Rows")]
    assert main == ["Rows", *(f"Rows {n + 2}" for n in range(len(main) - 1))]
    assert sorted(found) == sorted(n.removeprefix("columns of ") for n in said if n.startswith("columns of "))
    assert sum(map(len, [rows, *found.values()])) == int(said["rows"])
    return File(said, of_rows, rows, said["sha256"], found)


def _value(cell: Any) -> Any:
    return unescape(cell.value) if isinstance(cell.value, str) else cell.value


READ = {"csv": read_csv, "jsonl": read_jsonl, "xlsx": read_xlsx}
