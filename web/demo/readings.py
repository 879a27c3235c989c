"""Readings tell what is measured of an objective, when, and what is said about it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from web.demo.calendar import Calendar
from web.demo.directory import ANA
from web.demo.objectives import KeyResult, Objective
from web.demo.steps import Chance

GOOD = (
    "Ahead of the plan; the early start paid off.",
    "The new routine holds, figures follow.",
    "Best month so far.",
    "Going well. Thanks to the neighbours for the help.",
)
FAIR = (
    "Slower than hoped, no cause for alarm.",
    "Two weeks lost to the meter outage; catching up.",
    "The easy half is done, the hard half is next.",
    "On plan, but the reserve is used up.",
)
POOR = (
    "Stuck: we wait for a decision on the budget.",
    "The person who knows it is on leave.",
    "We underestimated this.",
    "The figures got worse before they get better, we think.",
)


@dataclass(frozen=True)
class Reading:
    id: UUID
    on: date
    values: dict[UUID, Decimal]
    confidence: int


def readings(chance: Chance, objective: Objective, active_on: date, when: Calendar) -> Iterator[Reading]:
    """About monthly, in a rhythm of its own; a neglected objective is looked at once and then forgotten."""
    dice = chance.dice("readings", objective.number)
    day, last = active_on + timedelta(days=dice.randint(4, 26)), objective.ends_on
    if objective.fate in ("cancelled", "postponed"):
        last = objective.cycle.day(90)
    pause = (
        (objective.cycle.day(93), objective.cycle.day(121)) if objective.fate == "resumed" else (last, last)
    )
    ana = objective.person is not None and objective.person.name == ANA
    if ana and objective.cycle is when.reviewed_cycle:
        day = min(day, when.review_day - timedelta(days=3))
    number = 0
    while day <= min(last, when.today):
        if not pause[0] <= day <= pause[1] or pause[0] == pause[1]:
            number += 1
            yield _reading(chance, dice, objective, number, day)
            if objective.fate == "neglected":
                return
        day += timedelta(days=dice.randint(26, 30))


def _reading(chance: Chance, dice: random.Random, objective: Objective, number: int, day: date) -> Reading:
    share = objective.cycle.share(day)
    reached = objective.strength * share ** dice.uniform(0.8, 1.3)
    return Reading(
        id=chance.id("check-in", objective.number, number),
        on=day,
        values={each.id: _value(dice, each, reached) for each in objective.key_results},
        confidence=max(1, min(10, round(9 * objective.strength + dice.uniform(-2, 1)))),
    )


def _value(dice: random.Random, key_result: KeyResult, reached: float) -> Decimal:
    """Whole numbers for what is counted, one decimal place for the rest."""
    if key_result.baseline is None:
        middle = float(key_result.target or 14)
        return _rounded(min(100.0, middle + dice.gauss(0.6, 1.4)), 1)
    start, goal = float(key_result.baseline), float(key_result.target or 0)
    value = start + (goal - start) * max(0.0, reached + dice.gauss(0, 0.03))
    if key_result.measure.unit.startswith("%"):
        return _rounded(min(100.0, value), 1)
    return _rounded(value, 0 if abs(goal - start) >= 4 else 1)


def _rounded(value: float, places: int) -> Decimal:
    return Decimal(f"{value:.{places}f}")


def note_for(dice: random.Random, reading: Reading) -> str | None:
    """Most readings come without a word."""
    if dice.random() > 0.35:
        return None
    return dice.choice(GOOD if reading.confidence >= 8 else FAIR if reading.confidence >= 5 else POOR)


def outcome_for(objective: Objective) -> str:
    if objective.fate == "neglected" or objective.strength < 0.35:
        return "not_achieved"
    return "achieved" if objective.strength >= 0.9 else "partly_achieved"
