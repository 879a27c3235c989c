"""A connection that is lost while saving is resolved by the command id, never guessed."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Event
from uuid import UUID

import psycopg
import pytest

from application.store import Answer, Command, MovedOn, Reads, Store, StoreUnavailable, datastore
from application.store.group_commit import GroupCommit
from application.verification import verify
from tests.application.store.batches import held, log_of, queued, recorder_of, save_of
from tests.application.store.notes import Note, command, save, saved_note
from tests.application.store.proxy import Proxy
from tests.projections.running import eventually


@pytest.fixture
def proxy(dsn: str, tmp_path: Path) -> Iterator[Proxy]:
    with Proxy(dsn, tmp_path) as proxy:
        yield proxy


@pytest.fixture
def far(proxy: Proxy) -> Iterator[Store]:
    """A store whose way to the database leads through the proxy."""
    with Store(proxy.dsn, pool_size=1) as far:
        yield far


@pytest.mark.parametrize("fault", ["cut_request", "cut_answer"])
def test_a_save_whose_connection_is_cut_is_recorded_once(
    store: Store, far: Store, proxy: Proxy, fault: str
) -> None:
    note = saved_note(far)
    note.write("one")

    proxy.fault = fault
    answer = save(far, note)

    assert proxy.struck == [fault]
    assert proxy.answer_lost.is_set() == (fault == "cut_answer")
    assert (answer.position, answer.version, answer.events) == (2, 2, ("test_note.written",))
    assert store.recorder.max_notification_id() == 2
    assert store.load(Note, note.id).lines == ["one"]


def test_a_save_that_arrives_after_its_repetition_records_nothing(
    store: Store, far: Store, proxy: Proxy
) -> None:
    note = saved_note(far)
    note.write("one")

    proxy.fault = "delay_request"
    answer = save(far, note)
    proxy.release.set()

    assert proxy.answer_lost.wait(5), "the late one was executed"
    assert answer.position == 2
    assert store.recorder.max_notification_id() == 2


@pytest.mark.parametrize("fault", ["cut_request", "cut_answer"])
def test_what_is_read_over_a_connection_that_is_cut_is_read_again(
    far: Store, proxy: Proxy, fault: str
) -> None:
    note = saved_note(far)

    proxy.fault = fault

    assert far.load(Note, note.id).version == 1


def test_a_hundred_cut_connections_leave_each_command_recorded_once(
    store: Store, far: Store, proxy: Proxy
) -> None:
    note = saved_note(far)
    for number in range(2, 102):
        note.write(str(number))
        proxy.fault = ("cut_request", "cut_answer")[number % 2]

        assert save(far, note).version == number

    assert store.recorder.max_notification_id() == 101


def test_connections_that_the_server_ended_are_replaced(store: Store, dsn: str) -> None:
    note = saved_note(store)
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    note.write("one")

    assert save(store, note).position == 2


@pytest.mark.parametrize("fault", ["cut_request", "cut_answer"])
def test_a_batch_whose_connection_is_cut_is_recorded_once(
    store: Store, proxy: Proxy, dsn: str, fault: str
) -> None:
    saves = [save_of(Note.about()) for _ in range(6)]
    with recorder_of(proxy.dsn) as recorder, ThreadPoolExecutor(6) as threads:
        group = GroupCommit(recorder.record_all)
        with held(dsn):
            given = queued(threads, group, saves[:1])
            eventually(lambda: waiting_for_the_lock(dsn) == 1)
            given += queued(threads, group, saves[1:])
            proxy.fault = fault
        answers = [future.result(10) for future in given]

    assert proxy.struck == [fault]
    assert [answer.id for answer in answers] == [save.subject for save in saves]
    assert [answer.position for answer in answers] == [1, 2, 3, 4, 5, 6]
    assert [id for id, _ in log_of(store)] == [save.subject for save in saves]


@pytest.mark.parametrize(
    "rounds", [60, pytest.param(2_000, marks=[pytest.mark.long, pytest.mark.timeout(900)])]
)
def test_whenever_connections_are_ended_each_save_is_recorded_once_or_refused(
    store: Store, dsn: str, rounds: int
) -> None:
    """Eight threads save without pause, some of it in vain, while the server ends their connections."""
    stop = Event()
    with ThreadPoolExecutor(8) as threads:
        writing = [threads.submit(_write, store, seed, stop) for seed in range(8)]
        _end_connections(dsn, rounds)
        stop.set()
        told = [each for future in writing for each in future.result(60)]

    refused = {id for id, answer in told if answer is None}
    answered = {id: answer for id, answer in told if answer is not None}
    with psycopg.connect(dsn) as conn:
        recorded: dict[UUID, list[int]] = dict(
            conn.execute(
                "select command_id, array_agg(position order by 1) from store.events group by 1"
            ).fetchall()
        )
        last = conn.execute("select position from store.head").fetchone()
    assert recorded.keys() == answered.keys()
    assert refused
    assert not refused & answered.keys()
    for id, answer in answered.items():
        assert len(recorded[id]) == len(answer.events)
        assert max(recorded[id]) == answer.position
    positions = sorted(position for several in recorded.values() for position in several)
    assert (positions[-1],) == last
    assert positions == list(range(1, len(positions) + 1))
    assert verify(dsn).sound


def _write(store: Store, seed: int, stop: Event) -> list[tuple[UUID, Answer | None]]:
    """What each command was told: its answer, or None if it was turned down."""
    chance, told = Random(seed), []
    while not stop.is_set():
        note, under = Note.about(), command()
        for _ in range(chance.randrange(4)):
            note.write("x" * chance.choice([1, 1_000]))
        reads = Reads({note.id: 3} if chance.random() < 0.2 else {})
        told.append((under.id, _save_until_told(store, note, reads, under)))
    return told


def _save_until_told(store: Store, note: Note, reads: Reads, under: Command) -> Answer | None:
    """Given again as long as nobody knows what became of it."""
    while True:
        with suppress(StoreUnavailable):
            try:
                return save(store, note, reads=reads, under=under)
            except MovedOn:
                return None


def _end_connections(dsn: str, rounds: int) -> None:
    chance = Random(rounds)
    with psycopg.connect(dsn, autocommit=True) as conn:
        for _ in range(rounds):
            time.sleep(chance.uniform(0, 0.03))
            conn.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )


def waiting_for_the_lock(dsn: str) -> int:
    with psycopg.connect(dsn) as conn:
        query = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
        row = conn.execute(f"{query} AND datname = current_database()").fetchone()
    return row[0] if row else 0


def test_a_database_that_is_not_there_is_reported_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datastore, "PATIENCE_SECONDS", 0.2)
    started = time.monotonic()

    with Store(f"postgresql://nobody@/nothing?host={tmp_path}") as store, pytest.raises(StoreUnavailable):
        store.record([], command=command(), subject=command().id, reads=Reads())

    assert time.monotonic() - started < 3


def test_a_save_does_not_wait_for_others_for_ever(
    store: Store, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datastore, "LOCK_PATIENCE_SECONDS", 1)
    with psycopg.connect(dsn) as conn:
        conn.execute("select * from store.head for update")

        with pytest.raises(StoreUnavailable):
            save(store, Note.about())

    assert save(store, Note.about()).position == 1
