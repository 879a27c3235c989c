"""Applies a batch to one read model; an event that fails for good parks its aggregate, the others go on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from time import sleep
from typing import Any
from uuid import UUID

import psycopg
import structlog
from psycopg import Connection
from psycopg.rows import tuple_row

from projections.events import Recorded, Unreadable
from projections.positions import Target
from projections.schema import use_schema

RETRIES = (0.02, 0.1)
"""Seconds before each further try of a single failing event."""

log = structlog.get_logger(__name__)


def parked_for(connection: Connection[Any], names: Iterable[str]) -> dict[str, set[UUID]]:
    """The parked aggregates of each of these read models."""
    parked: dict[str, set[UUID]] = {name: set() for name in names}
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(
            "select read_model, originator_id from projection.parked where read_model = any(%s)",
            [list(parked)],
        )
        for name, originator_id in cursor:
            parked[name].add(originator_id)
    return parked


class Applier:
    """Applies events to one target inside the transaction that the caller has begun and will end.

    `parked` are the aggregates parked already; those that have to be parked now are added to it. Errors
    that are not an event's fault (a lost connection, a full disk, a missing table) are raised: nothing is
    parked for them.
    """

    def __init__(
        self,
        connection: Connection[Any],
        target: Target,
        parked: set[UUID],
        retries: Sequence[float] = RETRIES,
    ) -> None:
        self._connection = connection
        self._target = target
        self._parked = parked
        self._retries = retries
        self._held: Counter[UUID] = Counter()

    def apply(self, entries: Sequence[Recorded | Unreadable]) -> None:
        """Apply, park or hold every entry whose topic the read model wants."""
        readable: list[Recorded] = []
        for entry in entries:
            if entry.topic not in self._target.model.topics:
                continue
            if isinstance(entry, Recorded):
                readable.append(entry)
            else:
                self._apply_or_split(readable)
                readable = []
                self._park_unless_held(entry)
        self._apply_or_split(readable)
        self._count_held()

    def _apply_or_split(self, events: Sequence[Recorded]) -> None:
        if self._parked:
            events = self._without_held(events)
        if not events:
            return
        error = self._attempt(events)
        if error is None:
            return
        if len(events) > 1:
            middle = len(events) // 2
            self._apply_or_split(events[:middle])
            self._apply_or_split(events[middle:])
            return
        for pause in self._retries:
            sleep(pause)
            if (error := self._attempt(events)) is None:
                return
        self._park(events[0], _sentence(error), error)

    def _attempt(self, events: Sequence[Recorded]) -> Exception | None:
        """Apply the events or leave no trace of them; the error if it is theirs."""
        try:
            with self._connection.transaction():
                use_schema(self._connection, self._target.schema)
                self._target.model.apply(self._connection, events)
        except Exception as error:
            if not _is_fault_of_an_event(error):
                raise
            return error
        return None

    def _without_held(self, events: Sequence[Recorded]) -> list[Recorded]:
        kept = []
        for event in events:
            if event.originator_id in self._parked:
                self._held[event.originator_id] += 1
            else:
                kept.append(event)
        return kept

    def _park_unless_held(self, entry: Unreadable) -> None:
        if entry.originator_id in self._parked:
            self._held[entry.originator_id] += 1
        else:
            self._park(entry, entry.error, None)

    def _park(self, event: Recorded | Unreadable, reason: str, error: Exception | None) -> None:
        log.error(
            "aggregate_parked",
            read_model=self._target.name,
            originator_id=str(event.originator_id),
            position=event.position,
            topic=event.topic,
            reason=reason.partition(":")[0],
            exc_info=error,
        )
        self._parked.add(event.originator_id)
        self._connection.execute(
            "insert into projection.parked (read_model, originator_id, position, topic, error)"
            " values (%s, %s, %s, %s, %s)",
            [self._target.name, event.originator_id, event.position, event.topic, reason.replace("\x00", "")],
        )

    def _count_held(self) -> None:
        if self._held:
            self._connection.execute(
                "update projection.parked p set held = p.held + h.held"
                " from unnest(%s::uuid[], %s::bigint[]) as h(originator_id, held)"
                " where p.read_model = %s and p.originator_id = h.originator_id",
                [list(self._held), list(self._held.values()), self._target.name],
            )


def _is_fault_of_an_event(error: Exception) -> bool:
    """False for what would befall any event: connection, resources, cancellation, locks, a schema not
    there.
    """
    return not isinstance(
        error,
        psycopg.OperationalError
        | psycopg.InterfaceError
        | psycopg.errors.UndefinedTable
        | psycopg.errors.InvalidSchemaName
        | psycopg.errors.InsufficientPrivilege
        | MemoryError,
    )


def _sentence(error: Exception) -> str:
    """The error in one line; of a database error only its primary message, which repeats no row."""
    message = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return f"{type(error).__name__}: {message or error}"
