"""Requests per second of each caller, with a burst: a bucket of tokens that fills evenly."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

MOST_CALLERS = 10_000


class Rates:
    """The buckets of one process; the least recently used is forgotten, and so begins full."""

    def __init__(self, per_second: float, burst: float, clock: Callable[[], float] = monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> float:
        """0 if the caller may ask now; else the seconds until the next request may come."""
        now = self._clock()
        left, at = self._buckets.pop(caller, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        if len(self._buckets) >= MOST_CALLERS:
            self._buckets.popitem(last=False)
        self._buckets[caller] = (left - 1 if left >= 1 else left, now)
        return 0.0 if left >= 1 else (1 - left) / self._per_second
