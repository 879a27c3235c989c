"""The store as use cases see it: load, ask who names whom, record."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import ApplicationRecorder, InfrastructureFactory, Mapper, Transcoder
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment, EnvType, get_topic

from application.store.datastore import Datastore
from application.store.mapper import EventMapper, PlainJson
from application.store.mentions import mentions_of
from application.store.recorder import Recorder
from application.store.records import Answer, Command, Reads, Save
from domain.aggregate import Aggregate
from domain.refusals import NotFound

A = TypeVar("A", bound=Aggregate)


def _fold(aggregate: Aggregate | None, events: Iterable[Any]) -> Aggregate | None:
    """As the library folds, without asking each event whether it can: that was a fifth of a load."""
    for event in events:
        aggregate = event.mutate(aggregate)
    return aggregate


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

    def __init__(self, dsn: str, pool_size: int = 8) -> None:
        self._recorder = Recorder(Datastore(dsn, pool_size))
        super().__init__()

    def load(self, cls: type[A], id: UUID) -> A:
        """The aggregate at its last version; `NotFound` if there is none of this class."""
        missing = NotFound(f"there is no {get_topic(cls)} {id}")
        try:
            aggregate: Aggregate = self.repository.get(id, projector_func=_fold)
        except AggregateNotFoundError:
            raise missing from None
        if not isinstance(aggregate, cls):
            raise missing
        return aggregate

    def mentioning(self, target: UUID, relation: str) -> list[UUID]:
        """The ids, sorted, of all aggregates of which an event ever named `target` in this relation."""
        return self._recorder.mentioning(target, relation)

    def position_of(self, aggregate: Aggregate) -> int:
        """The position of the last event that it was loaded from; `KeyError` if that is not in the log."""
        return self._recorder.position_of(aggregate.id, aggregate.version)

    def position(self) -> int:
        """The last position given; 0 in an empty store."""
        return self._recorder.max_notification_id() or 0

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
        answer = self._recorder.record(Save(command, subject, events, mentions_of(events), reads))
        for aggregate in changed:
            aggregate.collect_events()
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
