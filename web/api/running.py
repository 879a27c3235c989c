"""This process knows which commands it is carrying out right now; across processes the store's unique command
id decides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from uuid import UUID

from domain.refusals import CommandRunning


class Running:
    """The ids of the commands under way."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ids: set[UUID] = set()

    @contextmanager
    def one(self, id: UUID) -> Iterator[None]:
        """Raises `CommandRunning` if the same command is being carried out."""
        with self._lock:
            if id in self._ids:
                raise CommandRunning("a command of yours with this Idempotency-Key is being carried out")
            self._ids.add(id)
        try:
            yield
        finally:
            with self._lock:
                self._ids.remove(id)
