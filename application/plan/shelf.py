"""The aggregates of one import: those that exist already, and those it defines."""

from collections.abc import Iterable, Sequence
from typing import TypeVar, cast
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from application.plan.said import Said, listen
from application.store import Reads, Store
from application.store.datastore import Datastore
from application.store.recorder import Recorder
from domain.aggregate import Aggregate, Event

A = TypeVar("A", bound=Aggregate)

_EVENTS = """
    select originator_id, originator_version, topic, state from store.events
    where originator_id = any(%s) order by originator_id, originator_version
"""
_PARTS = """
    select convert_from(state, 'UTF8')::jsonb ->> %(field)s as part, originator_id
    from store.events
    where topic = %(topic)s and convert_from(state, 'UTF8')::jsonb ->> %(field)s = any(%(wanted)s)
"""
# The event that makes a part of an objective, and the field of it with the id of the part.
KEY_RESULT = ("objective.key_result_added", "key_result_id")
FEEDBACK = ("objective.feedback_given", "feedback_id")


class Shelf:
    """Loads in bulk and remembers what the decision rests on. `actor` signs the imports of this source."""

    def __init__(self, store: Store, actor: str) -> None:
        self._store = store
        self._datastore = cast(Datastore, cast(Recorder, store.recorder).datastore)
        self._actor = actor
        self._aggregates: dict[UUID, Aggregate] = {}
        self._events: dict[UUID, Sequence[Event]] = {}
        self._said: dict[UUID, Said] = {}
        self._mentions: dict[tuple[UUID, str], int] = {}

    def fetch(self, ids: Iterable[UUID]) -> None:
        """Loads those of the aggregates that exist and are not here yet, in one query."""
        wanted = list(set(ids) - self._aggregates.keys())
        if not wanted:
            return
        rows = self._datastore.run(lambda conn: conn.execute(_EVENTS, [wanted]).fetchall())
        histories: dict[UUID, list[Event]] = {}
        for row in rows:
            event = cast(Event, self._store.mapper.to_domain_event(StoredEvent(**row)))
            histories.setdefault(row["originator_id"], []).append(event)
        for id, events in histories.items():
            self._events[id] = events
            self._aggregates[id] = _replayed(events)

    def get(self, kind: type[A], id: UUID) -> A | None:
        """The aggregate, if it is here and of this kind."""
        aggregate = self._aggregates.get(id)
        return aggregate if isinstance(aggregate, kind) else None

    def all(self, kind: type[A]) -> list[A]:
        return [aggregate for aggregate in self._aggregates.values() if isinstance(aggregate, kind)]

    def is_new(self, id: UUID) -> bool:
        """Whether this import defines it."""
        return id in self._aggregates and id not in self._events

    def add(self, aggregate: Aggregate) -> None:
        self._aggregates[aggregate.id] = aggregate

    def said(self, id: UUID) -> Said:
        """What imports of this source said of it; of one that none of them defined, what anybody said."""
        if id not in self._said:
            events = self._events.get(id, ())
            ours = [event for event in events if event.actor == self._actor]
            self._said[id] = listen(ours or events)
        return self._said[id]

    def mentioning(self, kind: type[A], target: UUID, relation: str) -> list[A]:
        """Every aggregate that names the target so, those that this import defines not included."""
        ids = self._store.mentioning(target, relation)
        self._mentions[target, relation] = len(ids)
        self.fetch(ids)
        return [found for id in ids if (found := self.get(kind, id)) is not None]

    def objectives_of(self, parts: Iterable[UUID], made_by: tuple[str, str]) -> dict[UUID, UUID]:
        """Part -> objective, of those that are recorded. Searches the whole log."""
        wanted = [str(id) for id in parts]
        if not wanted:
            return {}
        asked = {"topic": made_by[0], "field": made_by[1], "wanted": wanted}
        rows = self._datastore.run(lambda conn: conn.execute(_PARTS, asked).fetchall())
        return {UUID(row["part"]): row["originator_id"] for row in rows}

    def changed(self) -> list[Aggregate]:
        return [aggregate for aggregate in self._aggregates.values() if aggregate.pending_events]

    def reads(self) -> Reads:
        """The versions of all that was read and stays as it is, and the counts of the mentions asked for."""
        versions = {a.id: a.version for a in self._aggregates.values() if not a.pending_events}
        return Reads(versions=versions, mentions=dict(self._mentions))


def _replayed(events: Sequence[Event]) -> Aggregate:
    aggregate: Aggregate | None = None
    for event in events:
        aggregate = cast("Aggregate | None", event.mutate(aggregate))
    if aggregate is None:
        raise LookupError("an aggregate without events")
    return aggregate
