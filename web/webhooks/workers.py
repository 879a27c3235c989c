"""The threads that make calls; they see no database."""

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from time import monotonic

from web.webhooks.calls import Call, DeliveryOutcome, ResponseLine
from web.webhooks.queue import Due

JOIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Flight:
    """A delivery under way."""

    due: Due
    call: Call


class Workers:
    """As many as there ever were calls at the same time. Readable, as a file is, when a call has ended.

    They are daemons: one that hangs where it cannot be broken off (looking up a name) holds up no end.
    """

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Flight | None] = SimpleQueue()
        self._ended: SimpleQueue[tuple[Flight, DeliveryOutcome]] = SimpleQueue()
        self._threads: list[Thread] = []
        self._busy = 0
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)

    def fileno(self) -> int:
        return self._bell.fileno()

    def begin(self, flight: Flight) -> None:
        self._busy += 1
        self._waiting.put(flight)
        if self._busy > len(self._threads):
            self._threads.append(Thread(target=self._work, name="webhook", daemon=True))
            self._threads[-1].start()

    def ended(self) -> Iterator[tuple[Flight, DeliveryOutcome]]:
        """Lists what has ended since the last time."""
        with contextlib.suppress(BlockingIOError):
            self._bell.recv(4096)
        while not self._ended.empty():
            self._busy -= 1
            yield self._ended.get()

    def end(self) -> None:
        """Returns when nothing is under way any more, or what is has been broken off."""
        for _ in self._threads:
            self._waiting.put(None)
        deadline = monotonic() + JOIN_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - monotonic()))
        self._bell.close()
        self._rope.close()

    def _work(self) -> None:
        line = ResponseLine()
        while (flight := self._waiting.get()) is not None:
            self._ended.put((flight, flight.call.make(line)))
            with contextlib.suppress(OSError):  # it has been rung often enough, or nobody listens any more
                self._rope.send(b"!")
        line.close()
