"""A process is made of this, and only here all of it is seen. Importing it does nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from threading import RLock
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import psycopg
from flask import current_app
from psycopg import Connection, IsolationLevel
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

import application.store.schema
import projections.schema
import web.access.schema
import web.ops.database_roles
import web.reminders.schema
import web.webhooks.schema
import web.webhooks.secrets
from application.change_plans import ChangePlans
from application.cycles import Cycles
from application.measures import Measures
from application.objectives import Objectives
from application.people import People
from application.policies import Policies
from application.provisioning import Provisioning
from application.reviews import Reviews
from application.store import Store, decode
from application.store.organisation import record_zone, recorded_zone, today_in
from application.units import Units
from projections.feed import head
from projections.follower import Follower
from projections.freshness import high_water_mark
from projections.read_models import READ_MODELS
from web.access.journal import Journal
from web.access.refusals import Refusals
from web.access.sight import Sights
from web.access.tokens import Tokens
from web.api.feed import Feed
from web.api.running import Running
from web.keys import Keys, Unreadable
from web.ops.bounds import IDLE_IN_TRANSACTION_SECONDS, LOCK_SECONDS, LONG_SECONDS, STATEMENT_SECONDS
from web.ops.database_roles import MIGRATE, PROJECTOR, READER, WEB, acting_as
from web.ops.metrics import SNAPSHOT_FAILURES
from web.ops.settings import Settings, SettingsError
from web.signin.bearer import Bearer
from web.signin.keyring import Keyring
from web.waiting import Lookout

MIGRATION_LOCK = (7468, 0)
POOL_TIMEOUT_SECONDS = 3.0
MIN_POSITION_PAUSE_SECONDS = 0.003
EXPORTS_TIMEOUT_SECONDS = 1.0
ADMINISTRATION_CONNECTIONS = 2
JOURNAL_CONNECTIONS = 4  # one is committing, the others are ready to follow
POOLS = ("_queries", "_administration", "_journal", "_exports")
EXTENSION = "throughline"
_LIMITS = """
    select set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false),
           set_config('idle_in_transaction_session_timeout', %s, false)
