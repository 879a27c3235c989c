"""A memory of one process with a bound: what was used longest ago goes first."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Values under their keys. All together weigh no more than `most`, and none weighs more than `largest`,
    in whatever unit `weigh` has; what is heavier is not kept.
    """

    def __init__(self, most: int, weigh: Callable[[K, V], int], *, largest: int) -> None:
        self._most = most
        self._weigh = weigh
        self._largest = largest
        self._lock = Lock()
        self._kept: OrderedDict[K, tuple[int, V]] = OrderedDict()
        self._weight = 0

    def find(self, key: K) -> V | None:
        """The value that is kept under this key."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[1]

    def keep(self, key: K, value: V) -> None:
        """Keeps a value in place of the one before. What is kept is not to grow afterwards."""
        weight = self._weigh(key, value)
        with self._lock:
            self._weight -= self._kept.pop(key, (0, None))[0]
            if weight > self._largest:
                return
            self._kept[key] = weight, value
            self._weight += weight
            while self._weight > self._most:
                self._weight -= self._kept.popitem(last=False)[1][0]

    def __len__(self) -> int:
        return len(self._kept)
