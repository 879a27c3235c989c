"""Connections to the database, and what happens when one is lost."""

import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
from eventsourcing.postgres import ConnectionPool, PostgresDatastore
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import PoolClosed, PoolTimeout

from application.store.errors import StoreUnavailable

T = TypeVar("T")

PATIENCE_SECONDS = 5.0  # how long to look for a connection
LOCK_PATIENCE_SECONDS = 10  # how long to wait for other saves
STATEMENT_SECONDS = 3_600  # an import records a whole plan by one
LONGEST_PAUSE_SECONDS = 0.4
CONFIGURE = """
    select set_config('TimeZone', 'UTC', false), set_config('jit', 'off', false),
           set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false),
           set_config('idle_in_transaction_session_timeout', %s, false),
           set_config('default_transaction_isolation', 'read committed', false),
           pg_postmaster_start_time(), (select oid from pg_database where datname = current_database())
"""
LOST = ("08", "57P")  # SQLSTATEs of connections that end; an error of libpq itself has none


class Datastore(PostgresDatastore):
    """A pool that connects when it is first used, so that it may be made before a process is forked.

    Its constructor replaces the inherited one, which takes a DSN in parts and connects in advance.
    """

    def __init__(
        self, dsn: str, pool_size: int, forget: Callable[[], None], statement_seconds: int = STATEMENT_SECONDS
    ) -> None:
        """`forget` is called when what is known of the database may not hold: it was restarted, or lost."""
        self.dsn = dsn
        self._statement_seconds = statement_seconds
        self._forget = forget
        self._incarnation: object = None
        self.schema = "store"
        self.pool_open_timeout = None
        self.psycopg_type_adapters = {}
        self.pool = ConnectionPool(
            conninfo=dsn,
            connection_class=Connection[DictRow],
            kwargs={"row_factory": dict_row, "autocommit": True},
            min_size=0,
            max_size=pool_size,
            open=False,
            configure=self._configure,
            timeout=1.0,
            reconnect_timeout=1.0,  # after that, whoever asks next makes the pool try again
        )

    def run(self, work: Callable[[Connection[DictRow]], T]) -> T:
        """The result of `work` on a connection, and if that is lost, on a fresh one, for some seconds.

        `work` is one statement that is safe to repeat when it is unknown whether it was done. Raises
        `StoreUnavailable` when no connection lasts, or when the database answers that it cannot serve.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        pause, fresh = 0.01, False
        while True:
            try:
                return self._on_fresh(work) if fresh else self.once(work)
            except psycopg.OperationalError as error:
                self._forget()
                if not _may_pass(error) or time.monotonic() > deadline:
                    raise StoreUnavailable("the database cannot serve this now") from error
                fresh = not isinstance(error, PoolTimeout)
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def once(self, work: Callable[[Connection[DictRow]], T]) -> T:
        """The result of `work` on a connection of the pool; raises whatever goes wrong."""
        self.pool.open()
        conn = self.pool.getconn()
        try:
            return work(conn)
        finally:
            self.pool.putconn(conn)

    def _on_fresh(self, work: Callable[[Connection[DictRow]], T]) -> T:
        """On a connection of its own: after a restart of the database the pool's are all dead."""
        timeout = int(PATIENCE_SECONDS)
        with Connection[DictRow].connect(
            self.dsn, autocommit=True, row_factory=dict_row, connect_timeout=timeout
        ) as conn:
            self._configure(conn)
            return work(conn)

    def _configure(self, conn: Connection[DictRow]) -> None:
        limit = f"{self._statement_seconds}s"
        incarnation = conn.execute(CONFIGURE, [f"{LOCK_PATIENCE_SECONDS}s", limit, limit]).fetchone()
        if self._incarnation not in (None, incarnation):
            self._forget()
        self._incarnation = incarnation


def _may_pass(error: psycopg.OperationalError) -> bool:
    if isinstance(error, PoolClosed):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(LOST)
