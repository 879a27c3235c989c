"""Every aggregate shares this: events with provenance, and the rules of dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import date
from typing import Any, ClassVar, Self, cast
from uuid import UUID

from eventsourcing.domain import AggregateCreated, AggregateEvent, BaseAggregate

from domain.provenance import Provenance
from domain.refusals import OutOfTime
from domain.room import check_room


class Event(AggregateEvent):
    """Storage: the first four annotated fields are in every event ever recorded; `traceparent` only in those
    whose caller said one.

    MENTIONS: payload field -> relation, for the fields that name another aggregate; `field.key` where the
    field is a mapping.
    CLAIMS: payload field, as in MENTIONS, -> relation, for a text that is its aggregate's alone.
    PERSONAL: the payload fields that hold personal text. Raises ValueError without an actor.
    """

    MENTIONS: ClassVar[dict[str, str]] = {}
    CLAIMS: ClassVar[dict[str, str]] = {}
    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    actor: str
    reason: str | None
    effective_on: str
    command_id: str
    traceparent: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.actor.strip():
            raise ValueError("no event without an actor")

    @property
    def day(self) -> date:
        """The effective date."""
        return date.fromisoformat(self.effective_on)


class Creation(Event, AggregateCreated):
    """The first event of an aggregate."""

    def apply(self, aggregate: Any) -> None:
        aggregate.first_day = self.day


class Aggregate(BaseAggregate[UUID]):
    """Commands decide in public; the `apply` of an event only assigns, so that old events always load."""

    TOPIC: ClassVar[str]

    def __init__(self) -> None:
        self.first_day = date.max

    def exists_on(self, day: date) -> bool:
        """From the first day on; aggregates that can end say until when."""
        return self.first_day <= day

    @classmethod
    def begin(cls, event: type[Creation], by: Provenance, id: UUID, /, **payload: object) -> Self:
        """A new aggregate with its first event pending."""
        return cls._create(event, id=id, **_provenance(by, by.effective_on), **payload)

    def record(
        self, event: type[Event], by: Provenance, on: date | None = None, /, **payload: object
    ) -> None:
        """Makes the event happen, effective `on` that day or else on `by.effective_on`."""
        self.trigger_event(event, **_provenance(by, on or by.effective_on), **payload)

    def check_fact_date(self, by: Provenance) -> None:
        """Facts may be late or ahead: from the first day to one year ahead of today. Raises OutOfTime, and
        LimitReached if there is no room for another.
        """
        self.check_room()
        check_day(by.effective_on, self.first_day, one_year_after(by.today))

    def check_room(self) -> None:
        """Raises LimitReached if it has been changed too often already."""
        check_room("changes of one thing", self.version)


def made_of(events: Iterable[Event]) -> Aggregate:
    """The aggregate to which all this happened, in this order."""
    aggregate: Aggregate | None = None
    for event in events:
        aggregate = cast("Aggregate | None", event.mutate(aggregate))
    if aggregate is None:
        raise LookupError("an aggregate without events")
    return aggregate


def check_day(day: date, earliest: date, latest: date, pointer: str = "/effective_on") -> None:
    """Raises OutOfTime unless `day` is from `earliest` to `latest`, both included."""
    if not earliest <= day <= latest:
        raise OutOfTime.between(day, earliest, latest, pointer)


def check_own_day(by: Provenance, day: date) -> None:
    """A reading is effective on its own day: raises OutOfTime for an effective date that is another one."""
    if by.dated and by.effective_on != day:
        raise OutOfTime.at("/effective_on", f"it is effective on its own day, {day}")


def one_year_after(day: date) -> date:
    """The same day of the next year; 28 February after a 29th."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


def _provenance(by: Provenance, effective_on: date) -> dict[str, Any]:
    return {
        "actor": by.actor,
        "reason": by.reason,
        "effective_on": effective_on.isoformat(),
        "command_id": str(by.command_id),
        "traceparent": by.traceparent,
    }
