"""Objectives are amended, remarked on and corrected, and the first half-year is sealed.

Corrections are told weeks or months after the days that they are about, so that what was known then and what
is known now differ.
"""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from web.demo.directory import NEW_TEAM, transfer
from web.demo.made_up import WORDS
from web.demo.organisation import ANA, LEVELS, Objective, Organisation, Person
from web.demo.steps import Step

AMENDED, APPROVED_AGAIN = 0.09, 0.6
REMARKED, PRIVATE, TAKEN_BACK = 0.13, 0.28, 0.05
ANA_MOVED, MOVE_TOLD = -16, 34  # days after the review day
BOOKS_COMPARED = 60  # days after the end of a half-year
MISREAD, MISREADINGS = "The meter was read wrongly; found when the books were compared", 30
SEALED, REOPENED, PUT_RIGHT, SEALED_AGAIN = 110, 130, 135, 140  # days after the end of the half-year
CLOSED = "The half-year is over, all reviews are final"
FOUND = "A calibrated meter had read high for months; the figures of the half-year are put right"
PUT_RIGHT_IN_THE_FIRST = 8


def amend(org: Organisation) -> None:
    """About one in eleven of the objectives that ran is changed in the second or third month of its cycle.

    Whatever else was changed: two targets in the last March, by two leads, of objectives with a path to the
    strategy; the second is told a week late.
    """
    changed = {each for each in org.objectives if each.origin is None and _amend(org, each)}
    days, actors = [(9, 9), (17, 24)], set[Person]()
    for objective in org.objectives:
        lead = org.lead_of(objective.unit)
        if (
            objective.level != "team"
            or objective in changed
            or lead in actors
            or not _leads_up(org, objective)
        ):
            continue
        day, told_on = (org.calendar.review_day.replace(day=each) for each in days[0])
        if _new_target(org, objective, day, told_on):
            actors.add(lead)
            days.pop(0)
        if not days:
            return


def _amend(org: Organisation, objective: Objective) -> bool:
    dice = org.chance.dice("amendment", objective.number)
    if objective.fate not in ("runs", "neglected") or objective.is_anas or dice.random() > AMENDED:
        return False
    day = objective.cycle.day(dice.randint(35, 80))
    change = dice.choice((_new_target, _new_target, _new_words, _new_parent))
    if not change(org, objective, day, day):
        return False
    if dice.random() < APPROVED_AGAIN:
        again = day + timedelta(days=dice.randint(3, 9))
        boss, reason = org.approver(objective, again), "Seen and agreed"
        org.tell(again, "objectives.approve", objective.id, by=boss, reason=reason)
    return True


def _leads_up(org: Organisation, objective: Objective) -> bool:
    """Returns whether it ran in the cycle of the review day, as did all above it, up to a strategic one."""
    if objective.fate != "runs" or objective.cycle is not org.calendar.reviewed_cycle:
        return False
    return objective.level == LEVELS[0] or any(_leads_up(org, parent) for parent, _, _ in objective.links)


def _new_target(org: Organisation, objective: Objective, day: date, told_on: date) -> bool:
    """Stretched or eased by a fifth of the way; never onto the baseline."""
    key_result = objective.key_results[0]
    baseline, target = key_result.baseline, key_result.target
    if baseline is None or target is None:
        return False
    step = max(1, round(abs(target - baseline) / 5)) * (1 if target > baseline else -1)
    harder = objective.drift > 0.08 and abs(target - baseline) > 2
    wanted = key_result.measure.value(float(target + (step if harder else -step)))
    if wanted in (baseline, target):
        return False
    reason = "Going well: we raise the bar" if harder else "Two vacancies stayed open"
    aim = {"key_result_id": key_result.id, "target": wanted, "baseline": baseline}
    _change(org, objective, "change_target", (day, told_on), reason, aim)
    return True


def _new_words(org: Organisation, objective: Objective, day: date, told_on: date) -> bool:
    changes = {"title": f"{objective.title}, in every region"}
    if org.chance.dice("words", objective.number).random() < 0.5:
        changes = {"description": f"{objective.why} Agreed with the works council."}
    said = {"changes": changes}
    _change(org, objective, "revise", (day, told_on), "Made clearer after the review", said)
    return True


def _new_parent(org: Organisation, objective: Objective, day: date, told_on: date) -> bool:
    """One more link upward, into a line it was not in before."""
    above = LEVELS.index(objective.level) - 1
    linked = [parent for parent, _, _ in objective.links]
    there = [each for each in org.objectives if each.cycle is objective.cycle and each.origin is None]
    choices = [each for each in there if above >= 0 and each.level == LEVELS[above] and each not in linked]
    if not choices:
        return False
    parent = org.chance.dice("parent", objective.number).choice(choices)
    link = {"objective_id": parent.id, "kind": "supports", "weight": Decimal(1)}
    _change(org, objective, "align", (day, told_on), "It turned out to help there as well", link)
    return True


def _change(
    org: Organisation,
    objective: Objective,
    action: str,
    days: tuple[date, date],
    reason: str,
    said: Mapping[str, object],
) -> None:
    """On the first of the days, told on the second by whoever speaks for the objective."""
    day, told_on = days
    who = org.answerable(objective, day)
    org.tell(day, f"objectives.{action}", objective.id, said, by=who, reason=reason, told_on=told_on)


