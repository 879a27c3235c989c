"""A workbook: what it is on the first sheet, the rows on the second, and on further ones if there are many.

It is sent while it is made: the parts of a workbook may come in any order, and the first sheet, which says
how many rows there are, and the list of the sheets come last.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from zipfile import ZIP_DEFLATED, ZipFile

from typing_extensions import Buffer, override

from web.exports import ooxml
from web.exports.columns import Column
from web.exports.heading import Heading
from web.exports.rows import ROWS_AT_ONCE, Item, Rows
from web.exports.tally import Tally
from web.exports.typed import canonical, cells_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ABOUT, ROWS = "About", "Rows"
MOST_ROWS = 1_048_575
"""A sheet has no more rows than this, beside the names of its columns."""
MOST_BYTES = 2**30
"""A sheet has no more bytes than this before compression: from 2 GiB on it would be an archive that not every
program reads.
"""
LEVEL = 3
"""Sheets are compressed at this level."""
WIDTH, WIDE = 20, 100


def write(
    heading: Heading,
    columns: tuple[Column, ...],
    rows: Rows,
    tally: Tally,
    seal: Callable[[], None],
    most_rows: int = MOST_ROWS,
) -> Iterator[bytes]:
    """The digest is that of the names of the columns and of the rows, as canonical lines; see typed.py."""
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        book = _Book(archive, columns, tally, most_rows)
        for _ in book.add_rows(rows.items()):
            yield pipe.taken()
        book.end({**heading.said(), "rows": tally.rows, "sha256": tally.digest})
    seal()
    yield pipe.taken()


def sheet_name(number: int) -> str:
    """Names the sheets that hold rows, from 1."""
    return ROWS if number == 1 else f"{ROWS} {number}"


class _Book:
    """The parts of a workbook. `add_rows` stops now and then to let what was written be sent."""

    def __init__(self, archive: ZipFile, columns: Sequence[Column], tally: Tally, most_rows: int) -> None:
        self._archive = archive
        self._columns = columns
        self._letters = ooxml.letters(len(columns))
        self._names = [column.name for column in columns]
        self._tally = tally
        tally.take(canonical(self._names), 0)
        self._most_rows = most_rows
        self._spans: list[str] = []
        for name, text in ooxml.PARTS.items():
            archive.writestr(name, text)

    def add_rows(self, items: Iterator[Item]) -> Iterator[None]:
        first = next(items, None)
        while first is not None or not self._spans:
            yield from self._add_sheet(items if first is None else chain([first], items))
            first = next(items, None)

    def end(self, said: dict[str, object]) -> None:
        about = [
            ooxml.row(number, "AB", (name, str(value)))
            for number, (name, value) in enumerate(said.items(), 1)
        ]
        sheet = [ooxml.sheet_begins((WIDTH, WIDE), heading=False), *about, ooxml.sheet_ends("")]
        names = [(ABOUT, "")] + [(sheet_name(number), span) for number, span in enumerate(self._spans, 1)]
        self._archive.writestr(_part(1), "".join(sheet))
        self._archive.writestr("xl/workbook.xml", ooxml.workbook(names))
        self._archive.writestr("xl/_rels/workbook.xml.rels", ooxml.relationships(len(names)))

    def _add_sheet(self, items: Iterator[Item]) -> Iterator[None]:
        with self._archive.open(_part(len(self._spans) + 2), "w") as part:
            names = ooxml.row(1, self._letters, self._names, bold=True)
            begin = ooxml.sheet_begins([WIDTH] * len(self._columns), heading=True)
            size, count = part.write((begin + names).encode()), 0
            while size < MOST_BYTES and (
                batch := list(islice(items, min(ROWS_AT_ONCE, self._most_rows - count)))
            ):
                size += part.write("".join(self._rows(batch, count + 2)).encode())
                count += len(batch)
                yield
            span = f"A1:{self._letters[-1]}{count + 1}"
            part.write(ooxml.sheet_ends(span).encode())
        self._spans.append(span)

    def _rows(self, items: Sequence[Item], number: int) -> Iterator[str]:
        for place, item in enumerate(items, number):
            cells = cells_of(self._columns, item)
            self._tally.take(canonical(cells), 1)
            yield ooxml.row(place, self._letters, cells)


def _part(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


class _Pipe(io.RawIOBase):
    """A pipe holds what was written to it and not taken yet."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: Buffer, /) -> int:
        self._written.append(bytes(data))
        return len(self._written[-1])

    def taken(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken
