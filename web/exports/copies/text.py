"""Copies in CSV and JSON Lines, read line by line."""

import re
from collections.abc import Iterator
from typing import IO, Any

import orjson

from web.exports import as_csv, as_jsonl
from web.exports.copies.copy import Incomplete, NotAnExport, check_heading, compare
from web.exports.tally import Tally

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PADDING = b",\r\n"
"""A comment may end with these: a spreadsheet that saved the file has put commas there."""


def read_csv(file: IO[bytes], said: dict[str, Any], found: Tally) -> None:
    """The digest is that of all between the comments; a row goes on until its quotes are even."""
    line = file.readline().removeprefix(BYTE_ORDER_MARK)
    while line.startswith(b"# "):
        name, _, value = line[2:].rstrip(PADDING).decode("utf-8", "replace").partition(": ")
        said[name] = value
        line = file.readline()
    check_heading(said)
    quotes, rows = 0, -1  # the first row are the names of the columns
    for following in _to_the_last(file):
        quotes += line.count(b'"')
        rows += 1 - quotes % 2
        found.take(line, max(0, rows) - found.rows)
        line = following
    _compare(as_csv.LAST_LINE, line.rstrip(PADDING), found)


def read_jsonl(file: IO[bytes], said: dict[str, Any], found: Tally) -> None:
    """The digest is that of all lines but the first and the last."""
    try:
        said.update(orjson.loads(file.readline())["export"])
    except (ValueError, TypeError, KeyError) as error:
        raise NotAnExport("is not an export of Throughline") from error
    check_heading(said)
    line = file.readline()
    for following in _to_the_last(file):
        found.take(line, 1)
        line = following
    _compare(as_jsonl.LAST_LINE, line.rstrip(PADDING), found)


def _to_the_last(file: IO[bytes]) -> Iterator[bytes]:
    """The lines that follow, without the empty ones that a program has put after the last."""
    empty: list[bytes] = []
    for line in file:
        empty.append(line)
        if line.strip(b"\r\n"):
            yield from empty
            empty.clear()


def _compare(form: re.Pattern[bytes], last_line: bytes, found: Tally) -> None:
    end = form.fullmatch(last_line)
    if end is None:
        raise Incomplete(
            "is incomplete: its last line, with the count and the digest of the rows, is missing"
        )
    compare(found, int(end["rows"]), end["sha256"].decode())
