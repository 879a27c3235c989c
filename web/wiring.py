"""What a process is made of, and the only place that sees all of it. Importing it does nothing."""

from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import Any

import psycopg
from flask import current_app
from psycopg import Connection, IsolationLevel
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

import application.store.schema
import projections.schema
import web.access.schema
from application.cycles import Cycles
from application.measures import Measures
from application.objectives import Objectives
from application.people import People
from application.reviews import Reviews
from application.store import Store, decode
from application.units import Units
from projections.follower import Follower
from projections.read_models import READ_MODELS
from web.access.tokens import Tokens
from web.running import Running
from web.settings import Settings

MIGRATION_LOCK = (7468, 0)
POOL_TIMEOUT_SECONDS = 3.0
EXTENSION = "throughline"


@dataclass(frozen=True)
class UseCases:
    """Everything that can be commanded, over one store."""

    store: Store
    units: Units
    people: People
    cycles: Cycles
    objectives: Objectives
    reviews: Reviews
    measures: Measures

    @classmethod
    def over(cls, store: Store) -> "UseCases":
        return cls(
            store,
            Units(store),
            People(store),
            Cycles(store),
            Objectives(store),
            Reviews(store),
            Measures(store),
        )


class Services:
    """The parts of one process. Connections are opened when first needed: a worker that was just spawned
    has none.

    `settings.database_url` must be set by now; with the embedded server it is whoever started that who
    knows it.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.database_url is None:
            raise ValueError("the database must be known before the services can be used")
        self.settings = settings
        self.dsn = settings.database_url
        self.running = Running()
        self._opening = RLock()

    @cached_property
    def _use_cases(self) -> UseCases:
        return UseCases.over(Store(self.dsn, pool_size=self.settings.pool_size))

    @property
    def use_cases(self) -> UseCases:
        with self._opening:
            return self._use_cases

    @cached_property
    def _queries(self) -> ConnectionPool[Connection[DictRow]]:
        return ConnectionPool(
            self.dsn,
            min_size=0,
            max_size=self.settings.pool_size,
            timeout=POOL_TIMEOUT_SECONDS,
            check=ConnectionPool.check_connection,
            configure=_read_only,
            kwargs={"row_factory": dict_row, "autocommit": True, "connect_timeout": 3},
            name="queries",
            open=True,
        )

    @property
    def queries(self) -> ConnectionPool[Connection[DictRow]]:
        """Connections that read; a transaction on one sees the database as at its first statement."""
        with self._opening:
            return self._queries

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.queries)

    def close(self) -> None:
        """Ends the connections. What is asked for afterwards is opened anew."""
        with self._opening:
            use_cases, queries = self.__dict__.pop("_use_cases", None), self.__dict__.pop("_queries", None)
            self.__dict__.pop("tokens", None)
        if use_cases is not None:
            use_cases.store.close()
        if queries is not None:
            queries.close()


def _read_only(conn: Connection[Any]) -> None:
    conn.execute("set jit to off")  # compiling a short query would cost more than it saves
    conn.execute("set plan_cache_mode to force_custom_plan")  # general plans know not how many ids come
    conn.isolation_level = IsolationLevel.REPEATABLE_READ
    conn.read_only = True


def services() -> Services:
    """The services of the running app."""
    found: Services = current_app.extensions[EXTENSION]
    return found


def follower(dsn: str) -> Follower:
    """The projector over this database and every read model."""
    return Follower(dsn, READ_MODELS, decode)


def migrate(dsn: str) -> None:
    """Creates or brings up to date all that the service needs in the database; several at once do it one by
    one.
    """
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("select pg_advisory_lock(%s, %s)", MIGRATION_LOCK)
        with conn.transaction():
            application.store.schema.create(conn)
            projections.schema.create(conn)
            web.access.schema.create(conn)
