"""Answers are kept as long as the API says that they still hold, for the same caller and a bounded memory.

Each is asked for again, so that it is judged and noted again; what is saved is only the work of finding it.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, Protocol, TypeVar

from web.ops.bounds import MIB

MOST_BYTES = 16 * MIB
LARGEST_BYTES = 2 * MIB
"""A larger answer is not kept."""
BESIDE_BYTES = 4_096
"""An answer takes so much beside its body and the words by which it is found."""


class Sent(Protocol):
    """An answer as it was sent."""

    @property
    def data(self) -> bytes:
        """The bytes of its body."""
        ...


T = TypeVar("T", bound=Sent)


@dataclass(frozen=True)
class Kept(Generic[T]):
    """An answer with its tag."""

    tag: str
    answer: T


class Answers(Generic[T]):
    """The answers of one process; those used longest ago go first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, Kept[T]] = OrderedDict()
        self._bytes = 0

    @staticmethod
    def _size(key: Hashable, kept: Kept[T]) -> int:
        return len(kept.answer.data) + len(repr(key)) + BESIDE_BYTES

    def find(self, key: Hashable) -> Kept[T] | None:
        """The answer that is kept under this key."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, kept: Kept[T]) -> None:
        """Keeps an answer in place of the one before."""
        if self._size(key, kept) > LARGEST_BYTES:
            return
        with self._lock:
            before = self._kept.pop(key, None)
            self._kept[key] = kept
            self._bytes += self._size(key, kept) - (self._size(key, before) if before else 0)
            while self._bytes > self._most:
                oldest, gone = self._kept.popitem(last=False)
                self._bytes -= self._size(oldest, gone)

    def __len__(self) -> int:
        return len(self._kept)
