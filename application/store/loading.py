"""Aggregates from their events, of which as few as possible are asked for.

What was once loaded or saved is kept in memory, up to so many bytes, and brought up to date by asking for the
events after it. Each aggregate is made anew from that, so nothing that is done to it leaves a trace; except
when it is given back by somebody who has recorded all that was done to it.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from application.store.mapper import EventMapper, PlainJson
from application.store.memory import Memory, Past
from application.store.recorder import Recorder
from application.store.snapshots import MOST_EVENTS, Snapshots
from domain.aggregate import Aggregate

# Its events, and if this code has left a snapshot of just this history, that instead of the first of them.
PAST = """
    with snapshot as (
        select s.version, s.state from store.snapshots s join store.events e
            on e.originator_id = s.originator_id and e.originator_version = s.version and e.digest = s.digest
        where s.originator_id = %s and s.code = %s
    )
    select version as originator_version, null as topic, state from snapshot
    union all
    select originator_version, topic, state from store.events
    where originator_id = %s and originator_version > coalesce((select version from snapshot), 0)
    order by originator_version
"""
NO_CODE = b""
_MAPPER = EventMapper(PlainJson())


class Loading:
    """The aggregates of one store."""

    def __init__(self, recorder: Recorder, memory: Memory, snapshots: Snapshots) -> None:
        self._recorder = recorder
        self._memory = memory
        self._snapshots = snapshots

    def load(self, id: UUID) -> Aggregate | None:
        """At its last version; None if there is none."""
        past = self._memory.past(id)
        if past is not None:
            self.catch_up({id: past.version})
        return self.recall(id)

    def recall(self, id: UUID) -> Aggregate | None:
        """As this process knows it, which may be behind; what it does not know is loaded."""
        ready = self._memory.take(id)
        if ready is not None:
            return ready
        known = self._memory.past(id)
        past = known or self._read(id, self._snapshots.code)
        aggregate = self._made(id, past)
        if aggregate is None and past.snapshot is not None:
            past = self._read(id, NO_CODE)
            aggregate = self._made(id, past)
        if aggregate is None:
            return None
        if len(past.events) > MOST_EVENTS:
            past = self._snapshots.take(aggregate) or past
        if past is not known:
            self._memory.put(id, past)
        return aggregate

    def catch_up(self, known: Mapping[UUID, int]) -> bool:
        """Takes in what has happened to these aggregates after these versions, as of one moment, and returns
        whether anything has.
        """
        events = self._recorder.events_after(known)
        self.add(events)
        return bool(events)

    def add(self, events: Iterable[StoredEvent]) -> None:
        """Takes in what was recorded, in the order of versions."""
        for id, following in groupby(events, key=lambda event: event.originator_id):
            self._memory.add(UUID(str(id)), list(following))

    def _read(self, id: UUID, code: bytes) -> Past:
        past = Past()
        events = []
        for row in self._recorder.rows(PAST, [id, code, id]):
            if row["topic"] is None:
                past = Past.at(row["originator_version"], row["state"])
            else:
                events.append(StoredEvent(originator_id=id, **row))
        return past.then(events)

    def _made(self, id: UUID, past: Past) -> Aggregate | None:
        aggregate: Aggregate | None = None
        if past.snapshot is not None:
            aggregate = self._snapshots.read(id, past.snapshot_version, past.snapshot)
            if aggregate is None:
                return None
        for stored in past.events:
            event: Any = _MAPPER.to_domain_event(stored)
            aggregate = event.mutate(aggregate)
        return aggregate
