"""Copies in CSV and JSON Lines, read line by line: every byte has to be where the form has it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any

import orjson

from web.exports import as_csv, as_jsonl, cells
from web.exports.columns import JSON, TEXT, Column, columns_in
from web.exports.copies.copy import Altered, Incomplete, NotAnExport, check_heading, compare
from web.exports.heading import comments
from web.exports.tally import Tally

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_LINE = 1 << 28
NO_ROW = "has a line that is no row of an export, behind row {}"
NO_END = "is incomplete: its last line, with the count and the digest of the rows, is missing"
RUN: Mapping[str, Callable[[str], bool]] = {TEXT: cells.runs, JSON: cells.runs_in_json}


def read_csv(file: IO[bytes], said: dict[str, Any], found: Tally) -> None:
    """The digest is that of all before the last line; a row goes on until its quotes are even."""
    heading = b""
    while (line := file.readline(LONGEST_LINE)).startswith(b"# "):
        name, _, value = line[2:].rstrip(b"\r\n").decode("utf-8", "replace").partition(": ")
        if name in said:
            raise Altered(f"has a heading that no export has: it says {name} twice")
        said[name] = value
        heading += line
    _refuse_cut(heading or line, cells.END)
    check_heading(said)
    if heading != comments(said):
        raise Altered("has a heading that is not written as that of an export is")
    columns = columns_in(str(said["columns"]))
    names = cells.line(column.name for column in columns) + cells.END
    _refuse_cut(line, cells.END)
    if line != names:
        raise Altered("does not have the columns that its heading names")
    found.take(heading + names, 0)
    for row in _rows_of_csv(file):
        if end := as_csv.LAST_LINE.fullmatch(row):
            _compare(file, end, found)
            return
        _check_row(row, columns, found.rows + 1)
        found.take(row, 1)
    raise Incomplete(NO_END)


def read_jsonl(file: IO[bytes], said: dict[str, Any], found: Tally) -> None:
    """The digest is that of all lines but the last."""
    first = file.readline(LONGEST_LINE)
    try:
        said.update(orjson.loads(first)["export"])
    except (ValueError, TypeError, KeyError) as error:
        raise NotAnExport("is not an export of Throughline") from error
    check_heading(said)
    if first != as_jsonl.first_line(said) or type(said["position"]) is not int:
        raise Altered("has a heading that is not written as that of an export is")
    found.take(first, 0)
    while line := file.readline(LONGEST_LINE):
        if end := as_jsonl.LAST_LINE.fullmatch(line):
            _compare(file, end, found)
            return
        _refuse_cut(line, b"\n")
        if not _is_object(line):
            raise Altered(NO_ROW.format(found.rows))
        found.take(line, 1)
    raise Incomplete(NO_END)


def _rows_of_csv(file: IO[bytes]) -> Iterator[bytes]:
    lines: list[bytes] = []
    quotes = 0
    while line := file.readline(LONGEST_LINE):
        lines.append(line)
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            yield b"".join(lines)
            lines.clear()
            quotes = 0
    if lines:
        raise Incomplete(NO_END)


def _check_row(row: bytes, columns: Sequence[Column], number: int) -> None:
    """Raises unless the row is one of these columns, as `cells` writes it or PostgreSQL does, which quotes
    more than it must.
    """
    _refuse_cut(row, cells.END)
    try:
        there = cells.split(row.removesuffix(cells.END).decode())
    except UnicodeDecodeError:
        there = None
    if there is None or len(there) != len(columns) or not row.endswith(cells.END):
        raise Altered(NO_ROW.format(number - 1))
    for column, cell in zip(columns, there, strict=True):
        if cell is not None and column.kind in RUN and RUN[column.kind](cell):
            raise Altered(f"has a cell in row {number} that a spreadsheet would run; no export has one")


def _refuse_cut(line: bytes, end: bytes) -> None:
    """Raises `Incomplete` if the file ends within the line."""
    if line and not line.endswith(end[-1:]):
        raise Incomplete(NO_END)


def _is_object(line: bytes) -> bool:
    """Returns whether the line is one JSON object, in which nothing is named twice."""
    try:
        read = json.loads(line.decode(), object_pairs_hook=_once, parse_int=str, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, dict) and line[:1] == b"{" and line[-2:] == b"}\n"


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError("a name stands twice")
    return named


def _compare(file: IO[bytes], end: re.Match[bytes], found: Tally) -> None:
    if file.read(1):
        raise Altered("goes on behind its end")
    compare(found, int(end["rows"]), end["sha256"].decode())
