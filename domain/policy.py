"""The thresholds of every judgement, in one place, as a version whose name answers give."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Policy:
    """Ordered thresholds, each the lowest value of its word; the last word has none below it."""

    name: str
    zones: tuple[tuple[Fraction | None, str], ...]
    paces: tuple[tuple[Fraction | None, str], ...]
    confidence_bands: tuple[tuple[Fraction | None, str], ...]


def judge(value: Fraction | int, thresholds: tuple[tuple[Fraction | None, str], ...]) -> str:
    """The word of the first threshold that `value` reaches."""
    top, bottom = value.numerator, value.denominator
    for lowest, word in thresholds:
        if lowest is None or top * lowest.denominator >= lowest.numerator * bottom:
            return word
    raise ValueError(f"no word for {value}")


POLICY = Policy(
    name="2026-1",
    zones=(
        (Fraction(1), "stretch"),
        (Fraction(7, 10), "target"),
        (Fraction(3, 10), "commit"),
        (None, "fail"),
    ),
    paces=(
        (Fraction(10, 100), "ahead"),
        (Fraction(-10, 100), "on_track"),
        (Fraction(-25, 100), "behind"),
        (None, "off_track"),
    ),
    confidence_bands=((Fraction(8), "high"), (Fraction(4), "medium"), (None, "low")),
)
