"""The sender: posts what is due, as long as it leads, until told to stop.

It runs beside the follower, on a thread and a connection of its own; its workers make the calls. What it does
not finish, because it is killed or the database goes away, is sent again by whoever leads next.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event
from typing import Any

import psycopg
import structlog
from psycopg import Connection
from psycopg.rows import scalar_row

from projections.follower import CHANNEL as RECORDED
from web.keys import Keys
from web.webhooks.leading import Lead
from web.webhooks.reach import Reach
from web.webhooks.subscriptions import CHANNEL as CHANGED

LOCK = (7468, 2)
STAND_BY = 0.5
"""Seconds between two attempts to take the lead."""
LONGEST_PAUSE = 5.0
"""Seconds at most before beginning again after an error."""
BREATH = 0.01
"""Seconds between two rounds: what happens meanwhile is dealt with in one."""
SETTINGS = {
    "synchronous_commit": "off",  # after a crash of the database the last deliveries are made again
    "default_transaction_isolation": "read committed",  # what a lock was waited for is seen
    "TimeZone": "UTC",
    "plan_cache_mode": "force_custom_plan",
    "enable_seqscan": "off",  # what a round costs must not grow with the log
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_bitmapscan": "off",  # what comes first in an index is found without reading what comes after
    "enable_sort": "off",
    "jit": "off",
}
log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Sender:
    """`reach` says what it may connect to, `keys` gives those that open secrets, when one is needed, `clock`
    says when something is due; `look_every` is after how many seconds it looks, even unasked.
    """

    def __init__(
        self,
        dsn: str,
        reach: Reach,
        keys: Callable[[], Keys],
        clock: Callable[[], datetime] = utc_now,
        look_every: float = 1.0,
    ) -> None:
        self._dsn = dsn
        self._reach = reach
        self._keys = keys
        self._clock = clock
        self._look_every = look_every
        self._pause = 0.0

    def run(self, stop: Event) -> None:
        """Lead as soon as nobody else does, and begin again after any error.

        Returns within about two seconds once `stop` is set.
        """
        while not stop.is_set():
            try:
                with _connect(self._dsn) as conn:
                    if _wait_for_lead(conn, stop):
                        self._lead(conn, stop)
            except psycopg.Error as error:
                log.warning("sender_interrupted", error=error)
            except Exception:  # a defect here does not end the process: read models depend on that
                log.exception("sender_failed")
            self._pause = min(max(0.1, self._pause * 2), LONGEST_PAUSE)
            stop.wait(self._pause)

    def _lead(self, conn: Connection[Any], stop: Event) -> None:
        conn.execute(f"listen {RECORDED}")
        conn.execute(f"listen {CHANGED}")
        with Lead(conn, self._clock, self._reach, self._keys) as lead:
            while not stop.is_set():
                if not lead.round():
                    lead.rest(self._look_every)
                self._pause = 0.0
                stop.wait(BREATH)
            lead.finish()


def _connect(dsn: str) -> Connection[Any]:
    conn = psycopg.connect(
        dsn,
        autocommit=True,
        connect_timeout=5,
        application_name="throughline sender",
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )
    conn.execute(
        "select set_config(name, value, false) from unnest(%s::text[], %s::text[]) as s (name, value)",
        [list(SETTINGS), list(SETTINGS.values())],
    )
    return conn


def _wait_for_lead(conn: Connection[Any], stop: Event) -> bool:
    with conn.cursor(row_factory=scalar_row) as cursor:
        while not stop.is_set():
            if cursor.execute("select pg_try_advisory_lock(%s, %s)", LOCK).fetchone():
                log.info("sender_leads", backend=conn.info.backend_pid)
                return True
            stop.wait(STAND_BY)
    return False
