"""The service under test: every use case on one store, which can be taken back to how it began."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row

from application.cycles import Cycles
from application.measures import Measures
from application.objectives import Objectives
from application.people import People
from application.policies import Policies
from application.reviews import Reviews
from application.seals import check_seals
from application.store import Store, decode
from application.units import Units
from projections import feed
from projections.events import Recorded
from projections.read_models import READ_MODELS
from tests.projections.tables import Project

TABLES = ("events", "head", "commands", "mentions")
TOPICS = frozenset().union(*(model.topics for model in READ_MODELS))


class System:
    """The parts, by the names that the model has."""

    def __init__(self, dsn: str, store: Store, project: Project) -> None:
        self.store, self.project = store, project
        self.units, self.people, self.cycles = Units(store), People(store), Cycles(store)
        self.objectives, self.reviews, self.measures = Objectives(store), Reviews(store), Measures(store)
        self.policies = Policies(store)
        self._connection = psycopg.connect(dsn, autocommit=True)

    def keep(self) -> None:
        """What is recorded now is how it begins from then on."""
        self._connection.execute("create schema begun")
        for table in TABLES:
            self._connection.execute(f"create table begun.{table} as table store.{table}".encode())

    def begin_again(self) -> None:
        """Events are never altered, so the guard sleeps for the time of this transaction."""
        with self._connection.transaction():
            self._connection.execute("set local session_replication_role = replica")
            for table in TABLES:
                self._connection.execute(f"truncate store.{table}".encode())
                self._connection.execute(f"insert into store.{table} table begun.{table}".encode())
        self.store.forget()

    def log(self) -> list[Recorded]:
        """Everything recorded; AssertionError if the read models do not know a topic or cannot read it."""
        batch = feed.read(self._connection, 0, 1_000_000, TOPICS, decode)
        entries = [] if batch is None else batch.entries
        assert [entry.position for entry in entries] == list(range(1, self.store.position() + 1))
        return [entry for entry in entries if isinstance(entry, Recorded)]

    def broken_seals(self) -> Sequence[Any]:
        with psycopg.connect(self._connection.info.dsn, row_factory=dict_row) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            return list(check_seals(connection))

    def close(self) -> None:
        self._connection.close()
