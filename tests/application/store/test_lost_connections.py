"""A connection that is lost while saving is resolved by the command id, never guessed."""

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from application.store import Reads, Store, StoreUnavailable, datastore
from tests.application.store.notes import Note, command, save, saved_note
from tests.application.store.proxy import Proxy


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
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    note.write("one")

    assert save(store, note).position == 2


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
        conn.execute("SELECT * FROM store.head FOR UPDATE")

        with pytest.raises(StoreUnavailable):
            save(store, Note.about())

    assert save(store, Note.about()).position == 1
