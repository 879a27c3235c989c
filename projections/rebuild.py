"""Builds read models anew beside the live ones, and puts them in their place.

The new rows fill the schema `<schema>_next`, in batches that commit with their position, so that a rebuild
that was killed goes on where it stopped; until the switch nothing that answers is touched. Then, one read
model after the other (`replacing`):

- indexes other than keys are made, which is faster than keeping them up to date while rows come;
- the rows are compared with the old ones, if those are of the same version;
- one short transaction locks the positions, applies what the live rows have beyond the new and renames the
  schemas. The lock waits for the batch of the follower and for every reader of several tables
  (`freshness.high_water_mark`), so that nobody sees half old and half new; it waits briefly and tries again,
  so that nobody queues behind it for long.

What the log says is right: new rows that differ from the old ones replace them all the same. The difference
is reported, and the old rows stay in `<schema>_old` until the next rebuild, to be looked at.

The tests in tests/projections: test_rebuild.py, test_rebuild_comparing.py, test_rebuild_cancelling.py, and
survival/test_rebuild_survival.py, where it is killed at any point and others read and write meanwhile.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Any, TypeAlias

import psycopg
import structlog
from psycopg import Connection
from psycopg.rows import scalar_row

from projections import feed, positions
from projections.advance import MOST_EVENTS, advance
from projections.comparing import TableDifference
from projections.events import Decode, plain_json
from projections.follower import connect
from projections.model import ReadModel
from projections.positions import Target
from projections.read_models import READ_MODELS
from projections.replacing import RebuildCancelled, Replacement
from projections.schema import drop, forget_parked

__all__ = [
    "Progress",
    "RebuildCancelled",
    "RebuildRunning",
    "Rebuilt",
    "UnknownReadModel",
    "cancel",
    "rebuild",
]

CHUNK = MOST_EVENTS
"""About how many events one transaction takes while the log is loaded."""
_LOCK_SPACE = 7469

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """`doing`: loading, indexing, comparing or switching; `left` are the seconds that loading will go on
    for, as far as can be told.
    """

    read_models: tuple[str, ...]
    doing: str
    position: int
    head: int
    left: float | None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`position` at which the read model was switched, in a transaction of `switch_seconds`; in which
    tables the new rows differ from the old, or why that was `not_compared`.
    """

    name: str
    position: int
    switch_seconds: float
    differences: tuple[TableDifference, ...]
    not_compared: str | None


Tell: TypeAlias = Callable[[Progress], None]


class RebuildRunning(Exception):
    """Somebody else is rebuilding this read model."""


class UnknownReadModel(Exception):
    """There is no read model of this name, or not yet in this database."""


def rebuild(
    dsn: str,
    names: Iterable[str],
    decode: Decode = plain_json,
    tell: Tell = lambda _: None,
    read_models: Sequence[ReadModel] = READ_MODELS,
) -> list[Rebuilt]:
    """Rebuild these read models in one pass over the log while everything else goes on.

    `tell` is called after each chunk and before each further step. Parked aggregates get a new chance: the
    ones parked for the old rows are forgotten, those that fail again are parked again. Raises
    UnknownReadModel, RebuildRunning, RebuildCancelled and the errors of the database. After any other than
    RebuildCancelled, an interrupt or a kill, calling it again goes on.
    """
    models = [_model(name, read_models) for name in names]
    with connect(dsn) as connection:
        there = positions.read(connection)
        for model in models:
            if model.name not in there:
                raise UnknownReadModel(
                    f"there is no read model {model.name!r} here yet: run throughline migrate"
                )
            if not _alone(connection, model.name):
                raise RebuildRunning(f"the read model {model.name!r} is being rebuilt already")
        pending = [Replacement(dsn, connection, model, decode) for model in models]
        return _Rebuild(connection, pending, decode, tell).run()


def cancel(dsn: str, name: str, read_models: Sequence[ReadModel] = READ_MODELS) -> bool:
    """Drop what a rebuild, under way or broken off, has made; False if there was none. One under way ends
    with RebuildCancelled.
    """
    target = Target(_model(name, read_models), next=True)
    with connect(dsn) as connection, connection.transaction():
        under_way = target.name in positions.lock(connection, [target.name])
        positions.forget(connection, target)
        forget_parked(connection, target.name)
        drop(connection, target.schema)
    return under_way


def _model(name: str, read_models: Sequence[ReadModel]) -> ReadModel:
    for model in read_models:
        if model.name == name:
            return model
    known = ", ".join(model.name for model in read_models)
    raise UnknownReadModel(f"there is no read model {name!r}, only {known}")


def _alone(connection: Connection[Any], name: str) -> bool:
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_SPACE, name])
        return bool(cursor.fetchone())


class _Rebuild:
    """`pending` are those not yet switched."""

    def __init__(
        self, connection: Connection[Any], pending: list[Replacement], decode: Decode, tell: Tell
    ) -> None:
        self._connection, self._pending, self._decode, self._tell = connection, pending, decode, tell

    def run(self) -> list[Rebuilt]:
        try:
            for replacement in self._pending:
                drop(self._connection, replacement.old_schema)
                replacement.begin()
            self._load()
            return [self._finish(replacement) for replacement in list(self._pending)]
        except psycopg.Error:
            if (
                self._pending and not self._connection.closed
            ):  # an error that follows from a cancellation is told as one
                self._position()
            raise

    def _load(self) -> None:
        started, start = monotonic(), self._position()
        while advance(self._connection, [each.next for each in self._pending], self._decode, CHUNK):
            position, head = self._position(), feed.head(self._connection)
            speed = (position - start) / (monotonic() - started)
            names = tuple(each.live.name for each in self._pending)
            self._tell(
                Progress(names, "loading", position, head, (head - position) / speed if speed else None)
            )

    def _finish(self, replacement: Replacement) -> Rebuilt:
        self._say("indexing", replacement)
        replacement.index()
        self._say("comparing", replacement)
        differences, not_compared = replacement.compare()
        self._say("switching", replacement)
        position, seconds = replacement.switch()
        self._pending.remove(replacement)
        rebuilt = Rebuilt(replacement.live.name, position, seconds, differences, not_compared)
        log.info("read_model_rebuilt", **asdict(rebuilt))
        if not differences:
            drop(self._connection, replacement.old_schema)
        return rebuilt

    def _say(self, doing: str, replacement: Replacement) -> None:
        position, head = replacement.position(), feed.head(self._connection)
        self._tell(Progress((replacement.live.name,), doing, position, head, None))

    def _position(self) -> int:
        return min(replacement.position() for replacement in self._pending)
