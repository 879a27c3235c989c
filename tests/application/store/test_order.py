"""Positions and instants: no gap, in the order of commits, never backwards."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from threading import Event
from typing import Any

import psycopg
import pytest

from application.store import MovedOn, Reads, Store
from tests.application.store.notes import Note, save, saved_note
from tests.application.store.processes import in_processes

NEXT = """
    select position, recorded_at, command_id from store.events where position > %s order by position limit 500
"""


def test_recorded_at_rises_even_when_the_clock_goes_back(store: Store, dsn: str) -> None:
    first = save(store, Note.about())
    with psycopg.connect(dsn) as conn:
        conn.execute("update store.head set recorded_at = recorded_at + interval '1 day'")

    instants = [save(store, Note.about()).recorded_at for _ in range(3)]

    assert first.recorded_at is not None
    ahead = first.recorded_at + timedelta(days=1)
    assert instants == [ahead + timedelta(microseconds=step) for step in (1, 2, 3)]


def test_all_events_of_a_save_have_one_instant_and_saves_different_ones(store: Store, dsn: str) -> None:
    for _ in range(50):
        note = Note.about()
        note.write("one")
        save(store, note)

    with psycopg.connect(dsn) as conn:
        instants = [row[1] for row in conn.execute(NEXT, [0])]

    assert instants[::2] == instants[1::2]
    assert instants[::2] == sorted(set(instants))


def test_whoever_listens_is_woken_with_the_last_position(store: Store, dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("LISTEN throughline")
        saved_note(store)
        saved_note(store)

        woken = [notify.payload for notify in conn.notifies(timeout=5, stop_after=2)]

    assert woken == ["1", "2"]


def test_several_processes_write_and_a_reader_misses_nothing(dsn: str) -> None:
    _write_and_tail(dsn, writers=4, threads=1, seconds=2)


def test_several_processes_of_several_threads_write_and_a_reader_misses_nothing(dsn: str) -> None:
    _write_and_tail(dsn, writers=3, threads=6, seconds=2)


@pytest.mark.long
@pytest.mark.parametrize("threads", [1, 8])
def test_eight_processes_write_for_long_and_a_reader_misses_nothing(dsn: str, threads: int) -> None:
    _write_and_tail(dsn, writers=8, threads=threads, seconds=20)


def _write_and_tail(dsn: str, writers: int, threads: int, seconds: float) -> None:
    done = Event()
    with ThreadPoolExecutor(1) as reader:
        seen = reader.submit(tail, dsn, done)
        try:
            written = sum(in_processes(writers, write, dsn, threads, seconds))
        finally:
            done.set()
        rows = seen.result()

    assert written > 100
    assert [row[0] for row in rows] == list(range(1, written + 1))
    saves = list(dict.fromkeys((instant, command) for _, instant, command in rows))
    assert saves == sorted(saves, key=lambda found: found[0])
    assert len({instant for instant, _ in saves}) == len({command for _, command in saves}) == len(saves)


def tail(dsn: str, done: Event) -> list[tuple[Any, ...]]:
    """All events in the order seen by a reader that goes on after the last position it saw."""
    rows: list[tuple[Any, ...]] = []
    with psycopg.connect(dsn, autocommit=True) as conn:
        while True:
            last_look = done.is_set()
            found = conn.execute(NEXT, [rows[-1][0] if rows else 0]).fetchall()
            rows += found
            if last_look and not found:
                return rows


def write(seat: int, barrier: Barrier, dsn: str, threads: int, seconds: float) -> int:
    """In one of the processes, by several threads at one store: how many events were recorded."""
    with Store(dsn, pool_size=1) as store, ThreadPoolExecutor(threads) as pool:
        barrier.wait(60)
        end = time.monotonic() + seconds
        writing = [
            pool.submit(_write, store, random.Random(f"{seat} {each}"), end) for each in range(threads)
        ]
        return sum(future.result() for future in writing)


def _write(store: Store, chance: random.Random, end: float) -> int:
    """Saves of one to five events, one in five turned down."""
    written = 0
    while time.monotonic() < end:
        note = Note.about()
        for _ in range(chance.randrange(5)):
            note.write("x" * chance.choice([1, 100, 10_000]))
        turned_down = chance.random() < 0.2
        try:
            written += len(save(store, note, reads=Reads({note.id: 3} if turned_down else {})).events)
        except MovedOn:
            assert turned_down
    return written
