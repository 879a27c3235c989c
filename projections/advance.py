"""Takes the next batch of the log into the rows of read models, each in the same transaction as its
position.
"""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from psycopg import Connection

from projections import feed, positions
from projections.applier import Applier, parked_for
from projections.events import Decode
from projections.positions import Target

MOST_EVENTS = 10_000
"""About how many events a transaction takes when there are that many."""
FEW_EVENTS = 500
"""As many while another read model, which is further on, has to wait for it."""

log = structlog.get_logger(__name__)


def advance(
    connection: Connection[Any],
    targets: Iterable[Target],
    decode: Decode,
    most: int = MOST_EVENTS,
    upto: int | None = None,
) -> bool:
    """One batch for each of these targets, read and decoded once for all that are at the same position;
    whether there was anything to take in. Targets that are not there, or in another version, are left
    alone.

    The connection is in autocommit. `upto` is as in `feed.read`.
    """
    there = positions.read(connection)
    groups: dict[int, list[Target]] = defaultdict(list)
    for target in targets:
        found = there.get(target.name)
        if found is not None and found.version == target.model.version:
            groups[found.position].append(target)
    moved = False
    for position in sorted(groups):
        few = most if len(groups) == 1 else min(most, FEW_EVENTS)
        moved |= take_in(connection, groups[position], position, decode, few, upto)
    return moved


def take_in(
    connection: Connection[Any],
    targets: Sequence[Target],
    after: int,
    decode: Decode,
    most: int = MOST_EVENTS,
    upto: int | None = None,
) -> bool:
    """The batch after a position, for targets that are all at it; False at the end of the log."""
    with _garbage_left():
        return _take_in(connection, targets, after, decode, most, upto)


def _take_in(
    connection: Connection[Any],
    targets: Sequence[Target],
    after: int,
    decode: Decode,
    most: int,
    upto: int | None,
) -> bool:
    topics = frozenset[str]().union(*(target.model.topics for target in targets))
    batch = feed.read(connection, after, most, topics, decode, upto)
    if batch is None:
        return False
    names = [target.name for target in targets]
    with connection.transaction():
        locked = positions.lock(connection, names)
        if any(
            (found := locked.get(target.name)) is None
            or (found.position, found.version) != (after, target.model.version)
            for target in targets
        ):
            log.info("positions_moved_meanwhile", read_models=names, read_after=after)
            return True
        parked = parked_for(connection, names)
        for target in targets:
            Applier(connection, target, parked[target.name]).apply(batch.entries)
        positions.advance(connection, names, batch.position, batch.recorded_at)
    return True


@contextmanager
def _garbage_left() -> Iterator[None]:
    """A batch makes no cycles; to look for them again and again among all that it holds is a fifth of its
    time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
