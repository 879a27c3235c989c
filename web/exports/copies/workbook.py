"""Copies in XLSX. What counts are the values in the cells: a spreadsheet may have saved the workbook anew."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from itertools import count, takewhile
from typing import IO, Any

import openpyxl
from openpyxl.utils.escape import unescape

from web.exports.as_xlsx import ABOUT, OF_SHEET, sheet_name
from web.exports.columns import DAY, kinds_in
from web.exports.copies.copy import Altered, NotAnExport, check_heading, compare
from web.exports.layout import ROWS
from web.exports.tally import Tally
from web.exports.typed import Cell, canonical, rounded

FORMULA = "f"
TRUTHS = {"=TRUE()": True, "=FALSE()": False}
"""Some spreadsheets save a boolean as one of these."""


def read_xlsx(file: IO[bytes], said: dict[str, Any], found: Tally) -> None:
    """The digest is that of the names of the columns and of the rows, as canonical lines. Sheets that
    somebody added are not looked at.
    """
    workbook = openpyxl.load_workbook(file, read_only=True)
    if ABOUT not in workbook.sheetnames:
        raise NotAnExport("is not an export of Throughline")
    for name, value in _rows(workbook[ABOUT], ["text", "text"]):
        said[str(name)] = value
    check_heading(said)
    told = [(name.removeprefix(OF_SHEET), str(said[name])) for name in said if name.startswith(OF_SHEET)]
    for name, columns in [(ROWS, str(said["columns"])), *told]:
        _read_sheets(workbook, name, kinds_in(columns), found)
    if not str(said.get("rows")).isdecimal():
        raise Altered("does not say any more how many rows were exported")
    compare(found, int(said.pop("rows")), said.pop("sha256", ""))


def _read_sheets(workbook: Any, name: str, kinds: Sequence[str], found: Tally) -> None:
    """Reads a sheet and those on which its rows go on."""
    names: Sequence[Cell] | None = None
    sheets = (sheet_name(name, number) for number in count(1))
    for sheet in takewhile(workbook.sheetnames.__contains__, sheets):
        rows = _rows(workbook[sheet], kinds)
        heading = next(rows, [])
        if names is None:
            found.take(canonical(heading), 0)
        elif names != heading:
            raise Altered(f"has other columns in sheet {sheet} than in the one before")
        names = heading
        for row in rows:
            found.take(canonical(row), 1)


def _rows(sheet: Any, kinds: Sequence[str]) -> Iterator[list[Cell]]:
    """The rows in which there is anything; cells beside the columns count if there is anything in them."""
    sheet.reset_dimensions()  # what the sheet says of its size is not to be trusted
    for row in sheet.iter_rows():
        cells = [_cell(kind, cell) for kind, cell in zip(kinds, row, strict=False)]
        cells += [None] * (len(kinds) - len(cells))
        cells += [cell.value for cell in row[len(kinds) :] if cell.value is not None]
        if any(cell is not None for cell in cells):
            yield cells


def _cell(kind: str, cell: Any) -> Cell:
    value: Cell = cell.value
    if cell.data_type == FORMULA and value in TRUTHS:
        return TRUTHS[str(value)]
    if cell.data_type == FORMULA:
        raise Altered(f"has a formula in cell {cell.coordinate}; no export has one")
    if isinstance(value, str):
        return unescape(value) or None
    if isinstance(value, datetime):
        return value.date() if kind == DAY and value.time() == time() else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return rounded(float(value))
    return value
