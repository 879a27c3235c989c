"""A workbook (Office Open XML) as records, a sheet for each file of a plan."""

import re
import warnings
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from application.plan.errors import WHOLE_FILE, Complaints
from application.plan.notation import Notation
from application.plan.table import Record, UnreadableTable, without_empty_end

MOST_ROWS = 1_048_576  # of a sheet, as the format has it
MOST_COLUMNS = 64
FORMULA = "f"
UNSAVED = "holds a formula without its result: save the workbook with a spreadsheet program"
# What the reader of the format raises for files that are damaged.
DAMAGED = (
    BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    SyntaxError,
    RuntimeError,
    OSError,
)
_FORMULA = re.compile(rb"<(\w+:)?f[\s>/]")
# A text may be empty; what else is a result has something in it.
_RESULT = re.compile(
    rb"""(</(\w+:)?f>|<(\w+:)?f\s[^<>]*/>)\s*<(\w+:)?v>[^<]|<(\w+:)?c\s[^<>]*\bt=["']str["']"""
)


class Workbook:
    """`sheets`: title of each sheet in which there is anything -> the name that a file of the plan would
    have.
    """

    def __init__(self, file: IO[bytes]) -> None:
        """Raises one of `DAMAGED` for what is no workbook."""
        import openpyxl  # slow to load, and needed for workbooks alone
        from openpyxl.utils.escape import unescape

        warnings.filterwarnings("ignore", module="openpyxl")  # of what it leaves out: styles, validation
        self._unescape = unescape
        self._book = openpyxl.load_workbook(
            file, read_only=True, data_only=not _lacks_results(file), keep_links=False
        )
        self.sheets = {sheet.title: _name(sheet.title) for sheet in self._book.worksheets if _has_any(sheet)}

    def records(self, file: str, title: str, notation: Notation, complaints: Complaints) -> Iterator[Record]:
        """Dates come as ISO and numbers as this notation has them, all else as the text of the cell.

        Raises `UnreadableTable`, with the complaint made, where the sheet is damaged.
        """
        line, width = 0, 0
        try:
            for line, row in _rows(self._book[title]):
                values = ["" if cell.value is None else self._text(cell.value, notation) for cell in row]
                cells = without_empty_end(values, width)
                width = width or len(cells)
                faults = {place: UNSAVED for place, cell in enumerate(row) if cell.data_type == FORMULA}
                yield Record(line, cells + [""] * (width - len(cells)), faults)
        except DAMAGED as error:
            complaints.add(file, line + 1, WHOLE_FILE, f"is damaged from here on: {error}")
            raise UnreadableTable from error

    def _text(self, value: Any, notation: Notation) -> str:
        if isinstance(value, str):
            return str(self._unescape(value))
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, float):
            return notation.write_number(f"{value:.0f}" if value.is_integer() else repr(value))
        if isinstance(value, datetime) and value.time() == time():
            value = value.date()
        return value.isoformat() if isinstance(value, date) else str(value)


def _rows(sheet: Any) -> Iterator[tuple[int, Any]]:
    """Gives the rows, each with its number; of those that the sheet leaves out in a run the first."""
    sheet.reset_dimensions()  # what the sheet says of its size is not to be trusted
    before = None
    for line, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if line > MOST_ROWS:
            raise ValueError(f"it has more than {MOST_ROWS} rows")
        if row is not before:  # the reader gives the same object for each that is left out
            yield line, row
        before = row


def _has_any(sheet: Any) -> bool:
    return any(cell.value is not None for _, row in _rows(sheet) for cell in row)


def _name(title: str) -> str:
    return re.sub(r"[\s-]+", "_", title.strip().casefold())


def _lacks_results(file: IO[bytes]) -> bool:
    """Returns whether there are formulas and no result of any, as programs write them that calculate
    nothing.
    """
    formulas = False
    with ZipFile(file) as parts:
        for part in parts.namelist():
            if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                xml = parts.read(part)
                if _RESULT.search(xml):
                    return False
                formulas = formulas or _FORMULA.search(xml) is not None
    return formulas
