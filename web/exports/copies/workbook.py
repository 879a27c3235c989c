"""Copies in XLSX: what is read from one is written again, and has to be what was read."""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import IO, Any

from web.exports import as_xlsx, ooxml
from web.exports.as_xlsx import ABOUT, OF_SHEET, about, part, said_once, sheet_name, span_of, widths
from web.exports.columns import columns_in
from web.exports.copies.copy import Altered, check_heading, compare
from web.exports.copies.unzipped import Unzipped, damaged
from web.exports.layout import ROWS
from web.exports.tally import Tally
from web.exports.typed import canonical

LONGEST_ROW = 1 << 26
_NAME = re.compile('<sheet name="([^"]*)"')
_COUNT = re.compile("0|[1-9][0-9]{0,18}", re.ASCII)


def read_xlsx(file: IO[bytes], said: dict[str, Any], found: Tally) -> None:
    """The digest is that of the heading, the names of the columns and the rows, as canonical lines."""
    archive = Unzipped(file)
    told = _told(archive.peek(part(1)))
    ends = {name: told.pop(name, "") for name in ("rows", "sha256")}
    said.update(told)
    check_heading({name: value for name, value in told.items() if not name.startswith(OF_SHEET)})
    if not _COUNT.fullmatch(ends["rows"]):
        raise Altered("does not say any more how many rows were exported")
    found.take(said_once(told), 0)
    for name, text in ooxml.PARTS.items():
        archive.expect(name, text)
    sheets = [(ABOUT, ""), *_Sheets(archive, found).all_of(told)]
    compare(found, int(ends["rows"]), ends["sha256"])
    archive.expect(part(1), about({**told, **ends}))
    archive.expect(ooxml.WORKBOOK, ooxml.workbook(sheets))
    archive.expect(ooxml.RELATIONSHIPS, ooxml.relationships(len(sheets)))
    archive.end()


def _told(text: str) -> dict[str, str]:
    """Gives all that the first sheet says, in its order."""
    rows = text.split(ooxml.ROW_ENDS)[:-1]
    cells = [ooxml.cells_in(row[row.find("<row ") :] + ooxml.ROW_ENDS, "AB") for row in rows]
    return {str(name): str(value) for name, value in filter(None, cells)}


class _Sheets:
    """The sheets of rows, each as it has to be for the rows that are in it."""

    def __init__(self, archive: Unzipped, found: Tally) -> None:
        self._archive = archive
        self._found = found
        self._names = _NAME.findall(archive.peek(ooxml.WORKBOOK))

    def all_of(self, told: Mapping[str, str]) -> list[tuple[str, str]]:
        """The sheets that the heading names, with the range of each."""
        described = {ROWS: told["columns"]}
        described |= {
            name.removeprefix(OF_SHEET): columns
            for name, columns in told.items()
            if name.startswith(OF_SHEET)
        }
        sheets: list[tuple[str, str]] = []
        for name, columns in described.items():
            names = [column.name for column in columns_in(columns)]
            self._found.take(canonical(names), 0)
            number, is_full = 1, True
            while number == 1 or self._is_next(len(sheets), sheet_name(name, number)):
                if not is_full:
                    raise Altered(f"has rows on a sheet {sheet_name(name, number)} that had room before it")
                count, is_full = self._read(part(len(sheets) + 2), names)
                sheets.append((sheet_name(name, number), span_of(ooxml.letters(len(names)), count)))
                number += 1
        return sheets

    def _is_next(self, read: int, name: str) -> bool:
        return self._names[read + 1 : read + 2] == [name]

    def _read(self, member: str, names: Sequence[str]) -> tuple[int, bool]:
        """Tells how many rows there are on the sheet, and whether it had no room for another."""
        text = _Text(self._archive.blocks(member))
        letters = ooxml.letters(len(names))
        begins, heading, rows = text.up_to(ooxml.ROWS_BEGIN), text.up_to(ooxml.ROW_ENDS), text.rows()
        batch = list(islice(rows, as_xlsx.BATCH))
        cells = [ooxml.cells_in(row, letters) or [None] * len(letters) for row in batch]
        if begins != ooxml.sheet_begins(widths(names, cells), heading=True):
            raise Altered(f"does not have the {member} that is written for what is in it")
        if heading != ooxml.row(1, letters, names, bold=True):
            raise Altered("does not have the columns that its heading names")
        count, size = 0, len((begins + heading).encode())
        for row in chain(batch, rows):
            self._take(row, letters, count + 2)
            count, size = count + 1, size + len(row.encode())
        if text.rest() != ooxml.sheet_ends(span_of(letters, count)) or count > as_xlsx.MOST_ROWS:
            raise Altered(f"does not have the {member} that is written for what is in it")
        return count, count == as_xlsx.MOST_ROWS or size >= as_xlsx.MOST_BYTES

    def _take(self, row: str, letters: Sequence[str], number: int) -> None:
        cells = ooxml.cells_in(row, letters)
        if cells is None or ooxml.row(number, letters, cells) != row:
            raise Altered(f"has a row {number} on a sheet that is not written as one of an export is")
        self._found.take(canonical(cells), 1)


class _Text:
    """A text of which no more is held than is asked for at once."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0

    def up_to(self, end: str) -> str:
        """Gives what comes up to this and with it."""
        while (found := self._text.find(end, self._at)) < 0:
            if len(self._text) - self._at > LONGEST_ROW or not self._more():
                raise damaged()
        begin, self._at = self._at, found + len(end)
        return self._text[begin : self._at]

    def rows(self) -> Iterator[str]:
        while self._text.startswith("<row ", self._at) or (len(self._text) - self._at < 5 and self._more()):
            if self._text.startswith("<row ", self._at):
                yield self.up_to(ooxml.ROW_ENDS)

    def rest(self) -> str:
        while self._more():
            if len(self._text) > LONGEST_ROW:
                raise damaged()
        return self._text[self._at :]

    def _more(self) -> bool:
        block = next(self._blocks, None)
        try:
            more = self._decoder.decode(block or b"", final=block is None)
        except UnicodeDecodeError as error:
            raise damaged() from error
        self._text, self._at = self._text[self._at :] + more, 0
        return block is not None