"""
K = TypeVar("K")


@dataclass(frozen=True)
class Commands:
    """Everything that can be commanded, over one store."""

    store: Store
    units: Units
    people: People
    cycles: Cycles
    policies: Policies
    objectives: Objectives
    reviews: Reviews
    measures: Measures
    change_plans: ChangePlans
    provisioning: Provisioning

    def of(self, kind: type[K]) -> K:
        """Gives the use cases of this class."""
        return next(each for each in vars(self).values() if isinstance(each, kind))

    @classmethod
    def over(cls, store: Store) -> "Commands":
        return cls(
            store,
            Units(store),
            People(store),
            Cycles(store),
            Policies(store),
            Objectives(store),
            Reviews(store),
            Measures(store),
            ChangePlans(store),
            Provisioning(store),
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
        self.dsn = acting_as(settings.database_url, WEB)
        self._reading = acting_as(settings.database_url, READER)
        self.running = Running()
        self.sights = Sights()
        self._opening = RLock()

    @cached_property
    def _use_cases(self) -> Commands:
        store = Store(
            self.dsn,
            pool_size=self.settings.pool_size,
            statement_seconds=STATEMENT_SECONDS,
            snapshot_failed=SNAPSHOT_FAILURES.inc,
        )
        return Commands.over(store)

    @contextmanager
    def importing(self) -> Iterator[Store]:
        """A store for one import: its statements may take long, and what it loads is let go of afterwards."""
        with Store(self.dsn, pool_size=1, snapshot_failed=SNAPSHOT_FAILURES.inc) as store:
            yield store

    @property
    def use_cases(self) -> Commands:
        with self._opening:
            return self._use_cases

    @cached_property
    def _queries(self) -> ConnectionPool[Connection[DictRow]]:
        return self._pool("queries", self.settings.pool_size, dsn=self._reading, configure=_read_only)

    @property
    def queries(self) -> ConnectionPool[Connection[DictRow]]:
        """Connections that read; a transaction on one sees the database as at its first statement."""
        with self._opening:
            return self._queries

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone whose days are those of the organisation."""
        with self.queries.connection() as conn:
            return zone_of(conn, self.settings.time_zone)

    def today(self) -> date:
        """The present day of the organisation."""
        return today_in(self.zone)

    def day_of(self, instant: datetime) -> date:
        """The day of the organisation to which an instant belongs."""
        return instant.astimezone(self.zone).date()

    @cached_property
    def tokens(self) -> Tokens:
        provider = self.settings.provider
        if provider is None:
            return Tokens(self.queries, self.today, lambda: self.administration)
        signed = Bearer(provider, self.keyring, self.queries, self.today).caller
        return Tokens(self.queries, self.today, lambda: self.administration, signed)

    @cached_property
    def keyring(self) -> Keyring:
        """The keys of the OpenID provider; there must be one."""
        if self.settings.provider is None:
            raise ValueError("no provider is set")
        return Keyring(self.settings.provider.issuer)

    @cached_property
    def feed(self) -> Feed:
        return Feed(self.queries)

    @cached_property
    def visible(self) -> Lookout:
        """The position up to which every read model is complete, for all who wait for one."""
        return Lookout(self._horizon, MIN_POSITION_PAUSE_SECONDS)

    @cached_property
    def recorded(self) -> Lookout:
        """The end of the log: nobody waits long for a position beyond it, for none will come by itself."""
        return Lookout(self._end_of_log, MIN_POSITION_PAUSE_SECONDS)

    def _end_of_log(self) -> int:
        with self.queries.connection() as conn:
            return head(conn)

    def _horizon(self) -> int:
        with self.queries.connection() as conn:
            return high_water_mark(conn).position

    @cached_property
    def _administration(self) -> ConnectionPool[Connection[DictRow]]:
        return self._pool("administration", ADMINISTRATION_CONNECTIONS)

    @property
    def administration(self) -> ConnectionPool[Connection[DictRow]]:
        """Connections that change what is neither an event nor a read model."""
        with self._opening:
            return self._administration

    @cached_property
    def _journal(self) -> ConnectionPool[Connection[DictRow]]:
        return self._pool("journal", JOURNAL_CONNECTIONS)

    @property
    def journal(self) -> Journal:
        with self._opening:
            return Journal(self._journal)

    @cached_property
    def refusals(self) -> Refusals:
        """Refusals of this process, counted where they are many."""
        return Refusals(lambda notes: self.journal.note(*notes))

    @cached_property
    def _exports(self) -> ConnectionPool[Connection[DictRow]]:
        most = self.settings.exports_at_once
        return self._pool(
            *("exports", most, EXPORTS_TIMEOUT_SECONDS),
            dsn=self._reading, statement_seconds=LONG_SECONDS, configure=_read_only,
        )  # fmt: skip

    @property
    def exports(self) -> ConnectionPool[Connection[DictRow]]:
        """As `queries`, but few: each is held for as long as an export takes."""
        with self._opening:
            return self._exports

    def close(self) -> None:
        """Ends the connections. What is asked for afterwards is opened anew."""
        refusals: Refusals | None = self.__dict__.pop("refusals", None)
        if refusals is not None:
            refusals.close()
        with self._opening:
            use_cases = self.__dict__.pop("_use_cases", None)
            pools = [self.__dict__.pop(name, None) for name in POOLS]
            self.__dict__.pop("tokens", None)
            self.__dict__.pop("feed", None)
        if use_cases is not None:
            use_cases.store.close()
        for pool in pools:
            if pool is not None:
                pool.close()

    def _pool(
        self,
        name: str,
        size: int,
        timeout: float = POOL_TIMEOUT_SECONDS,
        *,
        dsn: str | None = None,
        statement_seconds: int = STATEMENT_SECONDS,
        configure: Callable[[Connection[Any]], None] = lambda _: None,
    ) -> ConnectionPool[Connection[DictRow]]:
        def limited(conn: Connection[Any]) -> None:
            idle = max(statement_seconds, IDLE_IN_TRANSACTION_SECONDS)
            conn.execute(_LIMITS, [f"{statement_seconds}s", f"{LOCK_SECONDS}s", f"{idle}s"])
            configure(conn)

        return ConnectionPool(
            dsn or self.dsn,
            min_size=0,
            max_size=size,
            timeout=timeout,
            check=ConnectionPool.check_connection,
            kwargs={"row_factory": dict_row, "autocommit": True, "connect_timeout": 3},
            name=name,
            open=True,
            configure=limited,
        )


