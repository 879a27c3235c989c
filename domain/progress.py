"""The figures of docs/design.md#measuring, exact until they are rounded for an answer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TypeAlias, TypeVar

from domain.rules import Rules, judge

DIRECTED = ("increase", "decrease", "milestone")
MAINTAINED = ("maintain_at_least", "maintain_at_most")
OBSERVED = "observe"
KINDS = (*DIRECTED, *MAINTAINED, OBSERVED)
NOTHING, ALL = Fraction(0), Fraction(1)
EXACT_BITS = 4_096
CUT = 10**40

K = TypeVar("K", bound=Hashable)
Weight: TypeAlias = Decimal | Fraction
Aimed: TypeAlias = tuple[str, Decimal | None, Decimal | None]
"""Kind, baseline and target."""


def attainment(
    kind: str, baseline: Decimal | None, target: Decimal | None, value: Decimal | None
) -> Fraction | None:
    """Tells how far the value is from baseline to target, not clamped; for a threshold 1 or 0.

    None without a reading, for `observe`, and where baseline and target leave nothing to measure.
    """
    if value is None or target is None or kind == OBSERVED:
        return None
    if kind == "maintain_at_least":
        return Fraction(value >= target)
    if kind == "maintain_at_most":
        return Fraction(value <= target)
    if baseline is None or baseline == target:
        return None
    (start, part), (goal, goal_part), (now, now_part) = (
        each.as_integer_ratio() for each in (baseline, target, value)
    )
    return Fraction((now * part - start * now_part) * goal_part, (goal * part - start * goal_part) * now_part)


def is_easier(before: Aimed, after: Aimed) -> bool:
    """Tells whether there are values that reach the target and did not reach the one before: a nearer one,
    one of the other direction, or none any more.
    """
    if before[2] is None or after[2] is None:
        return before[2] is not None
    downwards = _is_downwards(*after)
    if downwards != _is_downwards(*before):
        return True
    return after[2] > before[2] if downwards else after[2] < before[2]


def _is_downwards(kind: str, baseline: Decimal | None, target: Decimal | None) -> bool:
    if kind == "milestone" and baseline is not None and target is not None:
        return target < baseline
    return kind in ("decrease", "maintain_at_most")


def progress(kind: str, attained: Fraction | None) -> Fraction | None:
    """Attainment clamped to 0..1; 0 without a reading; None for `observe`, which has no progress."""
    if kind == OBSERVED:
        return None
    return clamped(attained) if attained is not None else NOTHING


def weighed(items: Iterable[tuple[Weight, Fraction | None]]) -> Fraction | None:
    """The mean of (weight, progress) by weight, without items that have no progress; None if none is left.

    Exact as long as what is weighed has a common denominator of at most 4,096 bits. Beyond that every item is
    first cut to 40 decimals: else figures would grow with every level of the graph, and so would the time
    that all who ask for them wait.
    """
    counted = [(weight, share) for weight, share in items if share is not None]
    sums = _sums(counted) or _sums([(_cut(weight), _cut(share)) for weight, share in counted])
    return Fraction(*sums) if sums and sums[1] else None


def _sums(items: Iterable[tuple[Weight, Fraction]]) -> tuple[int, int] | None:
    """The sums of weight * share and of weight over their common denominator; None if that is too large."""
    total, mass, part = 0, 0, 1  # over one denominator: a Fraction for each step would cost ten times as much
    for weight, share in items:
        (heavy, heavy_part), (done, done_part) = weight.as_integer_ratio(), share.as_integer_ratio()
        both = lcm(part, heavy_part * done_part)
        if both.bit_length() > EXACT_BITS:
            return None
        wider, own = both // part, both // (heavy_part * done_part)
        total = total * wider + heavy * done * own
        mass = mass * wider + heavy * done_part * own
        part = both
    return total, mass


def _cut(value: Weight) -> Fraction:
    whole, part = value.as_integer_ratio()
    return Fraction(whole * CUT // part, CUT)


def rolled_up(
    ids: Iterable[K],
    own: Callable[[K], Iterable[tuple[Weight, Fraction | None]]],
    contributors: Callable[[K], Iterable[tuple[K, Weight]]],
) -> dict[K, Fraction | None]:
    """Progress of these objectives and of all that contributes to them, however long the chain.

    `own` gives the (weight, progress) of an objective's key results, `contributors` the objectives that count
    in it with the weights of their links; each is asked once an objective.
    """
    found: dict[K, Fraction | None] = {}
    below: dict[K, list[tuple[K, Weight]]] = {}
    waiting = list(ids)
    while waiting:
        id = waiting[-1]
        if id not in below:
            below[id] = list(contributors(id))
            waiting.extend(child for child, _ in below[id] if child not in below)
        else:
            waiting.pop()
            if id not in found:
                shares = ((weight, found.get(child)) for child, weight in below[id])
                found[id] = weighed((*own(id), *shares))
    return found


def elapsed(starts_on: date, ends_on: date, as_of: date) -> Fraction:
    """The share of the period's days gone by at `as_of`, 0..1; a period of one day is over on that day."""
    if starts_on == ends_on:
        return Fraction(as_of >= starts_on)
    return clamped(Fraction((as_of - starts_on).days, (ends_on - starts_on).days))


def pace(share: Fraction, elapsed_share: Fraction, rules: Rules) -> str:
    """ahead, on_track, behind or off_track: exact progress against the exact elapsed share."""
    return judge(share - elapsed_share, rules.paces)


def zone(score: Decimal | Fraction, rules: Rules) -> str:
    """fail, commit, target or stretch: the zone of a score at closing."""
    return judge(Fraction(score), rules.zones)


def confidence_band(confidence: int, rules: Rules) -> str:
    """Low (0-3), medium (4-7) or high (8-10)."""
    return judge(confidence, rules.confidence_bands)


def clamped(share: Fraction) -> Fraction:
    """`share`, not below 0 and not above 1."""
    if share.numerator <= 0:
        return NOTHING
    return share if share.numerator < share.denominator else ALL
