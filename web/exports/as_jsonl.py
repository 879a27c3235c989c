"""JSON Lines: an object that says what it is, one for each row as the list answers it, and one as the end."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from web.exports.columns import Column
from web.exports.heading import Heading
from web.exports.rows import Rows
from web.exports.tally import Tally

MEDIA_TYPE = "application/jsonl"
LAST_LINE = re.compile(rb'\{"rows":(?P<rows>0|[1-9][0-9]{0,18}),"sha256":"(?P<sha256>[0-9a-f]{64})"\}\n')


def write(
    heading: Heading, _: tuple[Column, ...], rows: Rows, tally: Tally, seal: Callable[[], None]
) -> Iterator[bytes]:
    """The digest is that of all lines before the last, their ends included."""
    yield tally.take(first_line(heading.said()), 0)
    for block, count in rows.jsonl():
        yield tally.take(block, count)
    seal()
    yield orjson.dumps({"rows": tally.rows, "sha256": tally.digest}) + b"\n"


def first_line(said: Mapping[str, Any]) -> bytes:
    """Says what the file is."""
    return orjson.dumps({"export": said}) + b"\n"
