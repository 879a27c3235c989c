"""The application recorder of the framework, on the tables and the function of this store.

What the store promises, and the test in tests/application/store that holds it:

- positions follow the order of commits without a gap; no reader ever skips an event  test_order.py
- recorded_at rises with every save, whatever the clock does                          test_order.py
- a version, or what a decision rests on, is taken by one save only                   test_conflicts.py
- a command id is recorded once; its repetition gets the first answer                 test_commands.py
- what is altered or removed later is found, and named                                test_verification.py
- an acknowledgement that was lost is found again, never guessed                      test_lost_connections.py
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import Connection
from psycopg.rows import DictRow

from application.store.datastore import Datastore
from application.store.errors import MovedOn
from application.store.mentions import mentions_of
from application.store.records import Answer, Command, Reads, Save
from domain.refusals import CommandIdReused

RECORD = """
    SELECT * FROM store.record(
        %b::uuid, %b::bytea, %s::boolean, %b::uuid,
        %b::uuid[], %b::bigint[], %s::text[], %b::bytea[],
        %b::uuid[], %s::text[], %b::uuid[],
        %b::uuid[], %b::bigint[],
        %b::uuid[], %s::text[], %b::bigint[])
"""
ANSWER_TO = "SELECT * FROM store.commands WHERE command_id = %s"
MENTIONING = """
    SELECT originator_id FROM store.mentions WHERE target_id = %s AND relation = %s
    ORDER BY originator_id
"""
POSITION_OF = "SELECT position FROM store.events WHERE originator_id = %s AND originator_version = %s"
EVENTS = """
    SELECT originator_id, originator_version, topic, state FROM store.events
    WHERE originator_id = %s AND originator_version > %s AND originator_version <= %s
    ORDER BY originator_version {direction} LIMIT %s::bigint
"""
NOTIFICATIONS = """
    SELECT position AS id, originator_id, originator_version, topic, state FROM store.events
    WHERE position >= %s AND position <= %s AND (%s::text[] IS NULL OR topic = ANY(%s))
    ORDER BY position LIMIT %s
"""
LAST_POSITION = "SELECT position FROM store.head"
NO_BOUND = 2**63 - 1


class Recorder(PostgresApplicationRecorder):
    """Saves by one call of `store.record`; reads by position and by aggregate. Never builds tables.

    Its constructor replaces the inherited ones, which compose statements for the library's own tables.
    """

    def __init__(self, datastore: Datastore) -> None:
        self.datastore = self._store = datastore
        self.sql_create_statements = []
        self.events_table_name = "events"
        self.channel_name = "throughline"

    def record(self, save: Save) -> Answer:
        """The answer to the command; raises `MovedOn`, `CommandIdReused` or `StoreUnavailable`.

        A lost connection is resolved by calling again under the same command id: that call waits for the same
        lock as the one that was cut off, and finds its command recorded or takes its place.
        """
        row = self._rows(RECORD, _parameters(save))[0]
        if row["outcome"] == "recorded":
            return _answer(row)
        if row["outcome"] == "repeated":
            return _first_answer(row, save.command.fingerprint)
        raise MovedOn(row["outcome"])

    def answer_to(self, command_id: UUID, fingerprint: bytes) -> Answer | None:
        """The first answer to a command, or None; `CommandIdReused` if it asked for something else."""
        rows = self._rows(ANSWER_TO, [command_id])
        return _first_answer(rows[0], fingerprint) if rows else None

    def mentioning(self, target: UUID, relation: str) -> list[UUID]:
        return [row["originator_id"] for row in self._rows(MENTIONING, [target, relation])]

    def position_of(self, id: UUID, version: int) -> int:
        """Where in the log this version of an aggregate came about; `KeyError` if nowhere."""
        rows = self._rows(POSITION_OF, [id, version])
        if not rows:
            raise KeyError((id, version))
        return int(rows[0]["position"])

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """The framework's way in; takes `command` (default: a fresh id), `subject` (the first), `reads`."""
        if not stored_events:
            return None
        save = Save(
            command=kwargs.get("command") or Command(uuid4(), b"", remember=False),
            subject=kwargs.get("subject") or UUID(str(stored_events[0].originator_id)),
            events=stored_events,
            mentions=mentions_of(stored_events),
            reads=kwargs.get("reads") or Reads(),
        )
        last = self.record(save).position
        return range(last - len(stored_events) + 1, last + 1)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        query = EVENTS.format(direction="DESC" if desc else "ASC")
        upper = NO_BOUND if lte is None else lte
        return [StoredEvent(**row) for row in self._rows(query, [originator_id, gt or 0, upper, limit])]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = (start or 0) + (0 if inclusive_of_start else 1)
        last = NO_BOUND if stop is None else stop
        wanted = list(topics) or None
        rows = self._rows(NOTIFICATIONS, [first, last, wanted, wanted, limit])
        return [Notification(**row) for row in rows]

    def max_notification_id(self) -> int | None:
        return self._rows(LAST_POSITION, [])[0]["position"] or None

    def _rows(self, query: str, parameters: Sequence[Any]) -> list[DictRow]:
        def ask(conn: Connection[DictRow]) -> list[DictRow]:
            return conn.execute(query.encode(), parameters, prepare=True).fetchall()

        return self._store.run(ask)


def _parameters(save: Save) -> list[Any]:
    command, reads = save.command, save.reads
    return [
        *(command.id, command.fingerprint, command.remember, save.subject),
        [event.originator_id for event in save.events],
        [event.originator_version for event in save.events],
        [event.topic for event in save.events],
        [event.state for event in save.events],
        [mention.target for mention in save.mentions],
        [mention.relation for mention in save.mentions],
        [mention.by for mention in save.mentions],
        list(reads.versions.keys()),
        list(reads.versions.values()),
        [target for target, _ in reads.mentions],
        [relation for _, relation in reads.mentions],
        list(reads.mentions.values()),
    ]


def _answer(row: DictRow, *, replayed: bool = False) -> Answer:
    return Answer(
        id=row["originator_id"],
        version=row["version"],
        position=row["position"],
        recorded_at=row["recorded_at"],
        events=tuple(row["topics"]),
        replayed=replayed,
    )


def _first_answer(row: DictRow, fingerprint: bytes) -> Answer:
    if row["fingerprint"] != fingerprint:
        raise CommandIdReused("this command id was given before, with another command")
    return _answer(row, replayed=True)
