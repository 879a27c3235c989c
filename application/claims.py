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
    pending events claim.
    """
    for event in aggregate.pending_events:
        for field, relation, text in claimed_by(event):
            name = field.rpartition(".")[2]
            for other in session.mentioning(type(aggregate), claim(relation, text), relation):
                if other is aggregate or other.id in but_for:
                    continue
                if shared(_days(aggregate, name, text), _days(other, name, text)):
                    raise _taken(other, name)


def _days(aggregate: Aggregate, field: str, text: str) -> list[Window]:
    """The days on which it has this in the field; always, where the field never changes."""
    line = getattr(aggregate, field)
    if not isinstance(line, Timeline):
        return [Window(aggregate.first_day, None)]
    return [span.window for span in line.spans() if span.value and level(span.value) == level(text)]


def _taken(other: Aggregate, field: str) -> AlreadyExists:
    """That there is a private objective is told, for its id is taken, but not which."""
    if isinstance(other, Objective) and any(span.value == PRIVATE for span in other.visibility.spans()):
        return AlreadyExists.at(f"/{field}", f"is that of another {other.TOPIC} already")
    named = f" ({other.external_id})" if isinstance(other, Person) and other.external_id else ""
    refusal = AlreadyExists.at(f"/{field}", f"is that of the {other.TOPIC} {other.id}{named} already")
    refusal.members["id"] = str(other.id)
    return refusal
