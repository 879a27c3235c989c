"""How fast read models come up with a long log, beside the library's runner on one of them, and a rebuild
of all.
"""

import os
import subprocess
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import psycopg

import application.store.topics  # noqa: F401 - makes the event classes known
from application.store import decode
from benchmarks import trail
from benchmarks.figures import Figure
from benchmarks.folders import scratch
from benchmarks.log import fill
from benchmarks.services import THROUGHLINE
from benchmarks.sizes import LONG
from projections import schema
from projections.follower import Follower, connect
from projections.model import ReadModel
from projections.read_models import READ_MODELS
from web.ops.postgres import running
from web.wiring import migrate

SHORT = 100_000
OF_RUNNER = 5_000
"""As many events as the runner is given: it does not get faster with more."""


def measure() -> list[Figure]:
    """Events per second from the beginning of a log to its end."""
    with scratch() as made, running(made) as dsn:
        return [*_catching_up(_filled(dsn, "short", SHORT)), *_rebuilding(_filled(dsn, "long", LONG))]


def _filled(server: str, name: str, events: int) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    dsn = urlsplit(server)._replace(path=f"/{name}").geturl()
    migrate(dsn)
    fill(dsn, events)
    return dsn


def _catching_up(dsn: str) -> list[Figure]:
    trail.prepare_runner(dsn, 2 * OF_RUNNER)
    runner = trail.run_runner(dsn, OF_RUNNER)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("alter database short set synchronous_commit = off")
    careless = trail.run_runner(dsn, 2 * OF_RUNNER)
    one = SHORT / _seconds(dsn, [trail.READ_MODEL])
    every = SHORT / _seconds(dsn, READ_MODELS)
    return [
        Figure("the library's runner, a row an event", runner, "events/s"),
        Figure("the same, if its commits do not wait for the disk", careless, "events/s"),
        Figure("our follower, the same rows", one, "events/s", "the first runner", one / runner),
        Figure("our follower, the same rows", one, "events/s", "the second", one / careless),
        Figure(
            f"our follower, all {len(READ_MODELS)} read models",
            every,
            "events/s",
            "the second",
            every / careless,
        ),
    ]


def _seconds(dsn: str, read_models: Sequence[ReadModel]) -> float:
    with connect(dsn) as connection:
        schema.create(connection, read_models)
        begun = time.monotonic()
        Follower(dsn, read_models, decode).catch_up(connection)
        return time.monotonic() - begun


def _rebuilding(dsn: str) -> list[Figure]:
    """All read models, by the command, in a process of its own."""
    begun = time.monotonic()
    command = [THROUGHLINE, "rebuild", "--json"]
    process = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": dsn}, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("throughline rebuild has failed")
    seconds = time.monotonic() - begun
    return [
        Figure(f"rebuild of all, {LONG:,} events", seconds, "s", "events/s", LONG / seconds),
        Figure("its memory", used.ru_maxrss / 1024, "MB"),
    ]
