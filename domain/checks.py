"""Checks of single values. Each takes the JSON pointer of the field in the command's body and returns the
value as it is recorded, or raises InvalidValue naming that pointer.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from domain import decimals
from domain.refusals import InvalidValue

NAME_LENGTH = 200
HEAVIEST = Decimal(1_000_000)
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
"""A day outside of these is a typing error."""

# Control characters other than tab and line break, and surrogates, which come alone in a str.
_UNPRINTABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")


def text(value: str, pointer: str, longest: int) -> str:
    """`value` without surrounding white space: 1 to `longest` characters, line breaks and tabs included."""
    stripped = value.strip()
    if not stripped:
        raise InvalidValue.at(pointer, "must not be empty")
    if len(stripped) > longest:
        raise InvalidValue.at(pointer, f"must not be longer than {longest} characters")
    if _UNPRINTABLE.search(stripped):
        raise InvalidValue.at(pointer, "must not hold control characters or unpaired surrogates")
    return stripped


def optional_text(value: str | None, pointer: str, longest: int) -> str | None:
    """As `text`, but nothing and white space alone are None."""
    return None if value is None or not value.strip() else text(value, pointer, longest)


def one_of(value: str, choices: Collection[str], pointer: str) -> str:
    """`value` as a plain string, if it is among the choices."""
    if value not in choices:
        raise InvalidValue.at(pointer, f"must be one of {', '.join(choices)}")
    return str(value)


def whole(value: object, pointer: str, lowest: int, highest: int) -> int:
    """`value` if it is a whole number (no bool) from `lowest` to `highest`, both included."""
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise InvalidValue.at(pointer, f"must be a whole number from {lowest} to {highest}")
    return value


def number(value: str | int | Decimal, pointer: str) -> Decimal:
    """`value` as an exact decimal of reasonable size (see `domain.decimals`)."""
    try:
        return decimals.parse(value)
    except decimals.NotADecimal as refused:
        raise InvalidValue.at(pointer, str(refused)) from refused


def weight(value: str | int | Decimal, pointer: str) -> Decimal:
    """`value` as a decimal above 0 and at most 1,000,000."""
    parsed = number(value, pointer)
    if not 0 < parsed <= HEAVIEST:
        raise InvalidValue.at(pointer, "must be above 0 and at most 1000000")
    return parsed


def days(**given: date | None) -> None:
    """Refuses a day before 1900 or after 2200, by the name of its field."""
    for name, day in given.items():
        if day is not None and not EARLIEST <= day <= LATEST:
            raise InvalidValue.at(f"/{name}", f"must be a day from {EARLIEST} to {LATEST}")


def ordered(starts_on: date | None, ends_on: date | None, pointer: str = "/ends_on") -> None:
    """Refuses a last day before the first; a missing day is in order with any."""
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise InvalidValue.at(pointer, "must not be before starts_on")
