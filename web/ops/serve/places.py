"""Places at which requests are answered, shared out among those who ask.

Each place has threads of its own, so that what holds one of them never keeps another from answering. Callers
take turns, and none has all of a place: whoever asks a hundred times waits a hundred times as long.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cached_property

from web.ops.bounds import QUEUE_SECONDS, Size


class PlaceTaken(Exception):
    """There is no place; `by_caller` says that it is the caller who has too many requests there."""

    def __init__(self, detail: str, *, by_caller: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.by_caller = by_caller


class Place:
    """One place, for use by one event loop."""

    def __init__(self, name: str, size: Size, seconds: float = QUEUE_SECONDS) -> None:
        self.name = name
        self._size = size
        self._seconds = seconds
        self._free = size.at_once
        self._taken: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @cached_property
    def threads(self) -> Executor:
        return ThreadPoolExecutor(self._size.at_once, thread_name_prefix=self.name)

    @asynccontextmanager
    async def held(self, caller: str) -> AsyncIterator[None]:
        """Waits for its turn, and holds the place for as long as this lasts. Raises `PlaceTaken`."""
        await self.take(caller)
        try:
            yield
        finally:
            self.leave(caller)

    async def take(self, caller: str) -> None:
        """Waits for its turn; `leave` gives the place back. Raises `PlaceTaken`."""
        if self._free and caller not in self._queues and self._may(caller):
            self._give(caller)
            return
        queue = self._queues.setdefault(caller, deque())
        if len(queue) >= self._size.queued:
            raise PlaceTaken(
                f"more than {self._size.queued} requests of one caller wait for a place ({self.name})",
                by_caller=True,
            )
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(self._seconds, self._too_late, turn)
        queue.append(turn)
        try:
            await turn
        except BaseException:
            if turn in queue:
                queue.remove(turn)
            elif turn.done() and not turn.cancelled() and turn.exception() is None:
                self.leave(caller)  # it was given the place, and no longer wants it
            raise
        finally:
            timer.cancel()

    def _too_late(self, turn: asyncio.Future[None]) -> None:
        if not turn.done():
            detail = f"no place was free within {self._seconds:g} seconds ({self.name})"
            turn.set_exception(PlaceTaken(detail, by_caller=False))

    def leave(self, caller: str) -> None:
        """Gives the place back, to the next caller whose turn it is."""
        self._free += 1
        self._taken[caller] -= 1
        if not self._taken[caller]:
            del self._taken[caller]
        for next_one in list(self._queues):
            queue = self._queues[next_one]
            while queue and queue[0].done():
                queue.popleft()  # it waited too long
            if not queue:
                del self._queues[next_one]
            elif self._may(next_one):
                self._give(next_one)
                queue.popleft().set_result(None)
                self._queues.move_to_end(next_one)
                return

    def _may(self, caller: str) -> bool:
        return self._taken[caller] < self._size.of_one

    def _give(self, caller: str) -> None:
        self._free -= 1
        self._taken[caller] += 1


def made(sizes: Mapping[str, Size]) -> dict[str, Place]:
    return {name: Place(name, size) for name, size in sizes.items()}
