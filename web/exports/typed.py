"""Values as a spreadsheet has them, and the canonical lines that the digest of a workbook is made of.

A cell holds a number of at most 15 digits, a day since March 1900, an instant to the millisecond, or a text
that is not too long. What does not fit is text, and a text that is too long is cut. The digest is made from
the cells as they are, so that it can be made again from a workbook that was read.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

import orjson

from web.exports.cells import text_of
from web.exports.columns import BOOLEAN, DAY, DECIMAL, INSTANT, INTEGER, NUMBER, Column

Cell: TypeAlias = str | float | bool | date | datetime | None
MOST_UNITS = 32_767
"""A cell holds no more than this, in units of UTF-16."""
CUT = "…"
MOST_DIGITS = 15
EXACT = 10**MOST_DIGITS
"""Below it, whole numbers are written out."""
FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets do not agree on what day it is
_DIGITS = re.compile(r"-?0*([0-9]+)(?:\.([0-9]+))?", re.ASCII)


def cells_of(columns: Sequence[Column], values: Sequence[Any]) -> list[Cell]:
    """The cells of the values of a row."""
    return [_cell(column.kind, value) for column, value in zip(columns, values, strict=True)]


def canonical(cells: Iterable[Cell]) -> bytes:
    """The line of a row: a JSON array. Whole numbers have no fraction and, if they have more digits than a
    cell, an exponent; instants are UTC with milliseconds.
    """
    return orjson.dumps([_as_json(cell) for cell in cells]) + b"\n"


def rounded(value: float) -> float:
    """To as many digits as a cell has."""
    return float(f"{value:.{MOST_DIGITS}g}")


def _cell(kind: str, value: Any) -> Cell:
    if value is None:
        return None
    return _OF_KIND.get(kind, _text)(value)


def _text(value: Any) -> str | None:
    """An empty text is an empty cell: no spreadsheet tells the two apart."""
    text = text_of(value)
    if len(text) > MOST_UNITS // 2 and len(text.encode("utf-16-le")) > 2 * MOST_UNITS:
        kept = text.encode("utf-16-le")[: 2 * (MOST_UNITS - 1)]
        text = kept.decode("utf-16-le", "ignore") + CUT
    return text or None


def _number(value: Any) -> Cell:
    """A number, or a decimal in text; one of too many digits is text."""
    if isinstance(value, float):
        return rounded(value)
    text = text_of(value)
    digits = _DIGITS.fullmatch(text)
    fits = digits is not None and len(digits[1]) + len(digits[2] or "") <= MOST_DIGITS
    return float(text) if fits else text


def _day(value: Any) -> Cell:
    day = date.fromisoformat(value)
    return day if day >= FIRST_DAY else str(value)


def _instant(value: Any) -> Cell:
    instant = datetime.fromisoformat(value).replace(tzinfo=None)
    if instant.date() < FIRST_DAY:
        return str(value)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


_OF_KIND: Mapping[str, Callable[[Any], Cell]] = {
    INTEGER: _number,
    NUMBER: _number,
    DECIMAL: _number,
    BOOLEAN: bool,
    DAY: _day,
    INSTANT: _instant,
}


def _as_json(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="milliseconds") + "Z"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < EXACT else cell
    return cell
