"""Saves to be given to the database together."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import psycopg

from application.store import Answer, Command, Reads, Store
from application.store.datastore import Datastore
from application.store.group_commit import GroupCommit, Outcome
from application.store.mapper import EventMapper, PlainJson
from application.store.mentions import mentions_of
from application.store.recorder import Recorder
from application.store.records import Save
from domain.aggregate import Aggregate
from tests.application.store.notes import command
from tests.projections.running import eventually

_MAPPER = EventMapper(PlainJson())


def save_of(*changed: Aggregate, reads: Reads | None = None, under: Command | None = None) -> Save:
    """What `Store.record` makes of it; what is pending stays pending."""
    pending = [event for aggregate in changed for event in aggregate.pending_events]
    events = [_MAPPER.to_stored_event(event) for event in pending]
    return Save(under or command(), changed[0].id, events, mentions_of(pending), reads or Reads())


@contextmanager
def recorder_of(dsn: str, pool_size: int = 2) -> Iterator[Recorder]:
    datastore = Datastore(dsn, pool_size, lambda: None)
    try:
        yield Recorder(datastore)
    finally:
        datastore.close()


def kind(outcome: Outcome) -> str:
    return "turned down" if isinstance(outcome, Exception) else _word(outcome)


def words(outcomes: Iterable[Outcome]) -> list[str]:
    """recorded, replayed, again, or what the error says."""
    return [_word(outcome) for outcome in outcomes]


def _word(outcome: Outcome) -> str:
    if isinstance(outcome, Answer):
        return "replayed" if outcome.replayed else "recorded"
    return "again" if outcome is None else str(outcome)


def log_of(store: Store) -> list[tuple[object, int]]:
    """Aggregate and version of every event, in order."""
    log = store.recorder.select_notifications(1, 100_000)
    assert [event.id for event in log] == list(range(1, len(log) + 1))
    return [(event.originator_id, event.originator_version) for event in log]


@contextmanager
def held(dsn: str) -> Iterator[None]:
    """Nothing is recorded meanwhile."""
    with psycopg.connect(dsn) as conn:
        conn.execute("select * from store.head for update")
        yield


def queued(threads: ThreadPoolExecutor, group: GroupCommit, saves: Sequence[Save]) -> list[Future[Answer]]:
    """Gives each save from a thread of its own, in this order; returns when all are in the queue."""
    futures = []
    for save in saves:
        before = len(group)
        futures.append(threads.submit(group.record, save))
        eventually(lambda before=before: len(group) == before + 1)  # type: ignore[misc]
    return futures


def all_in_turn(recorder: Recorder, saves: Sequence[Save]) -> dict[int, Outcome]:
    """The outcome of each save by its place, given as the queue gives them: what is to be given again comes
    first the next time.

    In an order in which they might have come one by one: of each batch, what was turned down, then the rest.
    """
    settled: dict[int, Outcome] = {}
    left = dict(enumerate(saves))
    while left:
        outcomes = dict(zip(left, recorder.record_all(list(left.values())), strict=True))
        assert next(iter(outcomes.values())) is not None
        for word in ("replayed", "turned down", "recorded"):
            settled |= {place: outcome for place, outcome in outcomes.items() if kind(outcome) == word}
        left = {place: save for place, save in left.items() if place not in settled}
    return settled
