"""What a save leaves in the database, and what comes back from it."""

import json
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest

from application.store import Reads, Store
from domain.refusals import NotFound
from tests.application.store.notes import Note, Page, by, command, save, saved_note


def test_an_aggregate_comes_back_as_it_was_saved(store: Store) -> None:
    note = Note.about()
    note.write("one", "two")
    save(store, note)

    loaded = store.load(Note, note.id)

    assert (loaded.version, loaded.lines, loaded.first_day) == (2, ["one", "two"], note.first_day)
    assert loaded.modified_on == note.modified_on


def test_an_answer_says_what_was_recorded_where(store: Store) -> None:
    saved_note(store)
    note = Note.about()
    note.write("one")

    answer = save(store, note)

    assert (answer.id, answer.version, answer.position) == (note.id, 2, 3)
    assert answer.events == ("test_note.opened", "test_note.written")
    assert answer.recorded_at is not None
    assert answer.recorded_at.utcoffset() is not None
    assert not answer.replayed


def test_several_aggregates_are_saved_in_one_go_and_in_the_order_given(store: Store) -> None:
    first, second = Note.about(), Note.about()
    first.write("one")

    answer = store.record([second, first], command=command(), subject=first.id, reads=Reads())

    log = store.recorder.select_notifications(1, 10)
    assert [(event.id, event.originator_id) for event in log] == [
        (1, second.id),
        (2, first.id),
        (3, first.id),
    ]
    assert (answer.id, answer.version) == (first.id, 2)


def test_a_save_of_nothing_answers_with_the_last_position(store: Store) -> None:
    assert save(store, Note.about()).position == 1
    note = saved_note(store)

    answer = save(store, note)

    assert (answer.id, answer.version, answer.position, answer.events) == (note.id, 1, 2, ())


def test_a_save_of_nothing_in_an_empty_store_has_no_instant(store: Store) -> None:
    answer = store.record([], command=command(), subject=uuid4(), reads=Reads())

    assert (answer.version, answer.position, answer.recorded_at) == (0, 0, None)


def test_the_payload_in_the_database_is_plain_json_of_primitives(store: Store, dsn: str) -> None:
    note = Note.about(target := uuid4())
    save(store, note)

    with psycopg.connect(dsn) as conn:
        row = conn.execute("select convert_from(state, 'UTF8')::jsonb from store.events").fetchone()

    assert row is not None
    payload = row[0]
    assert payload["about"] == str(target)
    assert payload["actor"] == "person:test"
    assert all(isinstance(value, str | int | bool | None) for value in payload.values()), json.dumps(payload)


@pytest.mark.parametrize("value", [1.5, Decimal(1), uuid4(), ("a",), {1: "a"}, {"a": {"b": 0.1}}])
def test_what_is_no_primitive_is_not_saved(store: Store, value: object) -> None:
    note = Note.about()
    note.record(Note.Written, by(), lines=[value])

    with pytest.raises(TypeError, match=r"primitives|not a str"):
        save(store, note)

    assert store.recorder.max_notification_id() is None


def test_mentions_are_found_by_target_and_relation(store: Store) -> None:
    target = uuid4()
    notes = [saved_note(store, about=target), saved_note(store, about=target)]
    saved_note(store, about=uuid4())

    assert store.mentioning(target, "about") == sorted(note.id for note in notes)
    assert store.mentioning(target, "owned_by") == []


@pytest.mark.parametrize("missing", ["id", "class"])
def test_what_is_not_there_is_not_found(store: Store, missing: str) -> None:
    id = uuid4() if missing == "id" else saved_note(store).id

    with pytest.raises(NotFound, match=f"there is no test_page {id}"):
        store.load(Page, id)


def test_events_are_read_by_position_from_anywhere(store: Store) -> None:
    note = Note.about()
    note.write("one")
    note.write("two")
    save(store, note)
    read = store.recorder.select_notifications

    assert [event.id for event in read(2, 10)] == [2, 3]
    assert [event.id for event in read(1, 1, inclusive_of_start=False)] == [2]
    assert [event.id for event in read(None, 10, stop=2)] == [1, 2]
    assert [event.id for event in read(1, 10, topics=["test_note.opened"])] == [1]
    assert store.recorder.max_notification_id() == 3


@pytest.mark.parametrize(
    "statement", ["update store.events set topic = 'x'", "delete from store.events", "truncate store.events"]
)
def test_events_are_never_altered(store: Store, dsn: str, statement: str) -> None:
    saved_note(store)

    with psycopg.connect(dsn) as conn, pytest.raises(psycopg.errors.RaiseException, match="never altered"):
        conn.execute(statement.encode())


def test_the_way_of_the_framework_leads_through_the_same_function(store: Store) -> None:
    note = Note.about(target := uuid4())
    note.write("one")

    recordings = store.save(note)

    assert [recording.notification.id for recording in recordings] == [1, 2]
    assert store.mentioning(target, "about") == [note.id]


def _save_many(store: Store, events: int) -> None:
    notes = [Note.about(uuid4()) for _ in range(events // 2)]
    for note in notes:
        note.write("a line of some length, as in a title or a note on a check-in")

    answer = store.record(notes, command=command(), subject=notes[0].id, reads=Reads())

    assert (answer.position, len(answer.events)) == (events, events)
    assert store.load(Note, notes[-1].id).lines == notes[-1].lines


def test_a_save_of_ten_thousand_events_is_one_save(store: Store) -> None:
    _save_many(store, 10_000)


@pytest.mark.long
def test_a_save_of_three_hundred_thousand_events_is_one_save(store: Store) -> None:
    _save_many(store, 300_000)
