"""The projector: one follower that brings every read model up to date with the log.

What holds, and why:

- order and no gap: batches are read after the position that the rows are at (`feed`);
- exactly once: the rows of a batch and the positions commit together, and a batch whose positions are not
  where it
  was read from is dropped (a rebuild has switched, or another follower was faster);
- one leader: the lock, the wake-ups and the writes share one session, so they are lost together;
- a wake-up that is missed costs a second: the log is pulled at least that often;
- commits do not wait for the disk: after a crash of the database the positions go back with their rows, to be
  brought forward again.
"""

from collections import defaultdict
from collections.abc import Sequence
from threading import Event
from typing import Any

import psycopg
import structlog
from psycopg import Connection

from projections import feed, leader, positions
from projections.applier import Applier, parked_for
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
    takes.
    """

    def __init__(
        self, dsn: str, read_models: Sequence[ReadModel], decode: Decode = plain_json, batch: int = 2000
    ) -> None:
        self._dsn = dsn
        self._targets = [Target(model) for model in read_models]
        self._decode = decode
        self._batch = batch
        self._pause = 0.0

    def run(self, stop: Event) -> None:
        """Lead as soon as nobody else does, follow the log, and begin again after any error of the database.

        Returns within about a second once `stop` is set; raises only what is a mistake in the program.
        """
        while not stop.is_set():
            try:
                with connect(self._dsn) as connection:
                    if self._wait_for_lead(connection, stop):
                        self._lead(connection, stop)
            except psycopg.Error as error:
                self._pause = min(max(0.1, self._pause * 2), LONGEST_PAUSE)
                log.warning("follower_interrupted", error=repr(error), again_in_seconds=self._pause)
                stop.wait(self._pause)

    def catch_up(self, connection: Connection[Any]) -> None:
        """Apply all there is on a connection in autocommit, and return."""
        while self._step(connection):
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
            if not self._step(connection):
                self._pause = 0.0
                for _ in connection.notifies(timeout=PULL_EVERY, stop_after=1):
                    break

    def _step(self, connection: Connection[Any]) -> bool:
        """Apply one batch to each read model; whether there was anything to apply."""
        there = positions.read(connection)
        groups: dict[int, list[Target]] = defaultdict(list)
        for target in self._targets:
            found = there.get(target.name)
            if found is not None and found.version == target.model.version:
                groups[found.position].append(target)
        moved = False
        for position in sorted(groups):
            moved |= self._advance(connection, position, groups[position])
        return moved

    def _advance(self, connection: Connection[Any], after: int, targets: Sequence[Target]) -> bool:
        topics = frozenset[str]().union(*(target.model.topics for target in targets))
        batch = feed.read(connection, after, self._batch, topics, self._decode)
        if batch is None:
            return False
        names = [target.name for target in targets]
        with connection.transaction():
            locked = positions.lock(connection, names)
            if any(
                (found := locked.get(target.name)) is None
                or (found.position, found.version) != (after, target.model.version)
                for target in targets
            ):
                log.info("positions_moved_meanwhile", read_models=names, read_after=after)
                return True
            parked = parked_for(connection, names)
            for target in targets:
                Applier(connection, target, parked[target.name]).apply(batch.entries)
            positions.advance(connection, names, batch.position, batch.recorded_at)
        return True
