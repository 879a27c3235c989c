"""All the goals are meant to move three measures, read at the end of every month."""

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from web.demo.calendar import Calendar
from web.demo.directory import Directory
from web.demo.objectives import Objective
from web.demo.steps import Chance, Step, by_person

BEFORE_THE_CYCLE = 38  # days: the strategic objectives are there by then
MISCOUNTED = "The survey's late answers had not been counted"


@dataclass(frozen=True)
class Outline:
    name: str
    unit: str
    baseline: str
    target: str
    a_month: str  # by how much it moves on average
    source: str
    answers_for: str  # the unit whose lead records it
    goals: tuple[str, ...]  # titles of strategic objectives


OUTLINES = (
    Outline(
        *("Engagement", "index points", "61", "70", "0.9", "Monthly pulse survey", "People"),
        ("A place where good people stay", "Everyone goes home unhurt"),
    ),
    Outline(
        *("Customer satisfaction", "%", "72", "82", "0.8", "Regulator's panel", "Customers and Markets"),
        ("Customers who would recommend us", "Safe water at every tap"),
    ),
    Outline(
        *("Market share with business customers", "%", "34", "40", "0.4", "Regulator's register"),
        *("Business Customers", ("Affordable bills, sound finances", "Customers who would recommend us")),
    ),
)


def impact(
    chance: Chance, when: Calendar, directory: Directory, objectives: list[Objective]
) -> Iterator[Step]:
    """Defined before the half-year that runs and linked to what the last and this one want; one reading is
    put right weeks later.
    """
    for outline in OUTLINES:
        linked = [
            each.id
            for each in objectives
            if each.cycle in when.cycles[1:] and each.title in outline.goals and each.level == "strategic"
        ]
        yield from _told(chance, when, directory, outline, {"objective_ids": linked})


def _told(
    chance: Chance, when: Calendar, directory: Directory, outline: Outline, links: dict[str, object]
) -> Iterator[Step]:
    dice, id = chance.dice("measure", outline.name), chance.id("measure", outline.name)
    who = by_person(directory.lead_of(directory.unit(outline.answers_for)).id)
    first = when.cycles[-1].day(-BEFORE_THE_CYCLE)
    definition: dict[str, object] = {
        "name": outline.name,
        "unit_of_measure": outline.unit,
        "direction": "increase",
        "baseline": Decimal(outline.baseline),
        "target": Decimal(outline.target),
        "external_id": outline.name.lower().replace(" ", "-"),
    }
    yield Step(first, "measures", "define", id, who, first, {**definition, **links})
    step, value = Decimal(outline.a_month), Decimal(outline.baseline)
    days = list(_ends_of_months(first, when.today))
    for number, day in enumerate(days):
        value += step * Decimal(dice.randint(-4, 14)) / 5
        reading = {"reading_id": chance.id("reading", outline.name, number), "value": round(value, 1)}
        said: dict[str, object] = {**reading, "on": day, "source": outline.source}
        yield Step(day, "measures", "record_reading", id, who, day, said)
        if outline is OUTLINES[0] and number == max(0, len(days) - 3):
            told_on = min(day + timedelta(days=24), when.today)
            better: dict[str, object] = {**reading, "value": round(value + 1, 1), "source": None}
            yield Step(told_on, "measures", "correct_reading", id, who, day, better, MISCOUNTED)


def _ends_of_months(first: date, last: date) -> Iterator[date]:
    day = first
    while True:
        day = day.replace(day=months.monthrange(day.year, day.month)[1])
        if day > last:
            return
        yield day
        day += timedelta(days=1)