def _read_only(conn: Connection[Any]) -> None:
    conn.execute("set jit to off")  # compiling a short query would cost more than it saves
    conn.execute("set plan_cache_mode to force_custom_plan")  # general plans know not how many ids come
    conn.execute(
        "set random_page_cost to 1.1"
    )  # what is in an index is in memory, or on a disk without a head
    conn.isolation_level = IsolationLevel.REPEATABLE_READ
    conn.read_only = True


def services() -> Services:
    """The services of the running app."""
    found: Services = current_app.extensions[EXTENSION]
    return found


def follower(dsn: str) -> Follower:
    """The projector over this database and every read model."""
    return Follower(acting_as(dsn, PROJECTOR), READ_MODELS, decode)


def zone_of(conn: Connection[Any], wanted: str | None) -> ZoneInfo:
    """The time zone of the organisation: the recorded one; where there is none the one of the settings, or
    else UTC. Raises SettingsError if the two differ.
    """
    recorded = recorded_zone(conn)
    if recorded and wanted and wanted != recorded:
        raise SettingsError(
            f"THROUGHLINE_TIMEZONE is {wanted}, but the days of this organisation are those of {recorded}; "
            f"throughline timezone {wanted} changes that."
        )
    return ZoneInfo(recorded or wanted or "UTC")


def prepare(
    dsn: str,
    time_zone: str | None = None,
    *,
    record: bool = False,
    keys: Callable[[], Keys] | None = None,
) -> None:
    """Migrates the database, and records the policies that came with the service; and the time zone of the
    organisation, if it has none yet and that is to be recorded. With `keys`, secrets that are kept otherwise
    are encrypted with the first one. Raises SettingsError if it has another time zone, or none of the keys
    opens a secret.
    """
    migrate(dsn)
    dsn = acting_as(dsn, MIGRATE)
    if keys is not None:
        _encrypt(dsn, keys)
    with psycopg.connect(dsn) as conn:
        today = today_in(zone_of(conn, time_zone))
        if record and time_zone is not None:
            record_zone(conn, time_zone)
    store = Store(dsn, pool_size=1)
    try:
        Policies(store).adopt_built_in(today)
    finally:
        store.close()


def _encrypt(dsn: str, keys: Callable[[], Keys]) -> None:
    with psycopg.connect(dsn) as conn:
        if web.webhooks.secrets.any_kept(conn):
            try:
                web.webhooks.secrets.seal_all(conn, keys())
            except Unreadable as error:
                raise SettingsError(
                    f"THROUGHLINE_SECRET_KEY must hold the key of what the database holds: {error}."
                ) from error


def migrate(dsn: str) -> None:
    """Creates or brings up to date all that the service needs in the database; several at once do it one by
    one. Raises RolesFailed where that takes an administrator.
    """
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(_LIMITS, [f"{LONG_SECONDS}s"] * 3)
        conn.execute("select pg_advisory_lock(%s, %s)", MIGRATION_LOCK)
        web.ops.database_roles.prepare(conn)
        with conn.transaction():
            conn.execute(f"set local role {MIGRATE}")
            application.store.schema.create(conn)
            web.access.schema.create(conn)
            web.webhooks.schema.create(conn)
            web.reminders.schema.create(conn)
            conn.execute(f"set local role {PROJECTOR}")
            projections.schema.create(conn)
            conn.execute(f"set local role {MIGRATE}")
            web.ops.database_roles.grant(conn)
