"""Of decisions that cannot all stand, one is recorded, whichever processes they come from."""

from collections.abc import Sequence
from multiprocessing.synchronize import Barrier
from uuid import UUID, uuid4

import pytest

from application.store import MovedOn, Reads, Store
from tests.application.store.notes import Note, by, save, saved_note
from tests.application.store.processes import in_processes

CONTEST = ["the same version", "each other", "a new mention"]


def test_nothing_is_recorded_when_a_version_has_moved_on(store: Store) -> None:
    note, other = saved_note(store), saved_note(store)
    stale = store.load(Note, note.id)
    note.write("first")
    save(store, note)
    stale.write("second")
    other.write("in the same save")

    with pytest.raises(MovedOn, match="version_conflict"):
        save(store, other, stale)

    assert store.recorder.max_notification_id() == 3
    assert store.load(Note, other.id).lines == []


def test_an_id_that_is_taken_is_a_conflict(store: Store) -> None:
    note = saved_note(store)

    with pytest.raises(MovedOn, match="version_conflict"):
        save(store, Note.begin(Note.Opened, by(), note.id, about=None))


@pytest.mark.parametrize("version", [0, 1, 3])
def test_nothing_is_recorded_when_a_version_read_is_not_the_present_one(store: Store, version: int) -> None:
    read = saved_note(store)
    read.write("two")
    save(store, read)
    note = Note.about()

    with pytest.raises(MovedOn, match="read_moved"):
        save(store, note, reads=Reads(versions={read.id: version}))

    assert save(store, note, reads=Reads(versions={read.id: 2, uuid4(): 0})).position == 3


def test_nothing_is_recorded_when_a_mention_was_added(store: Store) -> None:
    target = uuid4()
    saved_note(store, about=target)

    with pytest.raises(MovedOn, match="read_moved"):
        save(store, Note.about(), reads=Reads(mentions={(target, "about"): 0}))

    assert save(store, Note.about(), reads=Reads(mentions={(target, "about"): 1})).position == 2


def test_what_was_turned_down_leaves_no_gap(store: Store) -> None:
    read = saved_note(store)
    for _ in range(5):
        with pytest.raises(MovedOn):
            save(store, Note.about(), reads=Reads(versions={read.id: 9}))

    assert save(store, Note.about()).position == 2


@pytest.mark.parametrize("about", CONTEST)
def test_of_two_at_once_exactly_one_succeeds(store: Store, dsn: str, about: str) -> None:
    _hold_contests(store, dsn, about, tries=100, seats=2)


@pytest.mark.long
@pytest.mark.parametrize("about", CONTEST)
@pytest.mark.parametrize("seats", [2, 6])
def test_of_several_at_once_exactly_one_succeeds_in_a_thousand_tries(
    store: Store, dsn: str, about: str, seats: int
) -> None:
    _hold_contests(store, dsn, about, tries=1_000, seats=seats)


def _hold_contests(store: Store, dsn: str, about: str, tries: int, seats: int) -> None:
    contests = [[saved_note(store).id for _ in range(seats)] for _ in range(tries)]
    before = tries * seats

    wins = in_processes(seats, contend, dsn, about, contests, patience=120 + tries)

    assert [sum(won) for won in zip(*wins, strict=True)] == [1] * tries
    assert store.recorder.max_notification_id() == before + tries


def contend(
    seat: int, barrier: Barrier, dsn: str, about: str, contests: Sequence[Sequence[UUID]]
) -> list[bool]:
    """In one of the processes: decides, waits for the others, saves; whether each save was recorded."""
    with Store(dsn, pool_size=1) as store:
        return [_try(store, seat, barrier, about, ids) for ids in contests]


def _try(store: Store, seat: int, barrier: Barrier, about: str, ids: Sequence[UUID]) -> bool:
    note, reads = _decide(store, seat, about, ids)
    barrier.wait(60)
    try:
        save(store, note, reads=reads)
    except MovedOn:
        return False
    return True


def _decide(store: Store, seat: int, about: str, ids: Sequence[UUID]) -> tuple[Note, Reads]:
    if about == "a new mention":
        return Note.about(ids[0]), Reads(mentions={(ids[0], "about"): len(store.mentioning(ids[0], "about"))})
    notes = [store.load(Note, id) for id in ids]
    chosen = notes[0] if about == "the same version" else notes[seat]
    chosen.write(f"by {seat}")
    rest = [] if about == "the same version" else [note for note in notes if note is not chosen]
    return chosen, Reads(versions={note.id: note.version for note in rest})
