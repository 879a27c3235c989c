"""The store of a made-up past, which is told at its own instants; made_up.sql says which log may be.

It knows every aggregate already, since nobody else writes there, and keeps what is recorded for a while: many
saves are written at a time, each with its own instant, and always before anything is asked of the database.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar, cast
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg.rows import DictRow
from typing_extensions import override

from application.store.chain import ChainRow
from application.store.datastore import Datastore
from application.store.errors import MovedOn
from application.store.mentions import mentions_of
from application.store.records import Answer, Command, Reads, Save
from application.store.store import Store
from application.store.verification import Fault
from application.store.wire import record
from domain.aggregate import Aggregate, Event
from domain.refusals import NotFound

A = TypeVar("A", bound=Aggregate)

MOST_AT_ONCE = 200  # saves in one transaction
MARK = "insert into store.made_up default values"
END = "update store.made_up set until_position = (select position from store.head)"
TOLD_AT = "select set_config('throughline.told_at', %s, true)"
MARKED = "select coalesce(until_position, head.position) as until from store.made_up, store.head"


def made_up(conn: Connection[DictRow]) -> Iterator[Fault]:
    """Says of the log of a demo that its instants are not those of a clock; of any other log nothing."""
    for row in conn.execute(MARKED.encode()).fetchall():
        detail = (
            "the log is made up: up to here the instants are those of a story that `throughline demo` told"
        )
        yield Fault("made-up", detail, position=row["until"])


class MadeUpStore(Store):
    """`now` is the instant of the next command, None that of the clock. Making one raises an error of psycopg
    unless the database is empty.
    """

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn, pool_size=1)
        self._datastore = cast(Datastore, self._recorder.datastore)
        self.now: datetime | None = None
        self._known: dict[UUID, Aggregate] = {}
        self._mentioning: dict[tuple[UUID, str], set[UUID]] = defaultdict(set)
        self._waiting: list[tuple[Save, datetime | None]] = []
        self._touched: set[object] = set()  # by what waits
        self._write(MARK)

    @override
    def recall(self, cls: type[A], id: UUID) -> A:
        aggregate = self._known.get(id)
        if not isinstance(aggregate, cls):
            raise NotFound(f"there is no {cls.TOPIC} {id}")
        return aggregate

    @override
    def give_back(self, aggregates: Iterable[Aggregate]) -> None:
        """They stay here."""

    @override
    def histories(self, ids: Iterable[UUID]) -> dict[UUID, list[Event]]:
        self.flush()
        return super().histories(ids)

    @override
    def mentioning(self, target: UUID, relation: str) -> list[UUID]:
        return sorted(self._mentioning.get((target, relation), ()))

    @override
    def mentioning_any(self, asked: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], list[UUID]]:
        return {each: self.mentioning(*each) for each in asked}

    @override
    def position_of(self, aggregate: Aggregate) -> int:
        if aggregate.id in self._touched:
            self.flush()
        return super().position_of(aggregate)

    @override
    def position(self) -> int:
        self.flush()
        return super().position()

    @override
    def stored(self, ids: Sequence[UUID], position: int) -> list[ChainRow]:
        self.flush()
        return super().stored(ids, position)

    @override
    def record(
        self, changed: Sequence[Aggregate], *, command: Command, subject: UUID, reads: Reads
    ) -> Answer:
        """Answers ahead of the database, so that the position is not known yet."""
        pending = [event for aggregate in changed for event in aggregate.collect_events()]
        events: list[StoredEvent] = [self.mapper.to_stored_event(event) for event in pending]
        save = Save(command, subject, events, mentions_of(pending), reads)
        ids = {each.id for each in changed}
        rests_on = ids | reads.versions.keys() | reads.mentions.keys()
        if len(self._waiting) >= MOST_AT_ONCE or not self._touched.isdisjoint(rests_on):
            self.flush()
        self._waiting.append((save, self.now))
        self._touched |= ids | {(each.target, each.relation) for each in save.mentions}
        self._known |= {each.id: each for each in changed}
        for mention in save.mentions:
            self._mentioning[mention.target, mention.relation].add(mention.by)
        return Answer(subject, self._known[subject].version, 0, self.now, tuple(e.topic for e in events))

    def flush(self) -> None:
        """Writes what waits."""
        if not self._waiting:
            return
        saves, instants = zip(*self._waiting, strict=True)

        def write(conn: Connection[DictRow]) -> list[DictRow]:
            with conn.transaction():
                told_at = ",".join(each.isoformat() if each else "null" for each in instants)
                conn.execute(TOLD_AT, [f"{{{told_at}}}"])
                return record(conn, saves)

        outcomes = {row["outcome"] for row in self._datastore.run(write)}
        if not outcomes <= {"recorded", "repeated"}:
            raise MovedOn(f"somebody else writes to the store of the demo: {outcomes}")
        self._waiting.clear()
        self._touched.clear()

    def end(self) -> None:
        """The story is told: from now on the instants are those of the clock."""
        self.flush()
        self._write(END)

    def _write(self, statement: str) -> None:
        self._datastore.once(lambda conn: conn.execute(statement.encode()))
