"""Runs followers in threads, and read models made for a test."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

from psycopg import Connection

from projections import schema
from projections.events import Recorded
from projections.follower import Follower
from projections.model import ReadModel
from tests.projections.log import Fact, Log, connected

TOPICS = frozenset({"unit.defined", "unit.renamed", "unit.moved"})


@contextmanager
def running(follower: Follower) -> Iterator[None]:
    """The follower runs in a thread; leaving stops it and fails if it does not come back."""
    stop = Event()
    thread = Thread(target=follower.run, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive(), "the follower does not stop"


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> float:
    """Wait until the condition holds; the seconds it took. AssertionError when it does not in time."""
    start = monotonic()
    while not condition():
        assert monotonic() - start < seconds, "it did not happen in time"
        sleep(0.005)
    return monotonic() - start


class Followed:
    """A read model that has taken in everything recorded so far."""

    def __init__(self, log: Log, connection: Connection[Any], read_model: ReadModel) -> None:
        self.log, self.connection, self._read_model = log, connection, read_model

    def record(self, *facts: Fact) -> datetime:
        """Records and projects the facts; gives the instant at which they were recorded."""
        self.log.save(*facts)
        Follower(self.log.dsn, [self._read_model]).catch_up(self.connection)
        row = self.connection.execute("select recorded_at from store.head").fetchone()
        assert row is not None
        recorded_at: datetime = row[0]
        return recorded_at


def counting(
    name: str = "counting", version: int = 1, before: Callable[[Recorded], None] = lambda event: None
) -> ReadModel:
    """A read model with one row per event it is given, no key: applied twice means there twice.

    `before` is called with each event first and may raise.
    """

    def apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
        for event in events:
            before(event)
            connection.execute("insert into seen values (%s, %s)", [event.position, event.originator_id])

    return ReadModel(name, version, "create table seen (position bigint, id uuid)", TOPICS, apply)


def create(dsn: str, *read_models: ReadModel) -> None:
    """Create the schemas of these read models."""
    with connected(dsn) as connection:
        schema.create(connection, read_models)


def seen(dsn: str, name: str = "counting") -> list[int]:
    """The positions in a counting read model, sorted, with every repetition."""
    with connected(dsn) as connection:
        rows = connection.execute(f"select position from read_{name}.seen order by 1").fetchall()
    return [position for (position,) in rows]
