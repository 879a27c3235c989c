"""Builds a read model anew beside the live one, and puts it in its place.

The new rows fill the schema `<schema>_next` in transactions of their own, each with its position, so that a
rebuild that was killed goes on where it stopped. When it has caught up, one short transaction locks the
positions, applies what the live rows have beyond it and renames the schemas. The lock waits for the batch of
the follower and for every reader of several tables (`freshness.horizon`), so that nobody sees half old and
half new; it waits briefly and tries again, so that nobody queues behind it for long.
"""

from collections.abc import Callable, Sequence
from time import sleep
from typing import Any

import psycopg
import structlog
from psycopg import Connection, sql
from psycopg.rows import scalar_row

from projections import feed, positions
from projections.applier import Applier, parked_for
from projections.events import Decode, plain_json
from projections.follower import connect
from projections.model import ReadModel
from projections.positions import Target
from projections.read_models import READ_MODELS
from projections.schema import create_empty, forget_parked

CHUNK = 5000
"""About how many events one transaction takes."""
_LOCK_SPACE = 7469

log = structlog.get_logger(__name__)


class RebuildRunning(Exception):
    """Somebody else is rebuilding this read model."""


class UnknownReadModel(Exception):
    """There is no read model of this name."""


def rebuild(
    dsn: str,
    name: str,
    decode: Decode = plain_json,
    on_progress: Callable[[int, int], None] | None = None,
    read_models: Sequence[ReadModel] = READ_MODELS,
) -> int:
    """Rebuild the read model `name` while everything else goes on; the position at which it was switched.

    `on_progress(position, head)` is called after each chunk. Parked aggregates get a new chance: the ones
    parked for the old rows are forgotten, those that fail again are parked again. Raises UnknownReadModel,
    RebuildRunning and the errors of the database; after any of these, or a kill, calling it again goes on.
    """
    model = next((model for model in read_models if model.name == name), None)
    if model is None:
        raise UnknownReadModel(
            f"there is no read model {name!r}, only {', '.join(m.name for m in read_models)}"
        )
    with connect(dsn) as connection:
        if not _alone(connection, name):
            raise RebuildRunning(f"the read model {name!r} is being rebuilt already")
        return _Rebuild(connection, model, decode, on_progress or _tell_nobody).run()


def _alone(connection: Connection[Any], name: str) -> bool:
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_SPACE, name])
        return bool(cursor.fetchone())


def _tell_nobody(_position: int, _head: int) -> None:
    return


class _Rebuild:
    def __init__(
        self,
        connection: Connection[Any],
        model: ReadModel,
        decode: Decode,
        on_progress: Callable[[int, int], None],
    ) -> None:
        self._connection = connection
        self._live = Target(model)
        self._next = Target(model, next=True)
        self._decode = decode
        self._on_progress = on_progress

    def run(self) -> int:
        self._drop_old()
        position = self._begin()
        while True:
            position = self._catch_up(position)
            try:
                position = self._switch(position)
                break
            except psycopg.errors.LockNotAvailable:
                log.info("rebuild_waits_for_readers", read_model=self._live.name)
                sleep(0.3)  # lets readers through that queued behind the attempt
        log.info("read_model_rebuilt", read_model=self._live.name, position=position)
        self._drop_old()
        return position

    def _begin(self) -> int:
        """Take up the rebuild that is there, if it is of this version, or begin one; the position it is
        at.
        """
        with self._connection.transaction():
            there = positions.read(self._connection).get(self._next.name)
            if there is not None and there.version == self._next.model.version:
                return there.position
            create_empty(self._connection, self._next)
            return 0

    def _catch_up(self, position: int) -> int:
        while True:
            with self._connection.transaction():
                reached = self._apply_chunk(position)
            if reached == position:
                return position
            position = reached
            self._on_progress(position, feed.head(self._connection))

    def _apply_chunk(self, after: int) -> int:
        """Apply one chunk in the transaction that is open; the position reached, `after` at the end of the
        log.
        """
        batch = feed.read(self._connection, after, CHUNK, self._next.model.topics, self._decode)
        if batch is None:
            return after
        parked = parked_for(self._connection, [self._next.name])[self._next.name]
        Applier(self._connection, self._next, parked).apply(batch.entries)
        positions.advance(self._connection, [self._next.name], batch.position, batch.recorded_at)
        return batch.position

    def _switch(self, position: int) -> int:
        """Put the new rows in the place of the old; LockNotAvailable when readers are in the way for too
        long.
        """
        live, following = self._live, self._next
        with self._connection.transaction():
            self._connection.execute("set local lock_timeout = '200ms'")
            self._connection.execute("lock table projection.positions in access exclusive mode")
            reached = positions.read(self._connection)[live.name].position
            while position < reached:
                position = self._apply_chunk(position)
            for old, new in ((live.schema, f"{live.schema}_old"), (following.schema, live.schema)):
                self._connection.execute(
                    sql.SQL("alter schema {} rename to {}").format(sql.Identifier(old), sql.Identifier(new))
                )
            self._rename_records()
        return position

    def _rename_records(self) -> None:
        self._connection.execute("delete from projection.positions where read_model = %s", [self._live.name])
        forget_parked(self._connection, self._live.name)
        for table in ("positions", "parked"):
            self._connection.execute(
                sql.SQL("update {} set read_model = %s where read_model = %s").format(
                    sql.Identifier("projection", table)
                ),
                [self._live.name, self._next.name],
            )

    def _drop_old(self) -> None:
        """Drop the rows replaced, as soon as nobody reads them any more."""
        old = sql.Identifier(f"{self._live.schema}_old")
        self._connection.execute(sql.SQL("drop schema if exists {} cascade").format(old))
