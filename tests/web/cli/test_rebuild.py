"""`rebuild` puts read models right, says what was wrong, and can be given up."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import psycopg
import pytest

from projections.rebuild import Progress
from tests.processes import interruptible, started
from tests.web.cli.conftest import Throughline
from tests.web.serve.processes import wait_until
from web.cli.rebuild import words
from web.wiring import follower

UNITS = """\
unit_id,name,kind,parent_unit_id,effective_on
top,Top,organisation,,2026-01-01
a,A,team,top,2026-01-01
"""


@pytest.fixture
def two_units(throughline: Throughline, tmp_path_factory: pytest.TempPathFactory, dsn: str) -> None:
    """Imported, and taken in by a projector that is gone again."""
    folder = tmp_path_factory.mktemp("plan")
    (folder / "units.csv").write_text(UNITS)
    assert throughline("import", folder).exit_code == 0
    with projector(dsn):
        wait_until(lambda: throughline("check").exit_code == 0)


@contextmanager
def projector(dsn: str) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=follower(dsn).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_equal_rows_are_no_news(throughline: Throughline, two_units: None) -> None:
    result = throughline("rebuild", "directory")
    assert (result.exit_code, result.output) == (0, "directory is rebuilt, up to position 2.\n")


def test_rows_that_differed_are_named_and_counted(
    throughline: Throughline, two_units: None, dsn: str
) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("update read_directory.units set name = 'forged' where name = 'A'")
    result = throughline("rebuild", "directory")
    assert result.exit_code == 1
    assert result.stdout == "directory is rebuilt, up to position 2.\n"
    assert result.stderr == "directory differed in units: 1 rows only in the old, 1 only in the new\n"


def test_differences_as_json(throughline: Throughline, two_units: None, dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("delete from read_directory.units")
    result = throughline("rebuild", "--json")
    found = {each["name"]: each["differences"] for each in json.loads(result.stdout)["read_models"]}
    assert result.exit_code == 1
    assert found.pop("directory") == [{"table": "units", "only_old": 0, "only_new": 2}]
    assert set(map(tuple, found.values())) == {()}


def test_old_rows_that_are_behind_are_not_compared_and_it_says_so(
    throughline: Throughline, two_units: None, dsn: str
) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("update projection.positions set position = 0")
    result = throughline("rebuild", "directory")
    assert result.exit_code == 0
    assert result.stderr == (
        "directory was not compared: the old rows are behind, and no projector brings them on\n"
    )


def test_an_interrupt_is_told_in_one_sentence_and_what_is_made_can_be_dropped(
    throughline: Throughline, two_units: None, dsn: str
) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn, conn.transaction():
        conn.execute("lock table store.events")  # it waits for this
        command, environment = ("-m", "web.cli", "rebuild", "directory"), os.environ | {"DATABASE_URL": dsn}
        with interruptible(), started(*command, env=environment, stderr=subprocess.PIPE) as made:
            wait_until(lambda: _rebuilding(conn))
            made.send_signal(signal.SIGINT)
            said = made.communicate(timeout=20)[1]
    assert made.returncode == 1
    assert said.startswith("throughline: Stopped; the old rows go on answering")

    assert throughline("rebuild", "--cancel").output == "The rebuild of directory is cancelled.\n"
    assert throughline("rebuild", "--cancel").output == "There is no rebuild to cancel.\n"
    assert json.loads(throughline("rebuild", "--cancel", "--json").stdout) == {"cancelled": []}


def _rebuilding(conn: psycopg.Connection[Any]) -> bool:
    waiting = "select from pg_locks where relation = 'store.events'::regclass and not granted"
    return bool(conn.execute(waiting).fetchall())


def test_cancelling_what_is_no_read_model_is_a_mistake(throughline: Throughline) -> None:
    assert throughline("rebuild", "horoscope", "--cancel").exit_code == 2


@pytest.mark.parametrize(
    ("left", "said"),
    [(None, ""), (0.2, ", about 0 s left"), (59.4, ", about 59 s left"), (190, ", about 3 min left")],
)
def test_progress_in_words(left: float | None, said: str) -> None:
    now = Progress(("alignment", "reviews"), "loading", 120_000, 500_000, left)
    assert words(now) == f"loading alignment, reviews, 120,000 of 500,000 events{said}"
