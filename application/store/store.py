"""The store as use cases see it: load, ask who names whom, record."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, InfrastructureFactory, Mapper, Transcoder
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment, EnvType, get_topic

from application.store.chain import ChainRow
from application.store.datastore import STATEMENT_SECONDS, Datastore
from application.store.loading import Loading
from application.store.mapper import EventMapper, PlainJson
from application.store.memory import Memory
from application.store.mentions import mentions_of
from application.store.recorder import Recorder
from application.store.records import Answer, Command, Reads, Save
from application.store.snapshots import Snapshots
from domain.aggregate import Aggregate, Event
from domain.refusals import NotFound

A = TypeVar("A", bound=Aggregate)

MEMORY_BYTES = 64 << 20
AT_ONCE = 500  # histories in one query, so that what is read is soon let go of


class Factory(PostgresFactory):
    """Gives the one recorder of a store; builds no tables and reads nothing from the environment."""

    def __init__(self, recorder: Recorder, env: Environment) -> None:
        InfrastructureFactory.__init__(self, env)  # not the direct parent's, which wants a DSN in parts
        self.datastore = recorder.datastore
        self._recorder = recorder

    def application_recorder(self) -> ApplicationRecorder:
        return self._recorder


class Store(Application[UUID]):
    """Aggregates by id, saved whole or not at all. Connects when first used; close it when done.

    Its methods may be called from several threads. All of them raise `StoreUnavailable` when the database
    cannot be reached for some seconds.
    """

    name = "store"

    def __init__(
        self,
        dsn: str,
        pool_size: int = 8,
        *,
        memory_bytes: int = MEMORY_BYTES,
        statement_seconds: int = STATEMENT_SECONDS,
        snapshot_failed: Callable[[], None] = lambda: None,
    ) -> None:
        """`memory_bytes`: of what is kept of aggregates in this process. `statement_seconds`: how long a
        statement may run. `snapshot_failed` is called for each snapshot that could not be taken or read;
        nothing else comes of that.
        """
        self._memory = Memory(memory_bytes)
        datastore = Datastore(dsn, pool_size, self.forget, statement_seconds)
        self._recorder = Recorder(datastore)
        self._loading = Loading(self._recorder, self._memory, Snapshots(datastore, snapshot_failed))
        super().__init__()

    def load(self, cls: type[A], id: UUID) -> A:
        """The aggregate at its last version; `NotFound` if there is none of this class."""
        return _found(cls, id, self._loading.load(id))

    def recall(self, cls: type[A], id: UUID) -> A:
        """As `load`, but it may be behind: at a version that this process knows already. Good enough for a
        decision, which is recorded only if it rests on the last versions.
        """
        return _found(cls, id, self._loading.recall(id))

    def histories(self, ids: Iterable[UUID]) -> dict[UUID, list[Event]]:
        """All that happened to each of these aggregates, in order, in a query for many of them; those that
        do not exist are left out.
        """
        found: dict[UUID, list[Event]] = {}
        wanted = iter(ids)
        while some := dict.fromkeys(islice(wanted, AT_ONCE), 0):
            for stored in self._recorder.events_after(some):
                event = cast(Event, self.mapper.to_domain_event(stored))
                found.setdefault(event.originator_id, []).append(event)
        return found

    def forget(self) -> None:
        """Drops all that this process knows of aggregates, as when the log is another one than before."""
        self._memory.forget()

    def give_back(self, aggregates: Iterable[Aggregate]) -> None:
        """Aggregates that were recalled and of which all changes are recorded: whoever recalls them next gets
        them as they are. Nobody may use them any more.
        """
        for aggregate in aggregates:
            self._memory.give_back(aggregate)

    def catch_up(self, known: Mapping[UUID, int]) -> bool:
        """Takes in what has happened to these aggregates beyond the versions given here, all as of one
        moment, and returns whether anything has; from then on they are recalled no earlier than that.
        """
        return bool(known) and self._loading.catch_up(known)

    def mentioning(self, target: UUID, relation: str) -> list[UUID]:
        """The ids, sorted, of all aggregates of which an event ever named `target` in this relation."""
        return self._recorder.mentioning(target, relation)

    def mentioning_any(self, asked: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], list[UUID]]:
        """As `mentioning`, of each of these targets in its relation."""
        return self._recorder.mentioning_any(asked)

    def position_of(self, aggregate: Aggregate) -> int:
        """The position of the last event that it was loaded from; `KeyError` if that is not in the log."""
        return self._recorder.position_of(aggregate.id, aggregate.version)

    def position(self) -> int:
        """The last position given; 0 in an empty store."""
        return self._recorder.max_notification_id() or 0

    def stored(self, ids: Sequence[UUID], position: int) -> list[ChainRow]:
        """The events of these aggregates as they are stored up to the position, by aggregate and version."""
        return self._recorder.stored(ids, position)

    def answer_to(self, command_id: UUID, fingerprint: bytes) -> Answer | None:
        """The first answer to a command, or None; `CommandIdReused` if it asked for something else."""
        return self._recorder.answer_to(command_id, fingerprint)

    def record(
        self, changed: Sequence[Aggregate], *, command: Command, subject: UUID, reads: Reads
    ) -> Answer:
        """Records what is pending in `changed`, in this order, all or nothing, and clears it there.

        A known command id gets its first answer. Raises `CommandIdReused` if that asked for something else,
        and `MovedOn` if a version or a read has moved on: nothing is recorded then; load and decide again.
        """
        pending = [event for aggregate in changed for event in aggregate.pending_events]
        events = [self.mapper.to_stored_event(event) for event in pending]
        answer = self._recorder.record(Save(command, subject, events, mentions_of(pending), reads))
        for aggregate in changed:
            aggregate.collect_events()
        if not answer.replayed:
            self._loading.add(events)
        return answer

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Nothing of the process's environment: settings come by the constructor."""
        return Environment(name, env)

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        return Factory(self._recorder, env)

    def construct_transcoder(self) -> Transcoder:
        return PlainJson()

    def construct_mapper(self) -> Mapper[UUID]:
        return EventMapper(self.construct_transcoder())


def _found(cls: type[A], id: UUID, aggregate: Aggregate | None) -> A:
    if not isinstance(aggregate, cls):
        raise NotFound(f"there is no {get_topic(cls)} {id}")
    return aggregate
