"""Exact decimals of reasonable size, and the one way to write them down. Binary floats never enter."""

from __future__ import annotations

import re
from decimal import Decimal

MOST_DIGITS = 28
MOST_DECIMALS = 28  # digits after the point
MOST_WHOLE = 46  # digits before it
LONGEST_TEXT = 100

_TOO_LARGE = f"must not have more than {MOST_WHOLE} digits before the point"
_SHAPE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


class NotADecimal(ValueError):
    """Says in one sentence what is wrong with a value that should be a decimal."""


def parse(value: str | int | Decimal) -> Decimal:
    """Exactly as given, but for zeros that say nothing: at most 28 digits that count, 28 after the point and
    46 before it. Raises NotADecimal, which names the limit that was broken.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise NotADecimal("must be a decimal number, as text or as a whole number")
    if isinstance(value, str) and not _SHAPE.fullmatch(value):
        raise NotADecimal("must be a decimal number such as 12.5")
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise NotADecimal(f"must not be written with more than {LONGEST_TEXT} characters")
    if isinstance(value, int) and abs(value) >= 10**MOST_WHOLE:
        raise NotADecimal(_TOO_LARGE)
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
    if len(kept) + exponent > MOST_WHOLE:
        raise NotADecimal(_TOO_LARGE)
    if exponent < -MOST_DECIMALS:
        raise NotADecimal(f"must not have more than {MOST_DECIMALS} digits after the point")
    if len(kept) > MOST_DIGITS:
        raise NotADecimal(f"must not have more than {MOST_DIGITS} digits, leading and trailing zeros aside")
    return Decimal((sign, tuple(kept), exponent))
