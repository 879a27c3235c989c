"""The organisation learns some things too late: they are told after everything else, about days long past.

Between the last step before these and the first of them lies the instant at which "as known then" and "as
known now" begin to differ.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from web.demo.calendar import Calendar
from web.demo.directory import ANA, Directory
from web.demo.objectives import Objective
from web.demo.reorganisation import NEW_TEAM, transfer
from web.demo.steps import Chance, Step, by_person

HOW_MANY = 30
MISREAD = "The meter was read wrongly; found when the books were compared"


def anas_objectives(when: Calendar, objectives: list[Objective]) -> list[Objective]:
    """Lists the objectives on which Ana worked at the review day."""
    return [
        each
        for each in objectives
        if each.person is not None and each.person.name == ANA and each.cycle is when.reviewed_cycle
    ]


def late_corrections(
    chance: Chance, when: Calendar, directory: Directory, objectives: list[Objective], told: list[Step]
) -> Iterator[Step]:
    """Ana's transfer, the new parent of her objective and her reading; then readings of others."""
    chief = by_person(directory.people[0].id)
    ana = next(person for person in directory.people if person.name == ANA)
    hers = anas_objectives(when, objectives)
    moved_on = when.review_day - timedelta(days=16)
    yield from transfer(ana, directory.unit(NEW_TEAM), directory, moved_on, when.today, chief)
    yield from _new_parent(hers[0], moved_on, when, objectives)
    mine = {objective.id for objective in hers}
    last: dict[UUID, Step] = {}
    for step in told:
        if step.action == "check_in" and step.effective_on <= when.review_day:
            last[step.subject] = step
    cycle = {objective.id for objective in objectives if objective.cycle is when.reviewed_cycle}
    others = [id for id in last if id in cycle and id not in mine]
    some = chance.dice("late corrections").sample(others, min(HOW_MANY, len(others)))
    for id in [*(id for id in last if id in mine), *some]:
        yield misread(last[id], when.today, chief)


def _new_parent(
    objective: Objective, since: date, when: Calendar, objectives: list[Objective]
) -> Iterator[Step]:
    """Its first link gives way to one into another line, since the day of the transfer."""
    old = objective.links[0][0]
    new = next(
        each
        for each in objectives
        if each.cycle is objective.cycle and each.level == old.level and each.unit is not old.unit
        if each.fate == "runs" and each.links
        if each.links[0][0].fate == "runs" and each.links[0][0].links
    )
    actor = by_person(objective.person.id if objective.person else new.id)
    reason = "The work went along to the new team"
    arguments: dict[str, object] = {"objective_id": new.id, "kind": "contributes", "weight": Decimal(2)}
    yield Step(when.today, "objectives", "align", objective.id, actor, since, arguments, reason)
    gone: dict[str, object] = {"parent_id": old.id}
    yield Step(when.today, "objectives", "remove_alignment", objective.id, actor, since, gone, reason)


def misread(check_in: Step, told_on: date, actor: str) -> Step:
    """The same check-in with its first reading an eighth lower, or one lower if it is small."""
    values = check_in.arguments["readings"]
    if not isinstance(values, dict):
        raise TypeError("a check-in's readings are {key result: value}")
    key_result, value = next(iter(values.items()))
    arguments: dict[str, object] = {
        "check_in_id": check_in.arguments["check_in_id"],
        "readings": {key_result: value - max(Decimal(1), round(value / 8))},
        "confidence": None,
        "note": None,
    }
    return Step(
        told_on,
        "objectives",
        "correct_check_in",
        check_in.subject,
        actor,
        check_in.effective_on,
        arguments,
        MISREAD,
    )
