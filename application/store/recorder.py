"""The application recorder of the framework, on the tables and the function of this store.

What the store promises, and the test in tests/application/store that holds it:

- positions follow the order of commits without a gap; no reader ever skips an event  test_order.py
- recorded_at rises with every save, whatever the clock does                          test_order.py
- a version, or what a decision rests on, is taken by one save only                   test_conflicts.py
- a command id is recorded once; its repetition gets the first answer                 test_commands.py
- nothing is answered before it is durable                                            test_durability.py
- saves that share a transaction share nothing else: each has its own outcome         test_batches.py
- whoever leads a batch, and however that ends, nobody waits for ever                  test_group_commit.py
- an acknowledgement that was lost is found again, never guessed                      test_lost_connections.py
- what is altered or removed later is found, and named                                test_verification.py
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast
from uuid import UUID, uuid4

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import Connection
from psycopg.rows import DictRow

from application.store import chain
from application.store.datastore import Datastore
from application.store.errors import MovedOn
from application.store.group_commit import GroupCommit, Outcome
from application.store.mapper import EventMapper, PlainJson
from application.store.mentions import mentions_of
from application.store.records import Answer, Command, Reads, Save
from application.store.wire import record
from domain.refusals import CommandIdReused

ANSWER_TO = "select * from store.commands where command_id = %s"
MENTIONING = """
    select originator_id from store.mentions where target_id = %s and relation = %s
    order by originator_id
"""
MENTIONING_ANY = """
    select m.target_id, m.relation, m.originator_id
    from unnest(%s::uuid[], %s::text[]) asked (target, relation)
    join store.mentions m on m.target_id = asked.target and m.relation = asked.relation
    order by m.originator_id
"""
POSITION_OF = "select position from store.events where originator_id = %s and originator_version = %s"
EVENTS = """
    select originator_id, originator_version, topic, state from store.events
    where originator_id = %s and originator_version > %s and originator_version <= %s
    order by originator_version {direction} limit %s::bigint
"""
EVENTS_AFTER = """
    select e.originator_id, e.originator_version, e.topic, e.state
    from unnest(%s::uuid[], %s::bigint[]) known (id, version)
    join store.events e on e.originator_id = known.id and e.originator_version > known.version
    order by e.originator_id, e.originator_version
"""
NOTIFICATIONS = """
    select position as id, originator_id, originator_version, topic, state from store.events
    where position >= %s and position <= %s and (%s::text[] is null or topic = any(%s))
    order by position limit %s
"""
LAST_POSITION = "select position from store.head"
NO_BOUND = 2**63 - 1


class Recorder(PostgresApplicationRecorder):
    """Saves by one call of `store.record` for all that save at the moment; reads by position and by
    aggregate. Never builds tables.

    Its constructor replaces the inherited ones, which compose statements for the library's own tables.
    """

    def __init__(self, datastore: Datastore) -> None:
        self.datastore = self._store = datastore
        self.sql_create_statements = []
        self.events_table_name = "events"
        self.channel_name = "throughline"
        self._group = GroupCommit(self.record_all)

    def record(self, save: Save) -> Answer:
        """The answer to the command; raises `MovedOn`, `CommandIdReused` or `StoreUnavailable`."""
        return self._group.record(save)

    def record_all(self, saves: Sequence[Save]) -> list[Outcome]:
        """The outcomes of saves that share a transaction.

        A lost connection is resolved by calling again under the same command ids: that call waits for the
        same lock as the one that was cut off, and finds its commands recorded or takes its place.
        """
        rows = self._store.run(lambda conn: record(conn, saves))
        return [_outcome(save, row) for save, row in zip(saves, rows, strict=True)]

    def answer_to(self, command_id: UUID, fingerprint: bytes) -> Answer | None:
        """The first answer to a command, or None; `CommandIdReused` if it asked for something else."""
        rows = self.rows(ANSWER_TO, [command_id])
        return _first_answer(rows[0], fingerprint) if rows else None

    def mentioning(self, target: UUID, relation: str) -> list[UUID]:
        return [row["originator_id"] for row in self.rows(MENTIONING, [target, relation])]

    def mentioning_any(self, asked: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], list[UUID]]:
        found: dict[tuple[UUID, str], list[UUID]] = {each: [] for each in asked}
        targets, relations = [target for target, _ in found], [relation for _, relation in found]
        for row in self.rows(MENTIONING_ANY, [targets, relations]):
            found[row["target_id"], row["relation"]].append(row["originator_id"])
        return found

    def position_of(self, id: UUID, version: int) -> int:
        """Gives the position at which this version of an aggregate came about; `KeyError` if there
        is none.
        """
        rows = self.rows(POSITION_OF, [id, version])
        if not rows:
            raise KeyError((id, version))
        return int(rows[0]["position"])

    def events_after(self, known: Mapping[UUID, int]) -> list[StoredEvent]:
        """Lists what has happened to these aggregates after these versions, all as of one moment, by
        aggregate.
        """
        return [StoredEvent(**row) for row in self.rows(EVENTS_AFTER, [list(known), list(known.values())])]

    def stored(self, ids: Sequence[UUID], position: int) -> list[chain.ChainRow]:
        """Lists the events of these aggregates up to the position, by aggregate and version."""
        return cast(list[chain.ChainRow], self.rows(chain.OF_AGGREGATES, [list(ids), position]))

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """The framework's way in; takes `command` (default: a fresh id), `subject` (the first), `reads`."""
        if not stored_events:
            return None
        save = Save(
            command=kwargs.get("command") or Command(uuid4(), b"", remember=False),
            subject=kwargs.get("subject") or cast(UUID, stored_events[0].originator_id),
            events=stored_events,
            mentions=mentions_of(_MAPPER.to_domain_event(event) for event in stored_events),
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
        return [StoredEvent(**row) for row in self.rows(query, [originator_id, gt or 0, upper, limit])]

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
        rows = self.rows(NOTIFICATIONS, [first, last, wanted, wanted, limit])
        return [Notification(**row) for row in rows]

    def max_notification_id(self) -> int | None:
        return self.rows(LAST_POSITION, [])[0]["position"] or None

    def rows(self, query: str, parameters: Sequence[Any]) -> list[DictRow]:
        """The answer to one statement that is safe to repeat."""

        def ask(conn: Connection[DictRow]) -> list[DictRow]:
            return conn.execute(query.encode(), parameters, prepare=True).fetchall()

        return self._store.run(ask)


def _outcome(save: Save, row: Mapping[str, Any]) -> Outcome:
    if row["outcome"] == "recorded":
        return _answer(row)
    if row["outcome"] == "again":
        return None
    if row["outcome"] != "repeated":
        return MovedOn(row["outcome"])
    try:
        return _first_answer(row, save.command.fingerprint)
    except CommandIdReused as refused:
        return refused


def _answer(row: Mapping[str, Any], *, replayed: bool = False) -> Answer:
    return Answer(
        id=row["originator_id"],
        version=row["version"],
        position=row["position"],
        recorded_at=row["recorded_at"],
        events=tuple(row["topics"]),
        replayed=replayed,
    )


def _first_answer(row: Mapping[str, Any], fingerprint: bytes) -> Answer:
    if row["fingerprint"] != fingerprint:
        raise CommandIdReused("this command id was given before, with another command")
    return _answer(row, replayed=True)


_MAPPER = EventMapper(PlainJson())
