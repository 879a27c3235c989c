"""Exact decimals of reasonable size, and the one way to write them down. Binary floats never enter."""

from __future__ import annotations

import re
from decimal import Decimal

MOST_DIGITS = 28
LOWEST_EXPONENT = -12
HIGHEST_EXPONENT = 18
LONGEST_TEXT = 64

_SHAPE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


class NotADecimal(ValueError):
    """Says in one sentence what is wrong with a value that should be a decimal."""


def parse(value: str | int | Decimal) -> Decimal:
    """Without trailing zeros: at most 28 digits, and an exponent from -12 to 18. Raises NotADecimal."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise NotADecimal("must be a decimal number, as text or as a whole number")
    if isinstance(value, str) and (len(value) > LONGEST_TEXT or not _SHAPE.fullmatch(value)):
        raise NotADecimal("must be a decimal number such as 12.5")
    if isinstance(value, int) and abs(value) >= 10 ** (MOST_DIGITS + HIGHEST_EXPONENT):
        raise NotADecimal(f"must not have more than {MOST_DIGITS} digits")
    return _reduced(Decimal(value))


def canonical(value: Decimal) -> str:
    """Plain digits: no exponent, no trailing zeros after the point, no negative zero. `parse` reads it."""
    return f"{_reduced(value):f}" if value else "0"


def _reduced(value: Decimal) -> Decimal:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise NotADecimal("must be a finite number")
    kept = list(digits)
    while kept and kept[-1] == 0:
        kept.pop()
        exponent += 1
    while kept and kept[0] == 0:
        kept.pop(0)
    if not kept:
        return Decimal(0)
    if len(kept) > MOST_DIGITS:
        raise NotADecimal(f"must not have more than {MOST_DIGITS} digits")
    if not LOWEST_EXPONENT <= exponent <= HIGHEST_EXPONENT:
        raise NotADecimal("must not be as large or as small as that")
    return Decimal((sign, tuple(kept), exponent))
