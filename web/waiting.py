"""Many wait for a position, and one look serves them all: fifty ask the database no oftener than one.

Who waits keeps a thread of the web server, never a connection.
"""

from collections.abc import Callable
from threading import Condition
from time import monotonic, sleep


class Lookout:
    """One of those who wait asks `look` how far something has got, once in `pause` seconds, and wakes the
    others when it has got further; who is told goes, and the next one asks.
    """

    def __init__(self, look: Callable[[], int], pause: float) -> None:
        self._look = look
        self._pause = pause
        self._told = Condition()
        self._asked = False
        self._looked_at = float("-inf")
        self._seen = 0

    def sees(self, position: int, seconds: float) -> bool:
        """Waits until the position is reached; False if it is not within `seconds`. Raises what `look` raises
        to the one who asks it: the next one asks anew, and none waits for longer than that and one look.
        """
        deadline = monotonic() + seconds
        with self._told:
            while self._asked:
                if self._seen >= position:
                    return True
                if not self._told.wait(deadline - monotonic()):
                    return False
            self._asked = True
        try:
            return self._ask(position, deadline)
        finally:
            with self._told:
                self._asked = False
                self._told.notify_all()

    def _ask(self, position: int, deadline: float) -> bool:
        while True:
            if monotonic() - self._looked_at >= self._pause:
                self._note(self._look())
            if self._seen >= position:
                return True
            now = monotonic()
            if now >= deadline:
                return False
            sleep(max(0.0, min(self._looked_at + self._pause, deadline) - now))

    def _note(self, seen: int) -> None:
        with self._told:
            if seen > self._seen:
                self._told.notify_all()
            self._seen, self._looked_at = seen, monotonic()
