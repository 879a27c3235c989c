"""A rebuild killed at any point goes on and ends equal; nobody who reads meanwhile notices it."""

import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from psycopg import sql

from application.store import decode
from benchmarks.log import fill
from projections import freshness
from projections.follower import Follower
from projections.read_models import READ_MODELS
from projections.rebuild import rebuild
from projections.status import status
from tests.projections.log import connected, rows_of
from tests.projections.running import running
from tests.projections.survival.writer import Writer

ROOT = Path(__file__).parents[3]
NAMES = [model.name for model in READ_MODELS]
EVENTS = 3000
MORE_KILLS = 12


def all_rows(dsn: str) -> dict[str, Any]:
    return {model.schema: rows_of(dsn, model.schema) for model in READ_MODELS}


def survive(dsn: str, kills: int) -> None:
    """Rebuild again and again, killing it after times that reach from its beginning beyond its end; so many
    times, or until one kill came in the middle, for a busy machine may take longer than the first time.
    """
    choose = random.Random(kills)
    fill(dsn, EVENTS)
    with connected(dsn) as connection:
        Follower(dsn, READ_MODELS, decode).catch_up(connection)
        followed = all_rows(dsn)
        begun = monotonic()
        started(dsn).wait()
        whole = monotonic() - begun
        at = set[int]()
        for number in range(kills + MORE_KILLS):
            if number >= kills and _in_the_middle(at):
                break
            made = started(dsn)
            sleep(choose.uniform(0.3, 1) * whole)
            made.kill()
            made.wait()
            at |= {model.rebuilding_at or 0 for model in status(connection).models}
            assert all_rows(dsn) == followed
        for done in rebuild(dsn, NAMES, decode):
            assert (done.differences, done.not_compared) == ((), None)
    assert all_rows(dsn) == followed
    assert _in_the_middle(at), "no kill came in the middle of it"


def _in_the_middle(at: set[int]) -> bool:
    return any(0 < position < EVENTS for position in at)


def started(dsn: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.projections.survival.rebuilding", dsn], cwd=ROOT)


@pytest.mark.timeout(180)
def test_a_rebuild_survives_kills(dsn: str) -> None:
    survive(dsn, kills=4)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_rebuild_survives_fifty_kills(dsn: str) -> None:
    survive(dsn, kills=50)


class Reader:
    """Reads every table of every read model in transactions, as answers do; errors end it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self.reads = 0
        self.positions: list[int] = []

    def run(self, stop: Event) -> None:
        with connected(self._dsn) as connection:
            tables = connection.execute(
                "select schemaname, tablename from pg_tables where schemaname = any(%s)",
                [[model.schema for model in READ_MODELS]],
            )
            queries = [sql.SQL("select count(*) from {}").format(sql.Identifier(*table)) for table in tables]
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            while not stop.is_set():
                with connection.transaction():
                    self.positions.append(freshness.high_water_mark(connection)[0])
                    for query in queries:
                        connection.execute(query)
                self.reads += 1


@contextmanager
def busy(dsn: str) -> Iterator[list[Reader]]:
    """Somebody writes and three read without pause; what goes wrong for one of them is raised at the end."""
    stop, readers = Event(), [Reader(dsn) for _ in range(3)]
    with ThreadPoolExecutor() as pool, running(Follower(dsn, READ_MODELS, decode)):
        at_work = [pool.submit(Writer(dsn, 1).run, stop), *(pool.submit(each.run, stop) for each in readers)]
        try:
            yield readers
        finally:
            stop.set()
        for done in at_work:
            done.result(60)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_no_read_fails_during_rebuilds_under_load_and_the_switch_is_short(dsn: str) -> None:
    fill(dsn, EVENTS)
    with connected(dsn) as connection, busy(dsn) as readers:
        freshness.wait_for(connection, EVENTS, timeout=60)
        done = [each for _ in range(3) for each in rebuild(dsn, NAMES, decode)]
        assert status(connection).parked == ()

    assert len(done) == 3 * len(NAMES)
    assert {(each.differences, each.not_compared) for each in done} == {((), None)}
    assert max(each.switch_seconds for each in done) < 1
    assert done[-1].position > EVENTS
    for reader in readers:
        assert reader.reads > 10
        assert reader.positions == sorted(reader.positions)
