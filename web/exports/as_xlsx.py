"""A workbook: what it is on the first sheet, the rows on the second, what is listed in them on further ones.

It is sent while it is made: the parts of a workbook may come in any order, and the first sheet, which says
how many rows there are, and the list of the sheets come last.
"""

import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
from typing_extensions import Buffer, override

from web.exports import ooxml
from web.exports.columns import Column, described
from web.exports.heading import Heading
from web.exports.layout import Sheet, ids_in, laid_out
from web.exports.rows import ROWS_AT_ONCE, Item, Rows
from web.exports.tally import Tally
from web.exports.typed import Cell, canonical, cells_of

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
LEVEL = 3
"""Sheets are compressed at this level."""
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
    """The digest is that of the names of the columns and of the rows of each sheet, as canonical lines; see
    typed.py. `names` tells what ids name.
    """
    pipe = _Pipe()
    main, *others = laid_out(columns)
    with ExitStack() as held, ZipFile(pipe, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        book = _Book(archive, tally, most_rows)
        listed = [_Listed(held.enter_context(SpooledTemporaryFile(IN_MEMORY)), sheet) for sheet in others]
        for _ in book.add(main.name, main.columns, _values(rows.items(), main, listed, names)):
            yield pipe.taken()
        for each in listed:
            for _ in book.add(each.sheet.name, each.sheet.columns, each.values()):
                yield pipe.taken()
        said = {**heading.said(), "columns": described(main.columns)}
        said |= {f"{OF_SHEET}{each.name}": described(each.columns) for each in others}
        book.end({**said, "rows": tally.rows, "sha256": tally.digest})
    seal()
    yield pipe.taken()


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
    while batch := list(islice(items, ROWS_AT_ONCE)):
        known = names({id for item in batch for id in ids_in(item)})
        for item in batch:
            yield from main.values(item, known)
            for each in listed:
                each.add(item, known)


class _Book:
    """The parts of a workbook. `add` stops now and then to let what was written be sent."""

    def __init__(self, archive: ZipFile, tally: Tally, most_rows: int) -> None:
        self._archive = archive
        self._tally = tally
        self._most_rows = most_rows
        self._sheets: list[tuple[str, str]] = []
        for name, text in ooxml.PARTS.items():
            archive.writestr(name, text)

    def add(self, name: str, columns: Sequence[Column], rows: Iterator[list[Any]]) -> Iterator[None]:
        """Adds a sheet, and more of that name if there are too many rows for one."""
        self._tally.take(canonical(column.name for column in columns), 0)
        number, first = 1, next(rows, None)
        while first is not None or number == 1:
            rows = rows if first is None else chain([first], rows)
            yield from self._add_sheet(sheet_name(name, number), columns, rows)
            number, first = number + 1, next(rows, None)

    def end(self, said: dict[str, object]) -> None:
        about = [
            ooxml.row(number, "AB", (name, str(value)))
            for number, (name, value) in enumerate(said.items(), 1)
        ]
        sheet = [ooxml.sheet_begins((WIDTH, WIDE), heading=False), *about, ooxml.sheet_ends("")]
        names = [(ABOUT, ""), *self._sheets]
        self._archive.writestr(_part(1), "".join(sheet))
        self._archive.writestr("xl/workbook.xml", ooxml.workbook(names))
        self._archive.writestr("xl/_rels/workbook.xml.rels", ooxml.relationships(len(names)))

    def _add_sheet(self, name: str, columns: Sequence[Column], rows: Iterator[list[Any]]) -> Iterator[None]:
        letters = ooxml.letters(len(columns))
        count = 0

        def more() -> list[list[Cell]]:
            some = islice(rows, min(ROWS_AT_ONCE, self._most_rows - count))
            return [cells_of(columns, values) for values in some]

        batch = more()
        with self._archive.open(_part(len(self._sheets) + 2), "w") as part:
            names = [column.name for column in columns]
            heading = ooxml.row(1, letters, names, bold=True)
            size = part.write((ooxml.sheet_begins(_widths(names, batch), heading=True) + heading).encode())
            while batch:
                size += part.write("".join(self._rows(letters, batch, count + 2)).encode())
                count += len(batch)
                yield
                batch = more() if size < MOST_BYTES else []
            span = f"A1:{letters[-1]}{count + 1}"
            part.write(ooxml.sheet_ends(span).encode())
        self._sheets.append((name, span))

    def _rows(self, letters: Sequence[str], batch: Sequence[list[Cell]], number: int) -> Iterator[str]:
        for place, cells in enumerate(batch, number):
            self._tally.take(canonical(cells), 1)
            yield ooxml.row(place, letters, cells)


def _widths(names: Sequence[str], batch: Sequence[list[Cell]]) -> list[int]:
    """Widths in which the names and the first rows have room."""
    lengths = ([len(str(cell)) for cell in cells] for cells in zip(*batch, strict=True))
    longest = map(max, lengths) if batch else [0] * len(names)
    return [min(max(len(name) + 3, length + 2), WIDEST) for name, length in zip(names, longest, strict=True)]


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
