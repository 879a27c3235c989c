"""Feedback that colleagues give on objectives, most of it for everybody to read."""

import random
from collections.abc import Iterator
from datetime import timedelta

from web.demo.calendar import Calendar
from web.demo.directory import Directory, Person
from web.demo.made_up import WORDS
from web.demo.objectives import Objective
from web.demo.steps import Chance, Step, by_person

SHARE, PRIVATE, TAKEN_BACK = 0.13, 0.28, 0.05


def remarks(
    chance: Chance, when: Calendar, directory: Directory, objectives: list[Objective]
) -> Iterator[Step]:
    """About one objective in eight gets a remark while it runs; a few are withdrawn within days."""
    for objective in objectives:
        dice = chance.dice("feedback", objective.number)
        if dice.random() > SHARE:
            continue
        day = objective.cycle.day(dice.randint(12, 150))
        giver = _giver(dice, directory, objective, [each for each in directory.people if each.is_there(day)])
        id, kind = chance.id("feedback", objective.number), dice.choice(sorted(WORDS["feedback"]))
        said: dict[str, object] = {
            "feedback_id": id,
            "kind": kind,
            "text": dice.choice(WORDS["feedback"][kind]),
            "visibility": "private" if dice.random() < PRIVATE else "open",
        }
        who = by_person(giver.id)
        yield Step(day, "objectives", "give_feedback", objective.id, who, day, said)
        if dice.random() < TAKEN_BACK:
            gone, later = {"feedback_id": id}, day + timedelta(days=2)
            yield Step(
                later, "objectives", "withdraw_feedback", objective.id, who, later, gone, WORDS["taken_back"]
            )


def _giver(dice: random.Random, directory: Directory, objective: Objective, there: list[Person]) -> Person:
    """Somebody else, half the time the one who leads the unit."""
    lead = directory.lead_of(objective.unit)
    if dice.random() < 0.5 and lead is not objective.person:
        return lead
    return dice.choice([each for each in there if each is not objective.person])
