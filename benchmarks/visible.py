"""From the instant at which a check-in is recorded to the one from which every read model answers with it:
alone, and while 16 connections post without pause. One machine has it all: service, projector, server and
clients.
"""

import multiprocessing
import os
import subprocess
import time
from bisect import bisect_left
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from threading import Event, Thread
from typing import Any

import orjson
import psycopg
from psycopg import Connection

from benchmarks.figures import Figure
from benchmarks.folders import scratch
from benchmarks.load import post, run
from benchmarks.log import fill
from benchmarks.services import THROUGHLINE
from projections import feed, freshness
from web.access.tokens import issue
from web.ops.postgres import running
from web.wiring import migrate

EVENTS = 20_000
CONNECTIONS = 16
SECONDS = 15.0
PAUSE_BETWEEN_SINGLE = 0.1
LOOK_EVERY = 0.002
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
_ACTIVE = """
    select o.id::text, k.id::text from read_alignment.objectives o
      join read_alignment.key_results k on k.objective_id = o.id
     where o.status = 'active' and k.present and least(o.valid_to, k.valid_to) = 'infinity'
       and least(o.recorded_to, k.recorded_to) = 'infinity' order by 1 limit 1000
"""
_POSITION = "select clock_timestamp(), min(position) from projection.positions"
_RECORDED = "select recorded_at, position from store.events where position > %s order by position"


def measure() -> list[Figure]:
    """The middle and the slowest twentieth of all events that came within the time."""
    with scratch() as made, running(made) as dsn:
        migrate(dsn)
        fill(dsn, EVENTS)
        with _serving(dsn) as url, psycopg.connect(dsn, autocommit=True) as connection:
            freshness.wait_for(connection, EVENTS, timeout=120)
            token = issue(connection, roles=["admin"], name="benchmark")
            requests = _check_ins(url, token, connection.execute(_ACTIVE).fetchall())
            with _watching(dsn) as alone:
                _one_at_a_time(url, requests)
            with _watching(dsn) as together:
                _without_pause(url, requests)
    return [*_figures("alone", alone), *_figures(f"while {CONNECTIONS} connections post", together)]


def _figures(when: str, milliseconds: list[float]) -> list[Figure]:
    ordered = sorted(milliseconds)
    middle, slow = ordered[len(ordered) // 2], ordered[int(0.95 * (len(ordered) - 1))]
    rate = len(ordered) / SECONDS
    return [
        Figure(f"visible, {when} ({rate:,.0f} events/s), median", middle, "ms"),
        Figure(f"visible, {when}, p95", slow, "ms", "its median", slow / middle),
    ]


def _check_ins(url: str, token: str, objectives: list[tuple[Any, ...]]) -> list[bytes]:
    headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
    return [
        post(f"{url}/api/v1/objectives/{id}/check-ins", headers, _body(key_result))
        for id, key_result in objectives
    ]


def _body(key_result: str) -> bytes:
    readings = [{"key_result_id": key_result, "value": "71.5"}]
    return orjson.dumps({"on": YESTERDAY, "readings": readings, "confidence": 6, "note": "as ever"})


def _one_at_a_time(url: str, requests: list[bytes]) -> None:
    source, end = cycle(requests), time.monotonic() + SECONDS

    def paused() -> Iterator[bytes]:
        while True:
            time.sleep(PAUSE_BETWEEN_SINGLE)
            yield next(source)

    run(url, [paused()], end - time.monotonic())


def _without_pause(url: str, requests: list[bytes]) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(_post, url, requests).result()


def _post(url: str, requests: list[bytes]) -> None:
    run(url, [cycle(requests[number::CONNECTIONS]) for number in range(CONNECTIONS)], SECONDS)


@contextmanager
def _watching(dsn: str) -> Iterator[list[float]]:
    """The milliseconds of each event that is recorded within the context, there when it has ended."""
    stop, looks, found = Event(), list[tuple[datetime, int]](), list[float]()
    with psycopg.connect(dsn, autocommit=True) as connection:
        first = feed.head(connection)
        thread = Thread(target=_look, args=(dsn, stop, looks))
        thread.start()
        try:
            yield found
        finally:
            freshness.wait_for(connection, feed.head(connection), timeout=60)
            stop.set()
            thread.join()
        reached = [position for _, position in looks]
        for recorded_at, position in connection.execute(_RECORDED, [first]):
            seen_at, _ = looks[bisect_left(reached, position)]
            found.append((seen_at - recorded_at).total_seconds() * 1000)


def _look(dsn: str, stop: Event, looks: list[tuple[datetime, int]]) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        while not stop.is_set():
            looks.append(_now(connection))
            time.sleep(LOOK_EVERY)
        looks.append(_now(connection))


def _now(connection: Connection[Any]) -> tuple[datetime, int]:
    ((at, position),) = connection.execute(_POSITION, prepare=True).fetchall()
    return at, position


@contextmanager
def _serving(dsn: str) -> Iterator[str]:
    command = [THROUGHLINE, "serve", "--port", "0"]
    with subprocess.Popen(
        command,
        env=os.environ | {"DATABASE_URL": dsn},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as service:
        try:
            line = service.stdout.readline() if service.stdout else ""
            if "listening on" not in line:
                raise RuntimeError("throughline serve did not start")
            yield line.split()[-1]
        finally:
            service.terminate()
