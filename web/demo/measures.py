"""All the goals are meant to move three measures, read at the end of every month."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from web.demo.made_up import MEASURES
from web.demo.organisation import Organisation

BEFORE_THE_CYCLE = 38  # days: the strategic objectives are there by then
MISCOUNTED = "The survey's late answers had not been counted"


def measure(org: Organisation) -> None:
    """Defined before the half-year that runs and linked to what the last and this one want; one reading is
    put right weeks later.
    """
    for given in MEASURES:
        _measure(org, given)


def _measure(org: Organisation, given: dict[str, Any]) -> None:
    name, today = given["name"], org.calendar.today
    dice, id = org.chance.dice("measure", name), org.chance.id("measure", name)
    who = org.lead_of(org.unit(given["unit"]))
    day = org.calendar.cycles[-1].day(-BEFORE_THE_CYCLE)
    wanted = [each for each in org.objectives if each.level == "strategic" and each.title in given["goals"]]
    value = Decimal(given["baseline"])
    definition = {
        "name": name,
        "unit_of_measure": given["unit_of_measure"],
        "direction": "increase",
        "baseline": value,
        "target": Decimal(given["target"]),
        "external_id": name.lower().replace(" ", "-"),
        "objective_ids": [each.id for each in wanted if each.cycle in org.calendar.cycles[1:]],
    }
    org.tell(day, "measures.define", id, definition, by=who)
    read: list[dict[str, Any]] = []
    while (day := _end_of_month(day)) <= today:
        value += Decimal(given["a_month"]) * dice.randint(-4, 14) / 5
        reading = {"reading_id": org.chance.id("reading", name, len(read)), "value": round(value, 1)}
        read.append({**reading, "on": day, "source": given["source"]})
        org.tell(day, "measures.record_reading", id, read[-1], by=who)
        day += timedelta(days=1)
    if given is MEASURES[0] and read:
        wrong = read[max(0, len(read) - 3)]
        told_on = min(wrong["on"] + timedelta(days=24), today)
        better = {"reading_id": wrong["reading_id"], "value": wrong["value"] + 1, "source": None}
        day = wrong["on"]
        org.tell(day, "measures.correct_reading", id, better, by=who, reason=MISCOUNTED, told_on=told_on)


def _end_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
