"""The queue of saves: who writes what, and that nobody waits for ever, however a batch ends."""

import os
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread, get_ident
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from application.store import Answer, MovedOn, Reads, StoreUnavailable
from application.store.group_commit import MOST_EVENTS, GroupCommit, Outcome
from application.store.records import Save
from tests.application.store.batches import queued
from tests.application.store.notes import command
from tests.processes import interruptible
from tests.projections.running import eventually

PATIENCE = 20


def a_save(events: int = 1) -> Save:
    id = uuid4()
    made = [StoredEvent(id, version, "test_note.written", b"{}") for version in range(1, events + 1)]
    return Save(command(), id, made, [], Reads())


def answer_to(save: Save) -> Answer:
    return Answer(save.subject, 1, 1, None, ())


class Writing:
    """Takes down every batch. `gate` holds writers back while it is cleared; `outcome` may be another."""

    def __init__(self) -> None:
        self.batches: list[list[UUID]] = []
        self.writers: list[int] = []
        self.gate = Event()
        self.gate.set()
        self.outcomes: Callable[[Sequence[Save]], Sequence[Outcome]] = lambda saves: [
            answer_to(save) for save in saves
        ]

    def __call__(self, saves: Sequence[Save]) -> Sequence[Outcome]:
        self.batches.append([save.subject for save in saves])
        self.writers.append(get_ident())
        assert self.gate.wait(PATIENCE)
        return self.outcomes(saves)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(64) as threads:
        yield threads


@pytest.fixture
def writing() -> Writing:
    return Writing()


@pytest.fixture
def group(writing: Writing) -> GroupCommit:
    return GroupCommit(writing)


def test_alone_a_save_is_written_at_once_by_whoever_gave_it(group: GroupCommit, writing: Writing) -> None:
    saves = [a_save(), a_save()]

    assert [group.record(save) for save in saves] == [answer_to(save) for save in saves]

    assert writing.batches == [[save.subject] for save in saves]
    assert writing.writers == [get_ident()] * 2
    assert len(group) == 0


def test_what_comes_while_one_is_written_is_the_next_batch_and_its_first_leads_it(
    threads: ThreadPoolExecutor, group: GroupCommit, writing: Writing
) -> None:
    saves = [a_save() for _ in range(6)]
    writing.gate.clear()
    given = queued(threads, group, saves)
    writing.gate.set()

    assert [future.result(PATIENCE) for future in given] == [answer_to(save) for save in saves]
    assert writing.batches == [[saves[0].subject], [save.subject for save in saves[1:]]]
    assert writing.writers[0] != writing.writers[1]


def test_what_is_to_be_given_again_comes_first_in_the_next_batch(
    threads: ThreadPoolExecutor, group: GroupCommit, writing: Writing
) -> None:
    saves = [a_save() for _ in range(4)]
    writing.gate.clear()
    given = queued(threads, group, saves)
    put_off = {saves[2].subject, saves[3].subject}
    writing.outcomes = lambda batch: [
        None if save.subject in put_off and len(batch) == 3 else answer_to(save) for save in batch
    ]
    writing.gate.set()

    assert [future.result(PATIENCE) for future in given] == [answer_to(save) for save in saves]
    first, *others = [save.subject for save in saves]
    assert writing.batches == [[first], others, others[1:]]


def test_an_error_fails_the_save_it_belongs_to_alone(
    threads: ThreadPoolExecutor, group: GroupCommit, writing: Writing
) -> None:
    saves = [a_save() for _ in range(5)]
    bad = saves[2].subject

    def refuse(batch: Sequence[Save]) -> Sequence[Outcome]:
        if bad in [save.subject for save in batch]:
            raise ValueError("bad data")
        return [answer_to(save) for save in batch]

    writing.outcomes = refuse
    writing.gate.clear()
    given = queued(threads, group, saves)
    writing.gate.set()

    for save, future in zip(saves, given, strict=True):
        if save.subject == bad:
            with pytest.raises(ValueError, match="bad data"):
                future.result(PATIENCE)
        else:
            assert future.result(PATIENCE) == answer_to(save)


