"""The projector: one follower that brings every read model up to date with the log.

What holds, why, and the test in tests/projections that holds it:

- order and no gap: a batch is read after the position that the rows are at, and is made of whole saves
  (`feed`): test_a_save_is_never_cut_in_two, test_topics_nobody_wants_are_passed_over
- exactly once: the rows of a batch and the positions commit together (`advance`), and a batch whose positions
  are not where it was read from is dropped (a rebuild has switched, or another follower was faster):
  test_rows_and_position_commit_together, test_two_followers_at_once_apply_every_event_once
- one leader: the lock, the wake-ups and the writes share one session, so they are lost together:
  test_one_follower_leads_and_the_next_takes_over_when_it_stops
- a wake-up that is missed costs a second, for the log is pulled at least that often:
  test_a_lost_wake_up_costs_about_a_second
- an event that fails for good stops its own aggregate in that read model, and nothing else (`applier`):
  test_a_failing_event_parks_its_aggregate_and_the_others_go_on
- memory stays flat however long the log, for a batch has a bound in events and in bytes:
  test_a_batch_has_a_bound_in_bytes
- a read model that is far behind does not hold up those that are current:
  test_a_read_model_that_is_behind_takes_small_batches_while_others_are_current
- commits do not wait for the disk: after a crash of the database the positions go back with their rows, to be
  brought forward again: survival/test_survival.py, which also kills the process at any point.
"""

from collections.abc import Sequence
from threading import Event
from typing import Any

import psycopg
import structlog
from psycopg import Connection

from projections import leader
from projections.advance import MOST_EVENTS, advance
from projections.events import Decode, plain_json
from projections.model import ReadModel
from projections.positions import Target

CHANNEL = "throughline"
PULL_EVERY = 1.0
"""Seconds after which the log is read even without a wake-up."""
STAND_BY = 0.5
"""Seconds between two attempts to take the lead."""
LONGEST_PAUSE = 5.0
"""Seconds at most before connecting again."""

log = structlog.get_logger(__name__)


SETTINGS = {
    "synchronous_commit": "off",
    "default_transaction_isolation": "read committed",
    "TimeZone": "UTC",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    # Rows are loaded and closed by their keys. However little the planner knows about a table that is just
    # being filled, what a batch costs must not grow with the table.
    "plan_cache_mode": "force_custom_plan",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "jit": "off",
}


def connect(dsn: str) -> Connection[Any]:
    """A connection in autocommit for writing read models, which notices a dead peer within half a minute."""
    connection = psycopg.connect(
        dsn,
        autocommit=True,
        connect_timeout=5,
        application_name="throughline projector",
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )
    connection.execute(
        "select set_config(name, value, false) from unnest(%s::text[], %s::text[]) as s (name, value)",
        [list(SETTINGS), list(SETTINGS.values())],
    )
    return connection


class Follower:
    """Applies the log to `read_models` until told to stop; `batch` is about how many events a transaction
    takes, if there are that many.
    """

    def __init__(
        self,
        dsn: str,
        read_models: Sequence[ReadModel],
        decode: Decode = plain_json,
        batch: int = MOST_EVENTS,
    ) -> None:
        self._dsn = dsn
        self._targets = [Target(model) for model in read_models]
        self._decode = decode
        self._batch = batch
        self._pause = 0.0

    def run(self, stop: Event) -> None:
        """Lead as soon as nobody else does, follow the log, and begin again after any error of the database.

        Returns within a second or a batch once `stop` is set; raises only what is a mistake in the program.
        """
        while not stop.is_set():
            try:
                with connect(self._dsn) as connection:
                    if self._wait_for_lead(connection, stop):
                        self._lead(connection, stop)
            except psycopg.Error as error:
                self._pause = min(max(0.1, self._pause * 2), LONGEST_PAUSE)
                log.warning("follower_interrupted", error=error, again_in_seconds=self._pause)
                stop.wait(self._pause)

    def catch_up(self, connection: Connection[Any]) -> None:
        """Apply all there is on a connection in autocommit, and return."""
        while advance(connection, self._targets, self._decode, self._batch):
            continue

    def _wait_for_lead(self, connection: Connection[Any], stop: Event) -> bool:
        while not stop.is_set():
            if leader.try_to_lead(connection):
                log.info("follower_leads", backend=connection.info.backend_pid)
                return True
            stop.wait(STAND_BY)
        return False

    def _lead(self, connection: Connection[Any], stop: Event) -> None:
        connection.execute(f"listen {CHANNEL}")
        while not stop.is_set():
            if not advance(connection, self._targets, self._decode, self._batch):
                self._pause = 0.0
                for _ in connection.notifies(timeout=PULL_EVERY, stop_after=1):
                    break
