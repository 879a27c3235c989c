"""The cells of one row as values. What cannot be one is complained about, and the row is then not used."""

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import TypeVar

from application.plan.errors import Complaints, quoted
from application.plan.notation import Notation
from application.plan.table import RawRow
from domain import checks, decimals

WHOLE_NUMBER = re.compile(r"[+-]?\d{1,9}", re.ASCII)
MISSING = "is missing"
STAND_IN_DATE = date.min
STAND_IN_NUMBER = Decimal(0)
ONE = Decimal(1)

T = TypeVar("T")


class Cells:
    """Reads typed values from a row. `bad`: the columns complained about, each once; their values are
    stand-ins, on which no other complaint may rest.

    White space around a value is dropped, inside a text (line breaks too) it is kept as it is.
    """

    def __init__(self, file: str, raw: RawRow, notation: Notation, complaints: Complaints) -> None:
        self.file = file
        self.line = raw.line
        self.bad: set[str] = set()
        self._cells = raw.cells
        self._notation = notation
        self._complaints = complaints
        for column, detail in raw.faults.items():
            self.complain(column, detail)

    def complain(self, column: str, detail: str) -> None:
        """Once for a column; without a detail the cell is bad, and why has been said."""
        if column not in self.bad:
            self.bad.add(column)
            if detail:
                self._complaints.add(self.file, self.line, column, detail)

    def has(self, column: str) -> bool:
        """Returns whether the file has this optional column."""
        return column in self._cells

    def text(self, column: str) -> str:
        return self._required(column, self.optional_text(column)) or ""

    def optional_text(self, column: str) -> str | None:
        return self._cells[column].strip() or None

    def word(self, column: str, among: Collection[str]) -> str:
        return self._required(column, self.optional_word(column, among)) or ""

    def optional_word(self, column: str, among: Collection[str]) -> str | None:
        word = self.optional_text(column)
        if word and word not in among:
            self.complain(column, f"{quoted(word)} is none of {', '.join(among)}")
        return word

    def day(self, column: str) -> date:
        return self._required(column, self.optional_day(column)) or STAND_IN_DATE

    def optional_day(self, column: str) -> date | None:
        cell = self._cells[column].strip()
        if not cell:
            return None
        day = self._notation.day(cell)
        if day is None:
            self.complain(column, f"{quoted(cell)} {self._notation.no_day(cell)}")
            return STAND_IN_DATE
        if not checks.EARLIEST <= day <= checks.LATEST:
            self.complain(column, f"{quoted(cell)} is not from {checks.EARLIEST} to {checks.LATEST}")
        return day

    def number(self, column: str) -> Decimal:
        number = self._required(column, self.optional_number(column))
        return STAND_IN_NUMBER if number is None else number

    def optional_number(self, column: str) -> Decimal | None:
        cell = self._cells[column].strip()
        if not cell:
            return None
        try:
            return decimals.parse(self._notation.number(cell))
        except decimals.NotADecimal as refused:
            self.complain(column, f"{quoted(cell)} {refused}{self._notation.no_number(cell)}")
            return STAND_IN_NUMBER

    def weight(self, column: str, empty: Decimal | None = ONE) -> Decimal:
        """A number above 0; `empty` for an empty cell, which is complained about if that is None."""
        weight = self.optional_number(column)
        if weight is None:
            return self._required(column, empty) or STAND_IN_NUMBER
        if not 0 < weight <= checks.HEAVIEST:
            self.complain(
                column, f"{decimals.canonical(weight)} must be above 0 and at most {checks.HEAVIEST}"
            )
        return weight

    def optional_whole_number(self, column: str, lowest: int, highest: int) -> int | None:
        cell = self._cells[column].strip()
        if not cell:
            return None
        number = int(cell) if WHOLE_NUMBER.fullmatch(cell) else None
        if number is None or not lowest <= number <= highest:
            self.complain(column, f"{quoted(cell)} is not a whole number from {lowest} to {highest}")
        return number

    def _required(self, column: str, value: T | None) -> T | None:
        if value is None:
            self.complain(column, MISSING)
        return value
