"""The projector killed and the database crashed, while commands are recorded: nothing lost, nothing twice."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import psycopg
import pytest

from application.store import decode
from projections.freshness import wait_for
from projections.read_models import READ_MODELS
from projections.rebuild import rebuild
from projections.schema import create
from projections.status import status
from tests.projections.log import connected, rows_of
from tests.projections.running import eventually
from tests.projections.survival.projector import COUNTING
from tests.projections.survival.writer import Writer
from web.ops.postgres import running
from web.wiring import migrate

ROOT = Path(__file__).parents[3]
MODELS = (*READ_MODELS, COUNTING)
KINDS = {
    "unit.moved",
    "person.transferred",
    "objective.aligned",
    "objective.checked_in",
    "objective.target_changed",
}


class Projector:
    """The projector's process, which can be killed and started again."""

    def __init__(self, dsn: str, output: Path) -> None:
        self._command = [sys.executable, "-m", "tests.projections.survival.projector", dsn]
        self._output = output.open("ab")
        self._start()

    def kill(self) -> None:
        """Kill it as it is and start another one."""
        assert self._process.poll() is None, "the projector ended by itself"
        self._process.kill()
        self._process.wait()
        self._start()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._output.close()

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=self._output, stderr=self._output)


@contextmanager
def writing(writers: list[Writer]) -> Iterator[None]:
    """The writers post commands until this ends; their errors are raised then."""
    stop = Event()
    with ThreadPoolExecutor(len(writers)) as pool:
        posting = [pool.submit(writer.run, stop) for writer in writers]
        try:
            yield
        finally:
            stop.set()
        for done in posting:
            done.result(60)


def crash(folder: Path, dsn: str) -> None:
    """Stop the database as a crash would; it is started again by whoever keeps it running."""
    first_line = (folder / "postgres" / "data" / "postmaster.pid").read_text().split("\n", 1)[0]
    os.kill(int(first_line), signal.SIGQUIT)
    eventually(lambda: not answers(dsn))
    eventually(lambda: answers(dsn), seconds=60)


def answers(dsn: str) -> bool:
    try:
        with psycopg.connect(dsn, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def topics(writers: list[Writer]) -> set[str]:
    """The topics of everything that was acknowledged."""
    answers = [answer for writer in writers for answer in list(writer.acknowledged.values())]
    return {topic for answer in answers for topic in answer.events}


def survive(folder: Path, kills: int, crashes: int) -> None:
    choose = random.Random(kills)
    accidents = ["kill"] * kills + ["crash"] * crashes
    choose.shuffle(accidents)
    with running(folder) as dsn:
        migrate(dsn)
        with connected(dsn) as connection:
            create(connection, MODELS)
        writers = [Writer(dsn, seed) for seed in (1, 2)]
        projector = Projector(dsn, folder / "projector.log")
        try:
            with writing(writers):
                for accident in accidents:
                    sleep(choose.uniform(0.2, 1.2))
                    if accident == "kill":
                        projector.kill()
                    else:
                        crash(folder, dsn)
                eventually(lambda: topics(writers) >= KINDS, seconds=60)
            check(dsn, [answer for writer in writers for answer in writer.acknowledged.values()])
        finally:
            projector.end()


def check(dsn: str, answers: list[Any]) -> None:
    """Everything answered is in the log and in the rows, once; the rows equal those of a fresh rebuild."""
    with connected(dsn) as connection:
        recorded = dict(connection.execute("select position, topic from store.events order by 1").fetchall())
        assert list(recorded) == list(range(1, len(recorded) + 1))
        for answer in answers:
            first = answer.position - len(answer.events) + 1
            assert answer.events == tuple(recorded[each] for each in range(first, answer.position + 1))

        assert wait_for(connection, len(recorded), timeout=150, models=[model.name for model in MODELS])
        assert status(connection, MODELS).problems() == []
        seen = connection.execute("select position from read_counting.seen order by 1").fetchall()
    assert [position for (position,) in seen] == list(recorded)
    for model in MODELS:
        followed = rows_of(dsn, model.schema)
        rebuild(dsn, [model.name], decode, read_models=MODELS)
        assert rows_of(dsn, model.schema) == followed


@pytest.mark.timeout(300)
def test_the_projector_survives_kills_and_a_crash_of_the_database(folder: Path) -> None:
    survive(folder, kills=4, crashes=1)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_projector_survives_fifty_kills_and_five_crashes(folder: Path) -> None:
    survive(folder, kills=50, crashes=5)
