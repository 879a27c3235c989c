"""Aggregates from memory: as the log has them, and as if they had just been made."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from application.store import Reads, Store
from application.store.datastore import Datastore
from application.store.memory import EVENT_BYTES, Memory, Past
from domain.objective import Objective
from domain.refusals import ForbiddenTransition, NotFound, StaleVersion
from tests.application.organisation import UNSMART, Organisation, act
from tests.application.store.notes import Note, save, saved_note
from tests.application.store.proxy import Proxy

MARCH = date(2026, 3, 1)


@pytest.fixture
def other(dsn: str) -> Iterator[Organisation]:
    """As another process would use the same database."""
    with Store(dsn) as store:
        yield Organisation(store)


def test_what_another_process_has_recorded_is_loaded(store: Store, other: Organisation) -> None:
    note = saved_note(store)
    theirs = other.store.load(Note, note.id)
    theirs.write("one")
    save(other.store, theirs)
    mine = store.load(Note, note.id)
    mine.write("two")
    save(store, mine)

    assert other.store.load(Note, note.id).lines == store.load(Note, note.id).lines == ["one", "two"]


def test_what_is_recalled_may_be_behind_until_it_is_caught_up_with(store: Store, other: Organisation) -> None:
    note = saved_note(store)
    theirs = other.store.load(Note, note.id)
    theirs.write("one")
    save(other.store, theirs)

    assert store.recall(Note, note.id).lines == []
    assert store.catch_up({note.id: 1})
    assert store.recall(Note, note.id).lines == ["one"]
    assert not store.catch_up({note.id: 2})


def test_nothing_is_known_of_what_is_not_there(store: Store) -> None:
    for ask in (store.load, store.recall):
        with pytest.raises(NotFound):
            ask(Note, uuid4())
    assert not store.catch_up({uuid4(): 0})
    assert not store.catch_up({})


def test_what_is_done_to_an_aggregate_leaves_no_trace_unless_it_is_recorded(store: Store) -> None:
    note = saved_note(store)
    for ask in (store.load, store.recall):
        spoilt = ask(Note, note.id)
        spoilt.write("never recorded")
        spoilt.lines.append("not even an event")

        assert ask(Note, note.id).lines == []
        assert ask(Note, note.id).version == 1


def test_a_save_that_got_its_first_answer_again_is_not_taken_for_recorded(store: Store) -> None:
    note = saved_note(store)
    note.write("one")
    under = act().command
    save(store, note, under=under)
    again = store.load(Note, note.id)
    again.write("two")

    assert save(store, again, under=under).replayed
    assert store.recall(Note, note.id).lines == ["one"]


def test_a_refusal_counts_only_on_the_last_versions(organisation: Organisation, other: Organisation) -> None:
    """This process has it as a draft; meanwhile another one has activated it."""
    id = organisation.new_objective()
    other.objectives.submit(act(), id, waivers=UNSMART)
    other.objectives.approve(act(), id)
    other.objectives.activate(act(), id)
    assert organisation.store.recall(Objective, id).status == "draft"

    organisation.objectives.check_in(act(MARCH), id, on=MARCH, readings={}, confidence=5)

    assert organisation.load(id).version == 5
    assert other.load(id) == organisation.load(id)


def test_a_version_that_another_process_has_recorded_is_taken_at_once(
    organisation: Organisation, other: Organisation
) -> None:
    id = organisation.new_objective()
    seen = other.objectives.commit(act(), id, confidence=3).version

    assert organisation.objectives.commit(act(version=seen), id, confidence=4).version == seen + 1
    with pytest.raises(StaleVersion):
        other.objectives.commit(act(version=seen), id, confidence=5)


def test_a_refused_command_leaves_no_trace(organisation: Organisation, other: Organisation) -> None:
    id = organisation.new_objective(live=True)
    for _ in range(3):
        with pytest.raises(ForbiddenTransition):
            organisation.objectives.submit(act(), id, waivers=UNSMART)

    assert organisation.store.recall(Objective, id) == other.load(id)


@pytest.fixture
def proxy(dsn: str, tmp_path: Path) -> Iterator[Proxy]:
    with Proxy(dsn, tmp_path) as proxy:
        yield proxy


def test_a_command_on_what_is_known_asks_the_database_once(proxy: Proxy) -> None:
    with Store(proxy.dsn, pool_size=1) as store:
        organisation = Organisation(store)
        id = organisation.new_objective(live=True)
        before = proxy.statements

        for confidence in range(1, 8):
            organisation.objectives.check_in(act(MARCH), id, on=MARCH, readings={}, confidence=confidence)
            assert proxy.statements == before + confidence


def test_what_is_loaded_again_is_one_question_and_a_refusal_one_more(proxy: Proxy, dsn: str) -> None:
    with Store(dsn) as near:
        id = Organisation(near).new_objective(live=True)
    with Store(proxy.dsn, pool_size=1) as store:
        organisation = Organisation(store)
        organisation.load(id)
        before = proxy.statements

        organisation.load(id)
        assert proxy.statements == before + 1
        with pytest.raises(ForbiddenTransition):
            organisation.objectives.resume(act(), id)
        assert proxy.statements == before + 3  # its cycle, which was not known, and whether all still holds


def test_everything_is_forgotten_when_a_connection_is_lost(dsn: str) -> None:
    forgotten: list[bool] = []
    datastore = Datastore(dsn, 1, lambda: forgotten.append(True))
    datastore.run(lambda conn: conn.execute("select 1").fetchall())
    assert forgotten == []

    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    datastore.run(lambda conn: conn.execute("select 1").fetchall())

    assert forgotten == [True]
    datastore.close()


def test_everything_is_forgotten_when_another_database_answers(dsn: str, server: str) -> None:
    """As after a restart, or when a standby has taken over."""
    forgotten: list[bool] = []
    datastore = Datastore(dsn, 2, lambda: forgotten.append(True))
    assert datastore.once(lambda _: datastore.once(lambda _: list(forgotten))) == []
    datastore.pool.conninfo = server
    datastore.pool.drain()

    assert datastore.once(lambda _: list(forgotten)) == [True]
    datastore.close()


def a_past(size: int, events: int = 1) -> tuple[UUID, Past]:
    id = uuid4()
    return id, Past().then([StoredEvent(id, version, "t", b"x" * size) for version in range(1, events + 1)])


def test_memory_is_bounded_and_what_was_not_asked_for_longest_goes_first() -> None:
    memory = Memory(most_bytes=50_000)
    kept = [a_past(size=600) for _ in range(200)]
    first, *_ = kept
    for id, past in kept:
        memory.put(id, past)
        assert memory.past(first[0]) == first[1]

    left = [past for id, past in kept if memory.past(id) is not None]
    assert sum(past.size for past in left) <= 50_000
    assert len(left) == 50_000 // (600 + 2 * EVENT_BYTES)
    assert left[1:] == [past for _, past in kept[-len(left) + 1 :]]


def test_what_is_larger_than_the_memory_is_not_kept() -> None:
    memory = Memory(most_bytes=10_000)
    id, past = a_past(size=20_000)

    memory.put(id, past)
    memory.add(id, past.events)

    assert memory.past(id) is None


def test_a_later_past_is_not_displaced_by_an_earlier_one_nor_by_events_that_do_not_follow() -> None:
    memory = Memory(most_bytes=100_000)
    id, whole = a_past(size=10, events=6)
    memory.put(id, Past().then(whole.events[:4]))

    memory.put(id, Past().then(whole.events[:2]))
    memory.add(id, whole.events[5:])
    assert memory.past(id) == Past().then(whole.events[:4])

    memory.add(id, whole.events[2:6])
    assert memory.past(id) == whole


def test_a_store_with_little_memory_works_all_the_same(dsn: str) -> None:
    with Store(dsn, memory_bytes=1) as store:
        note = saved_note(store)
        for number in range(5):
            note = store.recall(Note, note.id)
            note.write(str(number))
            store.record([note], command=act().command, subject=note.id, reads=Reads())

        assert store.load(Note, note.id).lines == list("01234")
