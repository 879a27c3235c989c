"""A command is recorded once, however often and from wherever it is sent."""

from uuid import UUID

import pytest

from application.store import Answer, Command, MovedOn, Reads, Store
from domain.refusals import CommandIdReused
from tests.application.store.notes import Note, command, save, saved_note
from tests.application.store.processes import at_once


def _again(store: Store, under: Command, id: UUID) -> Answer:
    """Decides once more from the present state, as a client's repetition would."""
    note = store.load(Note, id)
    note.write("again")
    return save(store, note, under=under)


def test_a_repeated_command_gets_the_first_answer(store: Store) -> None:
    note = saved_note(store)
    note.write("one")
    first = save(store, note, under=(under := command()))
    saved_note(store)

    repeated = _again(store, under, note.id)

    assert repeated == Answer(**{**vars(first), "replayed": True})
    assert store.answer_to(under.id, under.fingerprint) == repeated
    assert store.load(Note, note.id).lines == ["one"]


def test_another_command_under_a_known_id_is_refused(store: Store) -> None:
    note = saved_note(store)
    note.write("one")
    save(store, note, under=(under := command(fingerprint=b"a")))
    other = Command(under.id, b"b", remember=True)

    with pytest.raises(CommandIdReused):
        _again(store, other, note.id)
    with pytest.raises(CommandIdReused):
        store.answer_to(other.id, other.fingerprint)

    assert store.recorder.max_notification_id() == 2


def test_an_unknown_command_has_no_answer(store: Store) -> None:
    assert store.answer_to(command().id, b"body") is None


def test_a_known_command_is_repeated_even_when_everything_has_moved_on(store: Store) -> None:
    note = Note.about()
    stale = store.record([note], command=(under := command()), subject=note.id, reads=Reads())
    note.write("one")
    save(store, note)

    repeated = store.record([], command=under, subject=note.id, reads=Reads(versions={note.id: 1}))

    assert (repeated.version, repeated.position) == (stale.version, stale.position)


@pytest.mark.parametrize("remember", [True, False])
def test_a_command_that_recorded_nothing_is_remembered_if_the_client_gave_the_id(
    store: Store, remember: bool
) -> None:
    note = saved_note(store)
    first = save(store, note, under=(under := command(remember=remember)))
    saved_note(store)

    answer = store.answer_to(under.id, under.fingerprint)

    assert answer == (Answer(**{**vars(first), "replayed": True}) if remember else None)


def test_a_command_that_was_turned_down_is_not_remembered(store: Store) -> None:
    note = saved_note(store)
    note.write("one")
    under = command(remember=True)

    with pytest.raises(MovedOn):
        save(store, note, under=under, reads=Reads(versions={saved_note(store).id: 7}))

    assert store.answer_to(under.id, under.fingerprint) is None
    assert save(store, note, under=under).position == 3  # what was pending still is


def test_a_command_sent_by_many_at_once_is_recorded_once(store: Store) -> None:
    for _ in range(20):
        id, under, before = saved_note(store).id, command(), store.recorder.max_notification_id()

        answers = at_once(8, lambda under=under, id=id: _again(store, under, id))  # type: ignore[misc]

        assert len({(answer.version, answer.position, answer.recorded_at) for answer in answers}) == 1
        assert [answer.replayed for answer in answers].count(False) == 1
        assert store.recorder.max_notification_id() == (before or 0) + 1
