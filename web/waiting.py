"""Many wait for a position, and one look serves them all: fifty ask the database no oftener than one.

Who waits keeps a thread of the web server, never a connection.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic, sleep


class Lookout:
    """It knows how far something has got, for it asks `look` once in `pause` seconds, whoever wonders."""

    def __init__(self, look: Callable[[], int], pause: float) -> None:
        self._look = look
        self._pause = pause
        self._looking = Lock()
        self._looked_at = float("-inf")
        self._seen = 0

    def position(self) -> int:
        """Gives the position as of the last look, which is no older than `pause` seconds."""
        with self._looking:
            if monotonic() - self._looked_at >= self._pause:
                self._seen = self._look()
                self._looked_at = monotonic()
            return self._seen

    def sees(self, position: int, seconds: float) -> bool:
        """Waits until the position is reached; False if it is not within `seconds`."""
        deadline = monotonic() + seconds
        while self.position() < position:
            if monotonic() >= deadline:
                return False
            sleep(self._pause)
        return True
