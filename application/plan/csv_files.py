"""A CSV file as records. Its separator and its encoding are recognised, or the complaint names them."""

import codecs
import csv
from collections.abc import Collection, Iterator

from application.plan.errors import WHOLE_FILE, Complaints, quoted
from application.plan.notation import Notation
from application.plan.table import SAID_ELSEWHERE, Record, UnreadableTable

SEPARATORS = (",", ";", "\t")
DECLARED_SEPARATOR = "sep="  # how a spreadsheet says it, on a line of its own before the heading
WINDOWS = "cp1252"
NOT_UTF_8 = "is not UTF-8"
NUL = "holds a NUL character"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def records_of(
    file: str, data: bytes, known: Collection[str], notation: Notation, complaints: Complaints
) -> Iterator[Record]:
    """The records; `known` are the columns by which the separator is told. Raises `UnreadableTable`, with the
    complaint made, where the file is no CSV any more.
    """
    text = _decoded(file, data, notation, complaints)
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    separator, skipped = _separator(lines, known)
    faults = _Faults(text)
    reader = csv.reader(lines[skipped:], strict=True, delimiter=separator)
    while True:
        begins_on = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            complaints.add(file, begins_on, WHOLE_FILE, f"is not CSV: {_in_words(str(error))}")
            raise UnreadableTable from error
        if cells:
            yield Record(begins_on, cells, faults.of(cells) if faults.any else {})


def _decoded(file: str, data: bytes, notation: Notation, complaints: Complaints) -> str:
    """Bytes that are no text come as lone surrogates where the encoding allows that."""
    encoding = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None)
    encoding = encoding or _by_nul(data) or notation.encoding or "utf-8"
    try:
        return data.decode(encoding, "surrogateescape")
    except UnicodeError as error:
        complaints.add(file, 0, WHOLE_FILE, f"is not {encoding}, as which it begins or is declared")
        raise UnreadableTable from error


def _by_nul(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of a heading is NUL."""
    heading = data[:64]
    if len(heading) >= 8 and not len(data) % 2:
        for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
            if not any(heading[first::2]) and all(heading[1 - first :: 2]):
                return encoding
    return None


def _separator(lines: list[str], known: Collection[str]) -> tuple[str, int]:
    """The separator that shows most of the known columns in the heading, and how many lines to skip."""
    first = lines[0].strip("\r\n").strip('"')
    if first.startswith(DECLARED_SEPARATOR) and len(first) == len(DECLARED_SEPARATOR) + 1:
        return first[-1], 1

    def shown(separator: str) -> int:
        return len({name.strip(' "\r\n') for name in lines[0].split(separator)} & {*known})

    return max(SEPARATORS, key=shown), 0


class _Faults:
    """Finds the cells that are no text. If nothing in the file but plain ASCII is UTF-8, its encoding is the
    one cause, and the first such cell is told for all.
    """

    def __init__(self, text: str) -> None:
        self._surrogates = not text.isascii() and not _is_text(text)
        self.any = self._surrogates or "\0" in text
        self._other_encoding = self._surrogates and all(c.isascii() or not _is_text(c) for c in text)
        self._told = False

    def of(self, cells: list[str]) -> dict[int, str]:
        found = {place: NUL for place, cell in enumerate(cells) if "\0" in cell}
        for place, cell in enumerate(cells):
            if self._surrogates and not _is_text(cell):
                found[place] = self._not_utf_8(cell)
        return found

    def _not_utf_8(self, cell: str) -> str:
        if not self._other_encoding:
            return NOT_UTF_8
        if self._told:
            return SAID_ELSEWHERE
        self._told = True
        read = cell.encode("utf-8", "surrogateescape").decode(WINDOWS, "replace")
        hint = f"--encoding {WINDOWS} if this is {quoted(read)}"
        return f"{NOT_UTF_8}, nor is the rest of the file: declare its encoding, as in {hint}"


def _is_text(cell: str) -> bool:
    """Returns whether it was decoded: bytes that were not are lone surrogates here."""
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _in_words(csv_error: str) -> str:
    if "unexpected end of data" in csv_error:
        return "a quoted cell begins here and never ends"
    if "new-line character" in csv_error:
        return "a carriage return stands alone, outside of quotes"
    return csv_error
