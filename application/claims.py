"""An address, or the id of another system, that somebody has already is not given to another.

Two commands at once cannot both take it: each rests on how many claim it. Those who have departed keep
theirs, for they may return; an address that was given up is free from then on.
"""

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from application.session import Session
from application.store.mentions import claimed_by
from domain.aggregate import Aggregate
from domain.claims import claim, level
from domain.objective import Objective
from domain.objective.values import PRIVATE
from domain.person import Person
from domain.refusals import AlreadyExists
from domain.timeline import Timeline
from domain.window import Window, shared

A = TypeVar("A", bound=Aggregate)


def check_claims(session: Session, aggregate: A, but_for: Collection[UUID] = ()) -> None:
    """`AlreadyExists`, naming the field and the id of whoever has it, if another than these has what the
    pending events claim. An objective and what it was carried over into may have one external id.
    """
    also = _carried_over(session, aggregate) if isinstance(aggregate, Objective) else set()
    for event in aggregate.pending_events:
        for field, relation, text in claimed_by(event):
            name = field.rpartition(".")[2]
            for other in session.mentioning(type(aggregate), claim(relation, text), relation):
                if other is aggregate or other.id in but_for or other.id in also:
                    continue
                if shared(_days(aggregate, name, text), _days(other, name, text)):
                    raise _taken(other, name)


def _days(aggregate: Aggregate, field: str, text: str) -> list[Window]:
    """The days on which it has this in the field; where that is corrected for all days, always or never."""
    line = getattr(aggregate, field)
    if not isinstance(line, Timeline):
        return [Window(aggregate.first_day, None)] if line and level(line) == level(text) else []
    return [span.window for span in line.spans() if span.value and level(span.value) == level(text)]


def _carried_over(session: Session, objective: Objective) -> set[UUID]:
    """The objectives from which it was carried over, and those into which it was."""
    found: set[UUID] = set()
    for before in (True, False):
        id = objective.origin_id if before else objective.successor_id
        while id is not None and (other := session.find(Objective, id)) is not None:
            found.add(id)
            id = other.origin_id if before else other.successor_id
    return found


def _taken(other: Aggregate, field: str) -> AlreadyExists:
    """That there is a private objective is told, for its id is taken, but not which."""
    if isinstance(other, Objective) and any(span.value == PRIVATE for span in other.visibility.spans()):
        return AlreadyExists.at(f"/{field}", f"is that of another {other.TOPIC} already")
    named = f" ({other.external_id})" if isinstance(other, Person) and other.external_id else ""
    refusal = AlreadyExists.at(f"/{field}", f"is that of the {other.TOPIC} {other.id}{named} already")
    refusal.members["id"] = str(other.id)
    return refusal
