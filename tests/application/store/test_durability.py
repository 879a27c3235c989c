"""What was answered is there after a crash."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psycopg
import pytest

from application.store import Answer, Store, StoreUnavailable, schema
from application.verification import verify
from tests.application.store.notes import Note, save
from tests.folders import scratch
from tests.projections.running import eventually
from web.ops.postgres import running


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch(durable=True) as folder:
        yield folder


@pytest.mark.parametrize("crashes", [1, pytest.param(20, marks=[pytest.mark.long, pytest.mark.timeout(600)])])
def test_every_save_that_was_answered_is_there_after_a_crash(folder: Path, crashes: int) -> None:
    with running(folder) as dsn:
        with psycopg.connect(dsn) as conn:
            schema.create(conn)
        answers: list[Answer] = []
        for _ in range(crashes):
            answers += _answers_up_to_a_crash(folder, dsn)
        with psycopg.connect(dsn) as conn:
            query = (
                "select originator_id, originator_version, recorded_at from store.events order by position"
            )
            log = conn.execute(query).fetchall()

        assert len(answers) > 50 * crashes
        for answer in answers:
            assert log[answer.position - 1] == (answer.id, answer.version, answer.recorded_at)
        assert verify(dsn).sound


def _answers_up_to_a_crash(folder: Path, dsn: str) -> list[Answer]:
    """Of eight threads that save without pause while the server ends without a word to anybody."""
    crashed = Event()
    with Store(dsn) as store, ThreadPoolExecutor(8) as threads:
        writing = [threads.submit(_write, store, crashed) for _ in range(8)]
        time.sleep(0.5)
        pid = int((folder / "postgres" / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, signal.SIGQUIT)
        crashed.set()
        answers = [answer for future in writing for answer in future.result(60)]
    eventually(lambda: _is_up(dsn), seconds=60)
    return answers


def _write(store: Store, crashed: Event) -> list[Answer]:
    answers = []
    while not crashed.is_set():
        note = Note.about()
        note.write("one")
        try:
            answers.append(save(store, note))
        except StoreUnavailable:
            return answers
    return answers


def _is_up(dsn: str) -> bool:
    try:
        psycopg.connect(dsn, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
