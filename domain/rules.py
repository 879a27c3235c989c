"""The rules of every judgement in one place: the thresholds, and which objectives and links count how.

A policy (`domain.policy`) says from which day on which rules are in force. Version 1 held before there were
policies; version 2 counts an objective only within its period, a link as crossing only between lines, and
never shows a figure beyond a threshold that it has not reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from domain.checks import NAME_LENGTH, number, one_of, text
from domain.decimals import canonical
from domain.refusals import InvalidValue

Thresholds: TypeAlias = tuple[tuple[Fraction | None, str], ...]
"""Each the lowest value of its word, from the top; the last word has none below it."""

ZONES = ("stretch", "target", "commit", "fail")
PACES = ("ahead", "on_track", "behind", "off_track")
CONFIDENCE_BANDS = ("high", "medium", "low")
# An approved or active objective is live on every day, or on those of its period.
BY_STATUS, WITHIN_PERIOD = "by_status", "within_period"
# A live objective is stale without a sign of life, or at the earliest when its period began that long ago.
FROM_SIGN, FROM_PERIOD = "from_last_sign", "from_first_day"
# A link crosses between two units, or only where neither of the two is the other or stands above it.
BETWEEN_UNITS, BETWEEN_LINES = "between_units", "between_lines"
# Figures are shown with six places: rounded half to even, or cut, which never reaches a higher threshold.
HALF_EVEN, CUT = "half_even", "cut"
CHOICES: Mapping[str, tuple[str, ...]] = {
    "live": (BY_STATUS, WITHIN_PERIOD),
    "stale": (FROM_SIGN, FROM_PERIOD),
    "crossing": (BETWEEN_UNITS, BETWEEN_LINES),
    "rounding": (HALF_EVEN, CUT),
}
SCALES: Mapping[str, tuple[tuple[str, ...], int, int]] = {
    "zones": (ZONES, 0, 1),
    "paces": (PACES, -1, 1),
    "confidence_bands": (CONFIDENCE_BANDS, 0, 10),
}
"""For each scale its words from the top, and between which values its thresholds lie."""
MILLION = 1_000_000


@dataclass(frozen=True)
class Rules:
    """`name` is what answers call the version; the rest is what it decides by."""

    name: str
    zones: Thresholds
    paces: Thresholds
    confidence_bands: Thresholds
    live: str
    stale: str
    crossing: str
    rounding: str

    def millionths(self, share: Fraction) -> int:
        """The share with six places, as a whole number of millionths."""
        whole, rest = divmod(share.numerator * MILLION, share.denominator)
        if self.rounding == CUT:
            return whole
        return whole + (2 * rest > share.denominator or (2 * rest == share.denominator and whole % 2 == 1))

    def shown(self, share: Fraction) -> Decimal:
        """The share with six places."""
        return Decimal(f"{self.millionths(share)}e-6")

    def payload(self) -> dict[str, Any]:
        """The rules as an event holds them: {name, zones: {word: lowest value}, ..., live, ...}."""
        scales = {
            scale: {word: canonical(_decimal(low)) for low, word in getattr(self, scale) if low is not None}
            for scale in SCALES
        }
        return {"name": self.name, **scales, **{name: getattr(self, name) for name in CHOICES}}

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Rules:
        """The rules that an event holds."""
        scales: dict[str, Any] = {
            scale: tuple(
                (Fraction(payload[scale][word]) if word in payload[scale] else None, word) for word in words
            )
            for scale, (words, _, _) in SCALES.items()
        }
        return cls(payload["name"], **scales, **{name: payload[name] for name in CHOICES})

    def changed(self, given: Mapping[str, Any]) -> Rules:
        """These rules with what is given in their place, checked: a name, and any of the others.

        Raises InvalidValue for an unknown word, and for thresholds that do not fall from word to word.
        """
        payload = self.payload()
        for scale in SCALES:
            if given.get(scale) is not None:
                payload[scale] = _scale(scale, given[scale])
        for name, choices in CHOICES.items():
            if given.get(name) is not None:
                payload[name] = one_of(given[name], choices, f"/{name}")
        return Rules.of({**payload, "name": text(given["name"], "/name", NAME_LENGTH)})


def judge(value: Fraction | int, thresholds: Thresholds) -> str:
    """The word of the first threshold that `value` reaches."""
    top, bottom = value.numerator, value.denominator
    for lowest, word in thresholds:
        if lowest is None or top * lowest.denominator >= lowest.numerator * bottom:
            return word
    raise ValueError(f"no word for {value}")


def _scale(scale: str, given: Mapping[str, Any]) -> dict[str, str]:
    words, lowest, highest = SCALES[scale]
    wanted = words[:-1]
    if unknown := sorted(set(given) - {*wanted}):
        raise InvalidValue.at(f"/{scale}/{unknown[0]}", f"is not one of {', '.join(wanted)}")
    found: dict[str, str] = {}
    before: Decimal | None = None
    for word in wanted:
        pointer = f"/{scale}/{word}"
        if word not in given:
            raise InvalidValue.at(pointer, "is missing: give the lowest value of each word but the last")
        value = number(given[word], pointer)
        if not lowest <= value <= highest:
            raise InvalidValue.at(pointer, f"must be from {lowest} to {highest}")
        if value.as_tuple().exponent not in range(-6, 1):
            raise InvalidValue.at(pointer, "must have at most six decimal places")
        if before is not None and value >= before:
            raise InvalidValue.at(pointer, "must be below that of the word above it")
        found[word], before = canonical(value), value
    return found


def _decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / Decimal(share.denominator)


def _thresholds(words: Sequence[str], *lowest: str) -> Thresholds:
    return (*((Fraction(low), word) for low, word in zip(lowest, words, strict=False)), (None, words[-1]))


VERSION_1 = Rules(
    name="2026-1",
    zones=_thresholds(ZONES, "1", "0.7", "0.3"),
    paces=_thresholds(PACES, "0.10", "-0.10", "-0.25"),
    confidence_bands=_thresholds(CONFIDENCE_BANDS, "8", "4"),
    live=BY_STATUS,
    stale=FROM_SIGN,
    crossing=BETWEEN_UNITS,
    rounding=HALF_EVEN,
)
VERSION_2 = Rules(
    name="2026-2",
    zones=VERSION_1.zones,
    paces=VERSION_1.paces,
    confidence_bands=VERSION_1.confidence_bands,
    live=WITHIN_PERIOD,
    stale=FROM_PERIOD,
    crossing=BETWEEN_LINES,
    rounding=CUT,
)
