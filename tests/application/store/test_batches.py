"""Saves that share a transaction: each has its own outcome, as if it had come alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.store import Answer, MovedOn, Reads, Store
from application.store.group_commit import GroupCommit
from application.store.recorder import Recorder
from application.store.records import Save
from domain.refusals import CommandIdReused
from tests.application.store.batches import (
    all_in_turn,
    held,
    kind,
    log_of,
    queued,
    recorder_of,
    save_of,
    words,
)
from tests.application.store.notes import Note, command, save, saved_note


@pytest.fixture
def recorder(dsn: str) -> Iterator[Recorder]:
    with recorder_of(dsn) as recorder:
        yield recorder


def written(store: Store, note: Note, line: str) -> Note:
    """The note as it is in the store, with a line pending."""
    loaded = store.load(Note, note.id)
    loaded.write(line)
    return loaded


def test_each_save_of_a_batch_has_its_own_outcome(store: Store, recorder: Recorder) -> None:
    known, note, read = command(), saved_note(store), saved_note(store)
    save(store, Note.about(), under=known)
    stale, fresh = written(store, note, "stale"), written(store, note, "fresh")
    save(store, fresh)
    target = uuid4()
    saved_note(store, target)
    new, last = Note.about(), Note.about()
    new.write("one")

    outcomes = recorder.record_all(
        [
            save_of(stale),
            save_of(new),
            save_of(Note.about(), under=known),
            save_of(Note.about(), under=replace(known, fingerprint=b"something else")),
            save_of(Note.about(), reads=Reads(versions={read.id: 7})),
            save_of(Note.about(), reads=Reads(mentions={(target, "about"): 0})),
            save_of(last, reads=Reads(versions={read.id: 1}, mentions={(target, "about"): 1})),
        ]
    )

    turned_down = "this command id was given before, with another command"
    assert words(outcomes) == [
        *("version_conflict", "recorded", "replayed", turned_down, "read_moved", "read_moved", "recorded")
    ]
    assert [type(outcomes[place]) for place in (0, 3, 4)] == [MovedOn, CommandIdReused, MovedOn]
    assert log_of(store)[5:] == [(new.id, 1), (new.id, 2), (last.id, 1)]
    second, seventh = outcomes[1], outcomes[6]
    assert isinstance(second, Answer)
    assert isinstance(seventh, Answer)
    assert (second.id, second.version, second.position) == (new.id, 2, 7)
    assert second.events == ("test_note.opened", "test_note.written")
    assert (seventh.id, seventh.version, seventh.position) == (last.id, 1, 8)
    assert None not in (second.recorded_at, seventh.recorded_at)
    assert second.recorded_at < seventh.recorded_at  # type: ignore[operator]  # neither is None


def test_of_two_on_one_aggregate_the_second_waits_and_gets_its_conflict(
    store: Store, recorder: Recorder
) -> None:
    note = saved_note(store)
    saves = [save_of(written(store, note, line)) for line in ("one", "two", "three")]

    assert words(recorder.record_all(saves)) == ["recorded", "again", "again"]
    assert words(recorder.record_all(saves[1:])) == ["version_conflict", "version_conflict"]
    assert store.load(Note, note.id).lines == ["one"]


def test_what_rests_on_something_that_an_earlier_one_changes_waits(store: Store, recorder: Recorder) -> None:
    note = saved_note(store)
    change = save_of(written(store, note, "one"))
    reading = save_of(Note.about(), reads=Reads(versions={note.id: 1}))

    assert words(recorder.record_all([change, reading])) == ["recorded", "again"]
    assert words(recorder.record_all([reading])) == ["read_moved"]


def test_what_an_earlier_one_only_rests_on_may_be_changed(store: Store, recorder: Recorder) -> None:
    note = saved_note(store)
    reading = save_of(Note.about(), reads=Reads(versions={note.id: 1}))

    assert words(recorder.record_all([reading, save_of(written(store, note, "one"))])) == ["recorded"] * 2


def test_who_counted_mentions_waits_for_one_who_mentions(store: Store, recorder: Recorder) -> None:
    target = uuid4()
    counting = save_of(Note.about(), reads=Reads(mentions={(target, "about"): 0}))

    assert words(recorder.record_all([save_of(Note.about(target)), counting])) == ["recorded", "again"]
    assert words(recorder.record_all([counting])) == ["read_moved"]


def test_the_same_command_twice_is_recorded_once(store: Store, recorder: Recorder) -> None:
    under, note = command(), saved_note(store)
    twice = [save_of(written(store, note, "one"), under=under) for _ in range(2)]

    assert words(all_in_turn(recorder, twice).values()) == ["recorded", "replayed"]
    assert store.load(Note, note.id).lines == ["one"]


def test_saves_of_nothing_are_answered_and_kept_if_the_client_gave_the_id(
    store: Store, recorder: Recorder
) -> None:
    note = saved_note(store)
    kept, forgotten = command(remember=True), command()

    outcomes = recorder.record_all([save_of(note, under=kept), save_of(note, under=forgotten)])

    assert words(outcomes) == ["recorded", "recorded"]
    assert {(o.version, o.position, o.events) for o in outcomes if isinstance(o, Answer)} == {(1, 1, ())}
    assert store.answer_to(kept.id, kept.fingerprint) is not None
    assert store.answer_to(forgotten.id, forgotten.fingerprint) is None


def test_a_batch_in_which_all_is_turned_down_writes_nothing_and_wakes_nobody(
    store: Store, recorder: Recorder, dsn: str
) -> None:
    note = saved_note(store)
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("LISTEN throughline")
        before = conn.execute("select * from store.head").fetchone()

        recorder.record_all([save_of(Note.about(), reads=Reads(versions={note.id: 5})) for _ in range(3)])

        assert conn.execute("select * from store.head").fetchone() == before
        assert list(conn.notifies(timeout=0.2)) == []


def test_a_batch_wakes_whoever_listens_once_with_its_last_position(recorder: Recorder, dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("LISTEN throughline")

        recorder.record_all([save_of(Note.about()) for _ in range(3)])

        assert [notify.payload for notify in conn.notifies(timeout=1, stop_after=2)] == ["3"]


def _bad(topic: str = "test_note.opened", version: int = 1) -> Save:
    good = save_of(Note.about())
    return replace(good, events=[StoredEvent(good.subject, version, topic, b"{}")])


@pytest.mark.parametrize(
    "bad",
    [_bad("no\x00topic"), _bad("no \ud800"), _bad(version=2**70)],
    ids=["refused by the database", "no text", "no number to be sent"],
)
def test_a_save_that_cannot_be_written_fails_alone(store: Store, dsn: str, bad: Any) -> None:
    """All wait for the lock behind the first, so that they are one batch."""
    saves = [save_of(Note.about()) for _ in range(6)]
    saves[3] = bad
    with recorder_of(dsn) as recorder, ThreadPoolExecutor(len(saves)) as threads:
        group = GroupCommit(recorder.record_all)
        with held(dsn):
            given = queued(threads, group, saves)
        errors = [future.exception(10) for future in given]

    assert [number for number, error in enumerate(errors) if error is not None] == [3]
    assert len(log_of(store)) == 5


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),  # the note to be changed
        st.sampled_from([0, 0, 0, 1]),  # how many versions behind
        st.sets(st.integers(0, 2)),  # notes that it rests on
        st.sampled_from([None, None, 0, 1]),  # mentions counted: right or wrong
        st.sampled_from([None, None, None, 0, 1]),  # command id given before or twice
    ),
    max_size=7,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(STEPS, max_size=4))
def test_a_batch_ends_as_its_saves_would_one_after_the_other(
    store: Store, dsn: str, rounds: list[Any]
) -> None:
    """In the order in which they are settled; of two reasons to turn a save down either may be named."""
    together, alone = _Story(store), _Story(store)
    with recorder_of(dsn) as recorder:
        for steps in rounds:
            saves = [alone.save(*step) for step in steps]
            settled = all_in_turn(recorder, [together.save(*step) for step in steps])
            in_turn = [recorder.record_all([saves[place]])[0] for place in settled]
            assert [kind(each) for each in in_turn] == [kind(each) for each in settled.values()]
    assert together.lines() == alone.lines()


class _Story:
    """Three notes about something, and two commands."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._target = uuid4()
        self._notes = [saved_note(store, self._target).id for _ in range(3)]
        self._given = [command(), command()]

    def lines(self) -> list[list[str]]:
        return [self._store.load(Note, note).lines for note in self._notes]

    def save(self, note: int, behind: int, read: set[int], counted: int | None, given: int | None) -> Save:
        notes = [self._store.load(Note, note) for note in self._notes]
        notes[note].write(f"after {notes[note].version}")
        versions = {notes[other].id: notes[other].version - behind for other in read - {note}}
        mentions = {} if counted is None else {(self._target, "about"): 3 + counted}
        under = command() if given is None else self._given[given]
        return save_of(notes[note], reads=Reads(versions, mentions), under=under)
