"""Progress, exact, from what an objective's key results and contributors say."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any
from uuid import UUID

from tests.stateful.model.in_cycle import OfObjective

DIRECTED = ("increase", "decrease", "milestone")
Aim = tuple[str, Decimal | None, Decimal | None]


def check_ins(part: OfObjective, id: UUID) -> dict[UUID, dict[str, Any]]:
    """Each with its corrections, in the order of recording."""
    found: dict[UUID, dict[str, Any]] = {}
    for fact in part.facts.of(id):
        for name, said in fact.sets.items():
            if name[0] == "check_in":
                there = found.setdefault(name[1], {"on": fact.on, "readings": {}, "confidence": None})
                there["readings"] = there["readings"] | said["readings"]
                if said["confidence"] is not None or "withdrawn" in said:
                    there["confidence"] = said["confidence"]
                there |= {"withdrawn": True} if "withdrawn" in said else {}
    return found


def value(part: OfObjective, id: UUID, key_result: UUID, day: date) -> Decimal | None:
    """The last one read by that day that was not withdrawn."""
    read = [
        (check_in["on"], check_in["readings"][key_result])
        for check_in in check_ins(part, id).values()
        if check_in["on"] <= day and check_in["readings"].get(key_result) is not None
    ]
    return max(reversed(read), key=lambda each: each[0])[1] if read else None


def attained(aim: Aim, reached: Decimal | None) -> Fraction | None:
    kind, baseline, target = aim
    if kind == "observe" or reached is None or target is None:
        return None
    if kind == "maintain_at_least":
        return Fraction(reached >= target)
    if kind == "maintain_at_most":
        return Fraction(reached <= target)
    if baseline is None or baseline == target:
        return None
    return (Fraction(reached) - Fraction(baseline)) / (Fraction(target) - Fraction(baseline))


def of(part: OfObjective, id: UUID, day: date) -> Fraction | None:
    """The mean of all that can be weighed; None if there is nothing."""
    weighed: list[tuple[Fraction, Fraction]] = []
    for key_result, (label, aim) in part.key_results(id, day).items():
        if aim[0] != "observe":
            share = attained(aim, value(part, id, key_result, day)) or Fraction(0)
            weighed.append((Fraction(label[1]), min(max(share, Fraction(0)), Fraction(1))))
    for child, weight in part.contributors(id, day).items():
        below = of(part, child, day)
        if below is not None:
            weighed.append((Fraction(weight), below))
    total = sum((weight for weight, _ in weighed), Fraction(0))
    return sum((weight * share for weight, share in weighed), Fraction(0)) / total if total else None


def shown(share: Fraction | None, rounding: str) -> Decimal | None:
    """With 6 places."""
    if share is None:
        return None
    return Decimal(round(share * 10**6) if rounding == "half_even" else floor(share * 10**6)) / 10**6
