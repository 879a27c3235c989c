"""JSON Lines: an object that says what it is, one for each row as the list answers it, and one as the end."""

import re
from collections.abc import Callable, Iterator

import orjson

from web.exports.columns import Column
from web.exports.heading import Heading
from web.exports.rows import Rows
from web.exports.tally import Tally

MEDIA_TYPE = "application/jsonl"
LAST_LINE = re.compile(rb'\{"rows":(?P<rows>[0-9]{1,19}),"sha256":"(?P<sha256>[0-9a-f]{64})"\}')


def write(
    heading: Heading, _: tuple[Column, ...], rows: Rows, tally: Tally, seal: Callable[[], None]
) -> Iterator[bytes]:
    """The digest is that of the lines of the rows, their ends included."""
    yield orjson.dumps({"export": heading.said()}) + b"\n"
    for block, count in rows.jsonl():
        yield tally.take(block, count)
    seal()
    yield orjson.dumps({"rows": tally.rows, "sha256": tally.digest}) + b"\n"
