"""The first half-year is closed for everyone; then something comes to light, and it is closed once more."""

from collections.abc import Iterator
from datetime import timedelta

from web.demo.calendar import Calendar
from web.demo.corrections import misread
from web.demo.objectives import Objective
from web.demo.steps import Chance, Step

SEALED_AFTER, REOPENED_AFTER, SEALED_AGAIN_AFTER = 110, 130, 140  # days after its end
HOW_MANY = 8
FOUND = "A calibrated meter had read high for months; the figures of the half-year are put right"


def seal_the_first(
    chance: Chance, when: Calendar, objectives: list[Objective], told: list[Step], chief: str
) -> Iterator[Step]:
    """`told` is the history, in which the last reading of each objective can be found."""
    cycle = when.cycles[0]

    def step(action: str, days: int, reason: str) -> Step:
        day = cycle.ends_on + timedelta(days=days)
        return Step(when.today, "cycles", action, cycle.id, chief, day, {}, reason)

    yield step("close", SEALED_AFTER, "The half-year is over, all reviews are final")
    yield step("reopen", REOPENED_AFTER, FOUND)
    ran = {each.id for each in objectives if each.cycle is cycle and each.fate == "runs"}
    last = {each.subject: each for each in told if each.action == "check_in" and each.subject in ran}
    for id in chance.dice("sealed").sample(sorted(last), min(HOW_MANY, len(last))):
        yield misread(last[id], when.today, chief)
    yield step("close", SEALED_AGAIN_AFTER, "Put right, and closed again")
