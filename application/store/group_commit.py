"""Saves of several threads in one transaction.

Whoever finds nobody leading leads: it writes all that waits, its own save first, in one go. What comes
meanwhile is the next batch, and the first of it leads next. So nobody waits for company, no save is overtaken
for long, and batches are as large as the database is slow.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TypeAlias

from application.store.errors import StoreUnavailable
from application.store.records import Answer, Save

Outcome: TypeAlias = Answer | Exception | None
"""A save comes out as its answer, or as what is raised to whoever gave it; None: it is to be given again."""

MOST_EVENTS = 1_000  # in one batch, unless they are of one save


class _Place:
    """One save in the queue."""

    __slots__ = ("outcome", "save", "turn")

    def __init__(self, save: Save) -> None:
        self.save = save
        self.outcome: Outcome = None
        self.turn = Lock()  # let go of when the save is settled, or has to lead
        self.turn.acquire()


class GroupCommit:
    """Calls `write` with one or more saves, from one thread at a time.

    That gives an outcome for each, never None for the first. When it raises instead, all of them may be given
    to it again: under its command id, a save that was recorded all the same gets its answer.
    """

    def __init__(self, write: Callable[[Sequence[Save]], Sequence[Outcome]]) -> None:
        self._write = write
        self._lock = Lock()  # of the two below
        self._queue: deque[_Place] = deque()
        self._leader: _Place | None = None  # None if and only if the queue is empty

    def __len__(self) -> int:
        """Counts the saves that wait or are being written."""
        return len(self._queue)

    def record(self, save: Save) -> Answer:
        """The answer to the save; raises its error."""
        place = _Place(save)
        try:
            with self._lock:
                self._queue.append(place)
                if self._leader is None:
                    self._appoint()
            place.turn.acquire()
            if place.outcome is None:
                self._lead(place)
        except BaseException:  # this thread was interrupted
            self._leave(place)
            raise
        if isinstance(place.outcome, Answer):
            return place.outcome
        raise place.outcome or AssertionError("the first of a batch is never to be given again")

    def _lead(self, leader: _Place) -> None:
        """Writes a batch, lets the next one begin, then tells the others of this one."""
        batch = [leader]
        try:
            with self._lock:
                batch = self._next_batch()
            for place, outcome in zip(batch, self._outcomes([place.save for place in batch]), strict=True):
                place.outcome = outcome
        finally:  # after an interruption the others are still in the queue, for whoever leads next
            settled = [place for place in batch if place.outcome is not None]
            gone = {leader, *settled}
            with self._lock:
                self._queue = deque(place for place in self._queue if place not in gone)
                self._appoint()
            for place in settled:
                if place is not leader:
                    place.turn.release()

    def _next_batch(self) -> list[_Place]:
        batch: list[_Place] = []
        events = 0
        for place in self._queue:
            events += len(place.save.events)
            if batch and events > MOST_EVENTS:
                break
            batch.append(place)
        return batch

    def _outcomes(self, saves: Sequence[Save]) -> Sequence[Outcome]:
        """An error that may belong to one of several saves is told by writing each alone."""
        try:
            return self._write(saves)
        except StoreUnavailable as error:
            return [StoreUnavailable(error.detail) for _ in saves[1:]] + [error]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised to whoever gave the save
            if len(saves) == 1:
                return [error]
            return [outcome for save in saves for outcome in self._outcomes([save])]

    def _appoint(self) -> None:
        """The first in the queue is to lead."""
        self._leader = self._queue[0] if self._queue else None
        if self._leader is not None:
            self._leader.turn.release()

    def _leave(self, place: _Place) -> None:
        """Whoever has given up waiting is not to lead."""
        with self._lock:
            if place in self._queue:
                self._queue.remove(place)
            if place is self._leader:
                self._appoint()
