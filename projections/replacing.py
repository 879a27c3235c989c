"""The new rows of one read model, and how they come into the place of the old ones."""

from contextlib import ExitStack
from time import monotonic, sleep
from typing import Any

import psycopg
import structlog
from psycopg import Connection, sql

from projections import comparing, leader, positions
from projections.advance import advance, take_in
from projections.applier import parked_for
from projections.comparing import TableDifference
from projections.events import Decode
from projections.follower import connect
from projections.model import ReadModel
from projections.positions import Position, Target
from projections.schema import create_empty, create_indexes, forget_parked

FOLLOWER_SECONDS = 10.0
"""The comparison waits for this long until the live rows have come up to the new ones."""
NOT_ALIKE = "the old rows are of another version"
BEHIND = "the old rows are behind, and no projector brings them on"
PARKED = "there are parked aggregates, whose events are not in the rows"

log = structlog.get_logger(__name__)


class RebuildCancelled(Exception):
    """Somebody has cancelled this rebuild."""


class Replacement:
    """`live` are the rows in use, `next` the new ones; `connection` is in autocommit and used by nobody
    else.
    """

    def __init__(self, dsn: str, connection: Connection[Any], model: ReadModel, decode: Decode) -> None:
        self._dsn, self._connection, self._decode = dsn, connection, decode
        self.live, self.next = Target(model), Target(model, next=True)
        self.old_schema = f"{model.schema}_old"

    def begin(self) -> None:
        """Take up the new rows that are there, if they are of this version, or begin them."""
        with self._connection.transaction():
            there = positions.read(self._connection).get(self.next.name)
            if there is None or there.version != self.next.model.version:
                create_empty(self._connection, self.next, indexes=False)

    def position(self) -> int:
        """Gives the position of the new rows; RebuildCancelled if they are gone."""
        return self._there()[1].position

    def catch_up(self, upto: int | None = None) -> None:
        """Take in all there is, or all up to a position."""
        while advance(self._connection, [self.next], self._decode, upto=upto):
            continue

    def index(self) -> None:
        """Make the indexes that are not there yet, all or none."""
        with self._connection.transaction():
            create_indexes(self._connection, self.next)

    def compare(self) -> tuple[tuple[TableDifference, ...], str | None]:
        """In which tables the new rows differ from the old, or why that cannot be told."""
        self.catch_up()
        live, following = self._there()
        if live.version != following.version:
            return (), NOT_ALIKE
        if not self._live_comes_up_to(following.position):
            return (), BEHIND
        with ExitStack() as snapshot, connect(self._dsn) as holder:
            with comparing.held(holder, self.live) as position:
                self.catch_up(position)
                snapshot.enter_context(comparing.one_snapshot(self._connection))
            if any(parked_for(self._connection, [self.live.name, self.next.name]).values()):
                return (), PARKED
            return comparing.differences(self._connection, self.live.schema, self.next.schema), None

    def switch(self) -> tuple[int, float]:
        """Put the new rows in the place of the old; the position at which, and how many seconds it took."""
        while True:
            self.catch_up()
            try:
                return self._try_to_switch()
            except psycopg.errors.LockNotAvailable:
                log.info("rebuild_waits_for_readers", read_model=self.live.name)
                sleep(0.3)  # lets readers through that queued behind the attempt

    def _try_to_switch(self) -> tuple[int, float]:
        with self._connection.transaction():
            self._connection.execute("set local lock_timeout = '200ms'")
            self._connection.execute("lock table projection.positions in access exclusive mode")
            started = monotonic()
            live, following = self._there()
            position = following.position
            while position < live.position:
                take_in(self._connection, [self.next], position, self._decode, upto=live.position)
                position = self.position()
            for old, new in ((self.live.schema, self.old_schema), (self.next.schema, self.live.schema)):
                self._connection.execute(
                    sql.SQL("alter schema {} rename to {}").format(sql.Identifier(old), sql.Identifier(new))
                )
            forget_parked(self._connection, self.live.name)
            positions.rename(self._connection, self.next, self.live)
        return position, monotonic() - started  # from the lock to the commit

    def _live_comes_up_to(self, position: int) -> bool:
        """Waits for it while a projector runs."""
        deadline = monotonic() + FOLLOWER_SECONDS
        while self._there()[0].position < position:
            if monotonic() > deadline or not leader.is_alive(self._connection):
                return False
            sleep(0.02)
        return True

    def _there(self) -> tuple[Position, Position]:
        there = positions.read(self._connection)
        if self.next.name not in there:
            raise RebuildCancelled(f"the rebuild of {self.live.name} was cancelled")
        return there[self.live.name], there[self.next.name]