def test_a_database_that_cannot_be_reached_is_not_asked_for_each_save_again(
    threads: ThreadPoolExecutor, group: GroupCommit, writing: Writing
) -> None:
    def unreachable(batch: Sequence[Save]) -> Sequence[Outcome]:
        raise StoreUnavailable("not now")

    writing.outcomes = unreachable
    writing.gate.clear()
    given = queued(threads, group, [a_save() for _ in range(5)])
    writing.gate.set()

    raised = [future.exception(PATIENCE) for future in given]
    assert [str(error) for error in raised] == ["not now"] * 5
    assert len({id(error) for error in raised}) == 5
    assert [len(batch) for batch in writing.batches] == [1, 4]


def test_batches_are_cut_by_how_many_events_they_have(
    threads: ThreadPoolExecutor, group: GroupCommit, writing: Writing
) -> None:
    sizes = [1, MOST_EVENTS + 1, 1, MOST_EVENTS - 1, 1, MOST_EVENTS, 2]
    saves = [a_save(size) for size in sizes]
    writing.gate.clear()
    given = queued(threads, group, saves)
    writing.gate.set()

    assert [future.result(PATIENCE) for future in given] == [answer_to(save) for save in saves]
    assert [len(batch) for batch in writing.batches] == [1, 1, 2, 1, 1, 1]


class Interruption(BaseException):
    """As a thread is ended from outside."""


def test_when_a_leader_is_interrupted_the_others_are_written_by_the_next(
    threads: ThreadPoolExecutor, group: GroupCommit, writing: Writing
) -> None:
    saves = [a_save() for _ in range(5)]

    def interrupt(batch: Sequence[Save]) -> Sequence[Outcome]:
        if len(writing.batches) in (1, 2):
            raise Interruption
        return [answer_to(save) for save in batch]

    writing.outcomes = interrupt
    writing.gate.clear()
    given = queued(threads, group, saves)
    writing.gate.set()

    for future in given[:2]:
        with pytest.raises(Interruption):
            future.result(PATIENCE)
    assert [future.result(PATIENCE) for future in given[2:]] == [answer_to(save) for save in saves[2:]]
    subjects = [save.subject for save in saves]
    assert writing.batches == [subjects[:1], subjects[1:], subjects[2:]]
    assert len(group) == 0


@pytest.mark.parametrize("place", ["first", "second"])
def test_who_gives_up_waiting_holds_up_nobody(
    threads: ThreadPoolExecutor, group: GroupCommit, writing: Writing, place: str
) -> None:
    """The main thread waits, as the next to lead or behind that one, and gets a Ctrl-C."""
    others = [a_save(), a_save()]
    before, after = (others[:1], others[1:]) if place == "first" else (others, [])
    writing.gate.clear()
    given = queued(threads, group, before)

    def interrupt() -> None:
        eventually(lambda: len(group) == len(before) + 1)
        given.extend(queued(threads, group, after))
        os.kill(os.getpid(), signal.SIGINT)

    other = Thread(target=interrupt)
    other.start()
    with interruptible(), pytest.raises(KeyboardInterrupt):
        group.record(a_save())
    other.join()
    writing.gate.set()

    assert [future.result(PATIENCE) for future in given] == [answer_to(save) for save in others]
    assert len(group) == 0


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_everybody_gets_their_own_outcome(seed: int) -> None:
    chance = random.Random(seed)

    def write(saves: Sequence[Save]) -> Sequence[Outcome]:
        if chance.random() < 0.05:
            raise chance.choice([Interruption(), ValueError("bad"), StoreUnavailable("not now")])
        others = [chance.choice([answer_to(save), MovedOn(str(save.subject)), None]) for save in saves[1:]]
        return [answer_to(saves[0]), *others]

    group = GroupCommit(write)

    def give() -> bool:
        told = answered = 0
        for _ in range(200):
            save = a_save(chance.choice([0, 1, 400]))
            try:
                named = str(group.record(save).id)
            except MovedOn as moved:
                named = str(moved)
            except (Interruption, ValueError, StoreUnavailable):
                continue
            told += named == str(save.subject)
            answered += 1
        return told == answered

    with ThreadPoolExecutor(16) as threads:
        given = [threads.submit(give) for _ in range(16)]
        assert [future.result(PATIENCE) for future in given] == [True] * 16
    assert len(group) == 0
