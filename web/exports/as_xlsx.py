"""A workbook: what it is on the first sheet, the rows on the second, what is listed in them on further ones.

It is sent while it is made: the parts of a workbook may come in any order, and the first sheet, which says
how many rows there are, and the list of the sheets come last.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeAlias

import orjson

from web.exports import ooxml
from web.exports.columns import Column, described
from web.exports.heading import Heading
from web.exports.layout import Sheet, ids_in, laid_out
from web.exports.rows import ROWS_AT_ONCE, Item, Rows
from web.exports.tally import Tally
from web.exports.typed import Cell, canonical, cells_of
from web.exports.zipped import Archive

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Lookup: TypeAlias = Callable[[Collection[str]], Mapping[str, str]]
ABOUT, OF_SHEET = "About", "columns of "
IN_MEMORY = 2**20
"""Bytes of rows that wait for their sheet in memory; more wait in a file."""
MOST_ROWS = 1_048_575
"""A sheet has no more rows than this, beside the names of its columns."""
MOST_BYTES = 2**30
"""A sheet has no more bytes than this before compression: from 2 GiB on it would be an archive that not every
program reads.
"""
BATCH = ROWS_AT_ONCE
"""Rows are written so many at a time. It is of the form: the first ones say how wide columns are."""
WIDTH, WIDE, WIDEST = 20, 100, 60


def no_names(_: Collection[str]) -> Mapping[str, str]:
    """Nothing is known of any id."""
    return {}


def write(
    heading: Heading,
    columns: tuple[Column, ...],
    rows: Rows,
    tally: Tally,
    seal: Callable[[], None],
    *,
    names: Lookup = no_names,
    most_rows: int = MOST_ROWS,
) -> Iterator[bytes]:
    """The digest is that of the heading, and of the names of the columns and the rows of each sheet, as
    canonical lines; see typed.py. `names` tells what ids name.
    """
    archive = Archive()
    main, *others = laid_out(columns)
    said = {**heading.said(), "columns": described(main.columns)}
    said |= {f"{OF_SHEET}{each.name}": described(each.columns) for each in others}
    tally.take(said_once(said), 0)
    before = b"".join(
        block for name, text in ooxml.PARTS.items() for block in archive.add(name, [text.encode()])
    )
    book = _Book(archive, tally, most_rows)
    with ExitStack() as held:
        listed = [_Listed(held.enter_context(SpooledTemporaryFile(IN_MEMORY)), sheet) for sheet in others]
        for block in book.add(main.name, main.columns, _values(rows.items(), main, listed, names)):
            yield before + block
            before = b""
        for each in listed:
            yield from book.add(each.sheet.name, each.sheet.columns, each.values())
        end = b"".join(book.end({**said, "rows": tally.rows, "sha256": tally.digest}))
    seal()
    yield end


def said_once(said: Mapping[str, object]) -> bytes:
    """The line of a heading, with which what is digested begins."""
    return orjson.dumps({name: str(value) for name, value in said.items()}) + b"\n"


def about(said: Mapping[str, object]) -> str:
    """The first sheet."""
    rows = [
        ooxml.row(number, "AB", (name, str(value))) for number, (name, value) in enumerate(said.items(), 1)
    ]
    return "".join([ooxml.sheet_begins((WIDTH, WIDE), heading=False), *rows, ooxml.sheet_ends("")])


def part(number: int) -> str:
    """The name of the sheet of this number in the archive, from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def span_of(letters: Sequence[str], rows: int) -> str:
    """The range of a sheet with so many rows beside the names of the columns."""
    return f"A1:{letters[-1]}{rows + 1}"


def widths(names: Sequence[str], batch: Sequence[list[Cell]]) -> list[int]:
    """Widths in which the names and the first rows have room."""
    lengths = ([len(str(cell)) for cell in cells] for cells in zip(*batch, strict=True))
    longest = map(max, lengths) if batch else [0] * len(names)
    return [min(max(len(name) + 3, length + 2), WIDEST) for name, length in zip(names, longest, strict=True)]


def sheet_name(name: str, number: int) -> str:
    """Names the sheets that rows go on in, from 1."""
    return name if number == 1 else f"{name} {number}"


@dataclass
class _Listed:
    """The rows of a sheet that is written when the one before is full, in a file until then."""

    file: IO[bytes]
    sheet: Sheet

    def add(self, item: Item, names: Mapping[str, str]) -> None:
        self.file.writelines(orjson.dumps(values) + b"\n" for values in self.sheet.values(item, names))

    def values(self) -> Iterator[list[Any]]:
        self.file.seek(0)
        return map(orjson.loads, self.file)


def _values(
    items: Iterator[Item], main: Sheet, listed: Sequence[_Listed], names: Lookup
) -> Iterator[list[Any]]:
    while batch := list(islice(items, BATCH)):
        known = names({id for item in batch for id in ids_in(item)})
        for item in batch:
            yield from main.values(item, known)
            for each in listed:
                each.add(item, known)


class _Book:
    """The sheets of a workbook, of which each block has the rows of a batch."""

    def __init__(self, archive: Archive, tally: Tally, most_rows: int) -> None:
        self._archive = archive
        self._tally = tally
        self._most_rows = most_rows
        self._sheets: list[tuple[str, str]] = []

    def add(self, name: str, columns: Sequence[Column], rows: Iterator[list[Any]]) -> Iterator[bytes]:
        """Adds a sheet, and more of that name if there are too many rows for one."""
        self._tally.take(canonical(column.name for column in columns), 0)
        number, first = 1, next(rows, None)
        while first is not None or number == 1:
            rows = rows if first is None else chain([first], rows)
            blocks = self._sheet(sheet_name(name, number), columns, rows)
            yield from self._archive.add(part(len(self._sheets) + 2), blocks)
            number, first = number + 1, next(rows, None)

    def end(self, said: Mapping[str, object]) -> Iterator[bytes]:
        sheets = [(ABOUT, ""), *self._sheets]
        for name, text in (
            (part(1), about(said)),
            (ooxml.WORKBOOK, ooxml.workbook(sheets)),
            (ooxml.RELATIONSHIPS, ooxml.relationships(len(sheets))),
        ):
            yield from self._archive.add(name, [text.encode()])
        yield self._archive.end()

    def _sheet(self, name: str, columns: Sequence[Column], rows: Iterator[list[Any]]) -> Iterator[bytes]:
        letters = ooxml.letters(len(columns))
        count = size = 0

        def more() -> list[list[Cell]]:
            some = islice(rows, min(BATCH, self._most_rows - count))
            return [cells_of(columns, values) for values in some]

        batch = more()
        names = [column.name for column in columns]
        text = ooxml.sheet_begins(widths(names, batch), heading=True) + ooxml.row(
            1, letters, names, bold=True
        )
        while batch:
            block = (text + "".join(self._rows(letters, batch, count + 2))).encode()
            yield block
            text, size, count = "", size + len(block), count + len(batch)
            batch = more() if size < MOST_BYTES else []
        span = span_of(letters, count)
        self._sheets.append((name, span))
        yield (text + ooxml.sheet_ends(span)).encode()

    def _rows(self, letters: Sequence[str], batch: Sequence[list[Cell]], number: int) -> Iterator[str]:
        for place, cells in enumerate(batch, number):
            self._tally.take(canonical(cells), 1)
            yield ooxml.row(place, letters, cells)
