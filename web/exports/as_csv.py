"""A CSV file: comments that say what it is, the names of the columns, the rows, and a comment as its end."""

import re
from collections.abc import Callable, Iterator

from web.exports import cells
from web.exports.columns import Column
from web.exports.heading import Heading, comments
from web.exports.rows import Rows
from web.exports.tally import Tally

MEDIA_TYPE = "text/csv; charset=utf-8"
LAST_LINE = re.compile(rb"# rows: (?P<rows>0|[1-9][0-9]{0,18}), sha256: (?P<sha256>[0-9a-f]{64})\r\n")


def write(
    heading: Heading, columns: tuple[Column, ...], rows: Rows, tally: Tally, seal: Callable[[], None]
) -> Iterator[bytes]:
    """The digest is that of everything before the last comment."""
    names = cells.line(column.name for column in columns) + cells.END
    yield tally.take(comments(heading.said()) + names, 0)
    for block, count in rows.csv(columns):
        yield tally.take(block, count)
    seal()
    yield f"# rows: {tally.rows}, sha256: {tally.digest}".encode() + cells.END
