"""What can make an objective count as something else, and which events say so.

A fact is what one aggregate says about one thing: whether an objective is live, whether it is linked to a
certain other one, whose it is, of which unit a person is, what stands above a unit. Its value on a day is
what the last event about it says, in the order (effective date, position): the fold of docs/design.md#time.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from projections.events import Recorded
from projections.moment import Moment

UNSAID = object()
Value: TypeAlias = Any
Reading: TypeAlias = Callable[[Value, Recorded | None, Recorded], Value]
"""Takes the value before an event, the event before it, and the event: the value after it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """`what` is a name of `KINDS`; `other` is the parent, where it is about a link."""

    subject_id: str
    what: str
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How a fact is read from the events of these topics; `at_first` is its value before the first."""

    topics: frozenset[str]
    read: Reading
    at_first: Value = UNSAID


def _lives(lives: Value, before: Recorded | None, event: Recorded) -> Value:
    """An approval of amendments leaves the status as it is."""
    if event.topic == "objective.approved":
        return lives or (before is not None and before.topic == "objective.submitted")
    if event.topic in ("objective.resumed", "objective.reopened"):
        return True
    if event.topic in ("objective.submitted", "objective.returned", "objective.activated"):
        return lives
    return False


def _said(*names: str) -> Reading:
    return lambda _value, _before, event: tuple(event.data[name] for name in names)


STEPS = (
    "submitted", "returned", "approved", "activated", "postponed", "resumed", "cancelled", "closed",
    "reopened", "carried_over",
)  # fmt: skip
KINDS: Mapping[str, Kind] = {
    "live": Kind(frozenset(f"objective.{step}" for step in STEPS), _lives, at_first=False),
    "link": Kind(
        frozenset({"objective.aligned", "objective.alignment_removed"}),
        lambda _value, _before, event: event.topic == "objective.aligned",
        at_first=False,
    ),
    "owner": Kind(
        frozenset({"objective.defined", "objective.transferred"}), _said("owner_unit_id", "owner_person_id")
    ),
    "unit": Kind(frozenset({"person.defined", "person.transferred"}), _said("unit_id")),
    "parent": Kind(frozenset({"unit.defined", "unit.moved"}), _said("parent_id")),
}


def deciding(fact: Fact, events: Collection[Recorded], before: Moment, after: Moment) -> list[Recorded]:
    """The events that made the fact another at one of the moments than at the other: each changed its value
    there, and does not count at the other. At least one, if the two values differ.
    """
    found: list[Recorded] = []
    for moment, other in ((before, after), (after, before)):
        counted = [event for event in events if counts(event, moment)]
        found += [event for event in _turns(KINDS[fact.what], counted) if not counts(event, other)]
    return found


def counts(event: Recorded, moment: Moment) -> bool:
    """Whether the event is in the fold of the moment."""
    return event.recorded_at <= moment.known_at and event.effective_on <= moment.as_of


def about(fact: Fact, events: Iterable[Recorded]) -> list[Recorded]:
    """Those of the subject's events that say something about the fact."""
    topics = KINDS[fact.what].topics
    parent = None if fact.other is None else UUID(fact.other)
    return [
        event
        for event in events
        if event.topic in topics and (parent is None or UUID(event.data["parent_id"]) == parent)
    ]


def _turns(kind: Kind, events: Iterable[Recorded]) -> Iterator[Recorded]:
    """The events that gave another value."""
    value, before = kind.at_first, None
    for event in sorted(events, key=lambda event: (event.effective_on, event.position)):
        now = kind.read(value, before, event)
        if now != value:
            yield event
        value, before = now, event