def remark(org: Organisation) -> None:
    """About one objective in eight gets a remark while it runs; a few are withdrawn within days. What is said
    about a private objective is private too.
    """
    for objective in org.objectives:
        dice = org.chance.dice("feedback", objective.number)
        if dice.random() > (0.5 if objective.private else REMARKED):
            continue
        day = objective.cycle.day(dice.randint(12, 150))
        giver, id = _giver(dice, org, objective, day), org.chance.id("feedback", objective.number)
        kind = dice.choice(sorted(WORDS["feedback"]))
        private = objective.private or dice.random() < PRIVATE
        said = {"feedback_id": id, "kind": kind, "text": dice.choice(WORDS["feedback"][kind])}
        said["visibility"] = "private" if private else "open"
        org.tell(day, "objectives.give_feedback", objective.id, said, by=giver)
        if dice.random() < TAKEN_BACK:
            day += timedelta(days=2)
            gone, reason = {"feedback_id": id}, WORDS["taken_back"]
            org.tell(day, "objectives.withdraw_feedback", objective.id, gone, by=giver, reason=reason)


def _giver(dice: random.Random, org: Organisation, objective: Objective, day: date) -> Person:
    """Somebody else: one who leads the unit, half the time and always if it is private."""
    lead = org.lead_of(objective.unit)
    if lead is not objective.person and (objective.private or dice.random() < 0.5):
        return lead
    return dice.choice([each for each in org.people if each.is_there(day) and each is not objective.person])


def correct(org: Organisation) -> None:
    """Ana's transfer and the new parent of her objective are told late; then her reading and others turn out
    to have been misread.
    """
    when, today = org.calendar, org.calendar.today
    moved_on = when.review_day + timedelta(days=ANA_MOVED)
    told_on = min(when.review_day + timedelta(days=MOVE_TOLD), today)
    ana, hers = next(each for each in org.people if each.name == ANA), org.anas_objectives()
    transfer(org, ana, org.unit(NEW_TEAM), moved_on, told_on)
    _go_along(org, hers[0], moved_on, told_on)
    compared_on = min(when.reviewed_cycle.after(BOOKS_COMPARED), today)
    last = _last_check_ins(org, min(when.review_day, compared_on - timedelta(days=1)))
    own = [each for each in hers if each.id in last]
    others = [each for each in org.objectives if each.cycle is when.reviewed_cycle and each.id in last]
    some = [each for each in others if each not in own and each.fate == "runs" and each.origin is None]
    found = org.chance.dice("late corrections").sample(some, min(MISREADINGS, len(some)))
    for objective in own + found:
        _misread(org, objective, last[objective.id], compared_on)


def _go_along(org: Organisation, objective: Objective, since: date, told_on: date) -> None:
    """Its first link gives way to one into another line, since the day of the transfer."""
    old = objective.links[0][0]
    new = next(
        each
        for each in org.objectives
        if each.cycle is objective.cycle and each.level == old.level and each.unit is not old.unit
        if each.fate == "runs" and each.links
        if each.links[0][0].fate == "runs" and each.links[0][0].links
    )
    days, reason = (since, told_on), "The work went along to the new team"
    link = {"objective_id": new.id, "kind": "contributes", "weight": Decimal(2)}
    _change(org, objective, "align", days, reason, link)
    _change(org, objective, "remove_alignment", days, reason, {"parent_id": old.id})


def seal(org: Organisation) -> None:
    """The first half-year is closed for everyone; then something comes to light, and it is put right and
    closed once more.
    """
    first = org.calendar.cycles[0]
    last = _last_check_ins(org, first.ends_on)
    ran = [each for each in org.objectives if each.cycle is first and each.fate == "runs" and each.id in last]
    org.tell(first.after(SEALED), "cycles.close", first.id, reason=CLOSED)
    org.tell(first.after(REOPENED), "cycles.reopen", first.id, reason=FOUND)
    for objective in org.chance.dice("sealed").sample(ran, min(PUT_RIGHT_IN_THE_FIRST, len(ran))):
        _misread(org, objective, last[objective.id], first.after(PUT_RIGHT))
    org.tell(first.after(SEALED_AGAIN), "cycles.close", first.id, reason="Put right, and closed again")


def _last_check_ins(org: Organisation, day: date) -> dict[UUID, Step]:
    """Gives, by objective, the last one that is about a day up to that one."""
    told = [each for each in org.steps if each.action == "check_in" and each.effective_on <= day]
    return {each.subject: each for each in sorted(told, key=lambda each: each.effective_on)}


def _misread(org: Organisation, objective: Objective, check_in: Step, told_on: date) -> None:
    """The same check-in with its first reading less far along, by an eighth of the way."""
    first, readings = objective.key_results[0], check_in.arguments["readings"]
    if not isinstance(readings, dict):
        raise TypeError("a check-in's readings are {key result: value}")
    right = {
        "check_in_id": check_in.arguments["check_in_id"],
        "readings": {first.id: first.corrected(readings[first.id], 1 / 8)},
        "confidence": None,
        "note": None,
    }
    day = check_in.effective_on
    org.tell(day, "objectives.correct_check_in", objective.id, right, reason=MISREAD, told_on=told_on)
