"""A caller may give these commands on one thing: the judge of commands is asked about each, so that pages
show the buttons that there are, and nothing else decides that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from application.session import Session
from application.standing import Standing
from domain.aggregate import Aggregate
from domain.change_plan import ALLOWED, ChangePlan
from domain.cycle import STEPS, Cycle
from domain.measure import Measure
from domain.objective import Objective, lifecycle
from domain.person import Person
from domain.presence import Presence
from domain.refusals import Forbidden, NotFound, SamePerson
from domain.review import Review
from domain.review.lifecycle import allowed_in
from domain.unit import Unit
from web.access.judging import TableJudge
from web.access.table import demand, row_of
from web.access.tokens import Caller

KINDS: Mapping[str, type[Aggregate]] = {
    "objectives": Objective,
    "reviews": Review,
    "people": Person,
    "units": Unit,
    "cycles": Cycle,
    "measures": Measure,
    "plans": ChangePlan,
}
"""The first step of a path, and what it is about."""
DEFINING = "objectives.define"
NEW: Mapping[str, Mapping[str, str]] = {
    "people": {DEFINING: "person_id", "reviews.open_": "person_id"},
    "units": {DEFINING: "unit_id"},
}
"""Commands that make something for the subject, with the field of the body by which they name it."""
COMING_BACK = {"return", "restore"}
TAKING_BACK = {"withdraw_departure", "withdraw_dissolution"}
OF_WHAT_IS_GONE = COMING_BACK | TAKING_BACK | {"depart", "dissolve", "correct_external_id"}


def subject_of(session: Session, caller: Caller, id: UUID, today: date) -> tuple[str, Aggregate]:
    """The collection of what has this id, and that; `NotFound` if there is none, or not for the caller."""
    for collection, kind in KINDS.items():
        found = session.find(kind, id)
        if found is not None and _judge(caller, f"{collection}.read", today).exists(session, found):
            return collection, found
    raise NotFound(f"there is nothing of the id {id}")


def may(session: Session, caller: Caller, operation: str, subject: Aggregate, today: date) -> bool:
    """Returns whether the caller may give this command on the subject, or for it, on some day."""
    try:
        demand(caller, operation)
    except Forbidden:
        return False
    return any(
        _allows(_judge(caller, operation, today, ids, fields), session)
        for ids, fields in _posted(session, operation, subject, today)
    )


def fits(session: Session, caller: Caller, operation: str, subject: Aggregate, today: date) -> bool:
    """Returns whether the state of the subject leaves room for the command."""
    action = operation.partition(".")[2].removesuffix("_")
    match subject:
        case Objective():
            return not _is_sealed(session, subject.cycle_id) and _suits_objective(subject, action)
        case Review():
            return not _is_sealed(session, subject.cycle_id) and _suits_review(subject, action, caller.actor)
        case ChangePlan():
            return action in ALLOWED[subject.status]
        case Cycle():
            return subject.status == STEPS[action].origin if action in STEPS else not subject.sealed
        case Presence():
            gone = not subject.exists_on(today)
            back = action in TAKING_BACK and bool(subject.days_gone())
            return (
                back
                or (gone and action in OF_WHAT_IS_GONE - TAKING_BACK)
                or not (gone or action in COMING_BACK | TAKING_BACK)
            )
    return True


def _suits_objective(subject: Objective, action: str) -> bool:
    if action == "approve":
        return subject.status == lifecycle.Status.SUBMITTED or subject.amended
    known = action in lifecycle.STEPS or action in lifecycle.CHANGES
    return not known or action in lifecycle.allowed_in(subject.status)


def _suits_review(subject: Review, action: str, actor: str) -> bool:
    try:
        if action == "calibrate":
            subject.check_calibrates(actor)
        elif action == "decide_appeal":
            subject.check_decides(actor)
    except SamePerson:
        return False
    return action == "correct_external_id" or action in allowed_in(subject.status)


def _posted(
    session: Session, operation: str, subject: Aggregate, today: date
) -> Iterator[tuple[dict[str, UUID], dict[str, Any]]]:
    """The ids in the path and the fields of the body by which the command is judged."""
    named = {"id": subject.id}
    match subject, operation:
        case Objective(), "objectives.cascade":
            owner = Standing(session, None, today).owner_of(subject)
            yield named, {"owner": owner and asdict(owner)}
        case Objective(), "objectives.withdraw_feedback":
            yield from (({**named, "feedback": each}, {}) for each in subject.feedback)
        case ((Person() | Unit()), _) if not operation.startswith(("people.", "units.")):
            name = "person_id" if isinstance(subject, Person) else "unit_id"
            yield {}, {"owner": {name: subject.id}} if operation == DEFINING else {name: subject.id}
        case _:
            yield named, {}


def _judge(
    caller: Caller,
    operation: str,
    today: date,
    ids: Mapping[str, UUID] | None = None,
    fields: Mapping[str, Any] | None = None,
) -> TableJudge:
    return TableJudge(row_of(operation), operation, caller, ids or {}, fields or {}, today)


def _allows(judge: TableJudge, session: Session) -> bool:
    try:
        judge.allow(session)
    except (Forbidden, NotFound):
        return False
    return True


def _is_sealed(session: Session, cycle_id: UUID) -> bool:
    return session.get(Cycle, cycle_id).sealed
