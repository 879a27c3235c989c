"""Amendments change objectives after their approval, each time with a reason; some are approved again."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from web.demo.calendar import Calendar
from web.demo.directory import ANA, Directory
from web.demo.objectives import LEVELS, Objective
from web.demo.steps import Chance, Step, by_person

SHARE = 0.09
APPROVED_AGAIN = 0.6

Change = Callable[[random.Random, Objective, date, str, list[Objective]], Step | None]


def amendments(
    chance: Chance, when: Calendar, directory: Directory, objectives: list[Objective]
) -> Iterator[Step]:
    """About one in eleven of the objectives that ran is changed in the second or third month of its cycle."""
    for objective in objectives:
        dice = chance.dice("amendment", objective.number)
        ana = objective.person is not None and objective.person.name == ANA
        if objective.fate not in ("runs", "neglected") or ana or dice.random() > SHARE:
            continue
        day = objective.cycle.day(dice.randint(35, 80))
        change = dice.choice((_new_target, _new_target, _new_words, _new_parent))
        lead = objective.person or directory.lead_of(objective.unit)
        step = change(dice, objective, day, by_person(lead.id), objectives)
        if step is None:
            continue
        yield step
        if dice.random() < APPROVED_AGAIN:
            boss = by_person((lead.manager or lead).id)
            again = day + timedelta(days=dice.randint(3, 9))
            yield Step(again, "objectives", "approve", objective.id, boss, again, {}, "Seen and agreed")


def targets_of_march(
    chance: Chance, when: Calendar, directory: Directory, objectives: list[Objective], told: list[Step]
) -> Iterator[Step]:
    """Whatever else was changed: two targets in the last March, by two leads, of objectives with a path to
    the strategy; the second is told a week late.
    """
    changed, actors = {step.subject for step in told}, set[str]()
    dice = chance.dice("targets of march")
    first, second = when.review_day.replace(day=9), when.review_day.replace(day=17)
    days = [(first, first), (second, second + timedelta(days=7))]
    for objective in objectives:
        if not days:
            return
        if objective.level != "team" or objective.id in changed or not _leads_up(objective, when):
            continue
        lead, (day, told_on) = directory.lead_of(objective.unit), days[0]
        step = _new_target(dice, objective, day, by_person(lead.id), objectives)
        if step is not None and step.actor not in actors:
            yield replace(step, told_on=told_on)
            actors.add(step.actor)
            days.pop(0)


def _leads_up(objective: Objective, when: Calendar) -> bool:
    """Returns whether it ran in the cycle of the review day, as did all above it, up to a strategic one."""
    if objective.fate != "runs" or objective.cycle is not when.reviewed_cycle:
        return False
    return objective.level == LEVELS[0] or any(_leads_up(parent, when) for parent, _, _ in objective.links)


def _new_target(
    dice: random.Random, objective: Objective, day: date, actor: str, others: list[Objective]
) -> Step | None:
    """Stretched or eased by a fifth of the way; never onto the baseline."""
    key_result = objective.key_results[0]
    if key_result.baseline is None or key_result.target is None:
        return None
    way = key_result.target - key_result.baseline
    step = max(1, round(abs(way) / 5)) * (1 if way > 0 else -1)
    harder = objective.strength > 0.8 and abs(way) > 2 and key_result.target not in (0, 100)
    target = key_result.target + (step if harder else -step)
    if target == key_result.baseline:
        return None
    reason = "Going well: we raise the bar" if harder else "Two vacancies stayed open"
    arguments: dict[str, object] = {
        "key_result_id": key_result.id,
        "target": target,
        "baseline": key_result.baseline,
    }
    return Step(day, "objectives", "change_target", objective.id, actor, day, arguments, reason)


def _new_words(
    dice: random.Random, objective: Objective, day: date, actor: str, others: list[Objective]
) -> Step | None:
    if dice.random() < 0.5:
        changes = {"title": f"{objective.title}, in every region"}
    else:
        changes = {"description": f"{objective.why} Agreed with the works council."}
    return Step(
        day,
        "objectives",
        "revise",
        objective.id,
        actor,
        day,
        {"changes": changes},
        "Made clearer after the review",
    )


def _new_parent(
    dice: random.Random, objective: Objective, day: date, actor: str, others: list[Objective]
) -> Step | None:
    """One more link upward, into a line it was not in before."""
    above = LEVELS.index(objective.level) - 1
    linked = [parent for parent, _, _ in objective.links]
    choices = [
        other
        for other in others
        if above >= 0
        and other.level == LEVELS[above]
        and other.cycle is objective.cycle
        and other not in linked
    ]
    if not choices:
        return None
    arguments: dict[str, object] = {"objective_id": dice.choice(choices).id, "kind": "supports", "weight": 1}
    return Step(
        day, "objectives", "align", objective.id, actor, day, arguments, "It turned out to help there as well"
    )
