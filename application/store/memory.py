"""This process keeps what it knows of aggregates in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from domain.aggregate import Aggregate

EVENT_BYTES = 400  # that an event takes in memory beside its state


@dataclass(frozen=True, slots=True)
class Past:
    """All that has happened to an aggregate up to `version`: its events, or a snapshot and those after it.
    Nothing in it can be changed. `size` is about the bytes that it takes.
    """

    version: int = 0
    snapshot: bytes | None = None
    events: tuple[StoredEvent, ...] = ()
    size: int = EVENT_BYTES

    @property
    def snapshot_version(self) -> int:
        """The version at the snapshot; 0 without one."""
        return self.events[0].originator_version - 1 if self.events else self.version

    @classmethod
    def at(cls, version: int, snapshot: bytes) -> Past:
        return cls(version, snapshot, (), EVENT_BYTES + len(snapshot))

    def then(self, events: Sequence[StoredEvent]) -> Past:
        """With those of the events that follow on it."""
        following = tuple(event for event in events if event.originator_version > self.version)
        if not following or following[0].originator_version != self.version + 1:
            return self
        size = self.size + sum(EVENT_BYTES + len(event.state) for event in following)
        return Past(following[-1].originator_version, self.snapshot, self.events + following, size)


@dataclass(slots=True)
class _Known:
    """A past and, if somebody gave it back, the aggregate that it makes, which takes about as much again."""

    past: Past
    ready: Aggregate | None = None


class Memory:
    """The aggregates last asked about, as many as fit into so many bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = Lock()  # of the two below
        self._known: OrderedDict[UUID, _Known] = OrderedDict()
        self._bytes = 0

    def past(self, id: UUID) -> Past | None:
        with self._lock:
            known = self._known.get(id)
            if known is None:
                return None
            self._known.move_to_end(id)
            return known.past

    def take(self, id: UUID) -> Aggregate | None:
        """The aggregate that was given back, if there is one. It belongs to whoever takes it."""
        with self._lock:
            known = self._known.get(id)
            if known is None or known.ready is None:
                return None
            ready, known.ready = known.ready, None
            self._bytes -= known.past.size
            return ready

    def give_back(self, aggregate: Aggregate) -> None:
        """Keeps the aggregate for the next who takes it, if its last event is the last that is known."""
        with self._lock:
            known = self._known.get(aggregate.id)
            if (
                known is None
                or known.ready is not None
                or known.past.version != aggregate.version
                or aggregate.pending_events
            ):
                return
            known.ready = aggregate
            self._grow(aggregate.id, known.past.size)

    def put(self, id: UUID, past: Past) -> None:
        """Keeps it, unless a later one is known."""
        with self._lock:
            if past.version >= self._past(id).version:
                self._keep(id, past)

    def add(self, id: UUID, events: Sequence[StoredEvent]) -> None:
        """Takes in what has happened to an aggregate, if it follows on what is known or is all there is."""
        with self._lock:
            past = self._past(id)
            longer = past.then(events)
            if longer is not past:
                self._keep(id, longer)

    def forget(self) -> None:
        """Everything, as if it had never been asked about."""
        with self._lock:
            self._known.clear()
            self._bytes = 0

    def _past(self, id: UUID) -> Past:
        return self._known[id].past if id in self._known else Past()

    def _keep(self, id: UUID, past: Past) -> None:
        before = self._known.pop(id, None)
        if before is not None:
            self._bytes -= before.past.size * (1 if before.ready is None else 2)
        self._known[id] = _Known(past)
        self._grow(id, past.size)

    def _grow(self, id: UUID, size: int) -> None:
        """Makes room for what was added to this aggregate, at the cost of others."""
        self._known.move_to_end(id)
        self._bytes += size
        while self._bytes > self._most_bytes:
            _, gone = self._known.popitem(last=False)
            self._bytes -= gone.past.size * (1 if gone.ready is None else 2)
