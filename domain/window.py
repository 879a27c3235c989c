"""Days from one to another, the second excluded, or for ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Window:
    """Days from `start` until the day before `end`; `end` None is open."""

    start: date
    end: date | None

    def holds_on(self, day: date) -> bool:
        """Returns whether it is one of the days."""
        return self.start <= day and (self.end is None or day < self.end)

    def shared(self, other: Window) -> Window | None:
        """The days in both; None if there is none."""
        start = max(self.start, other.start)
        end = min((e for e in (self.end, other.end) if e is not None), default=None)
        return None if end is not None and end <= start else Window(start, end)

    def without(self, other: Window) -> list[Window]:
        """The days of this one that the other has not: up to two windows."""
        if self.shared(other) is None:
            return [self]
        rest = []
        if self.start < other.start:
            rest.append(Window(self.start, other.start))
        if other.end is not None and (self.end is None or other.end < self.end):
            rest.append(Window(other.end, self.end))
        return rest


def shared(first: Iterable[Window], *others: Iterable[Window]) -> list[Window]:
    """The windows of days that are in one window of each."""
    found = list(first)
    for other in map(list, others):
        found = [both for one in found for each in other if (both := one.shared(each)) is not None]
    return found


def without(windows: Iterable[Window], others: Iterable[Window]) -> list[Window]:
    """The windows of days that are in one of the first and in none of the others."""
    rest = list(windows)
    for other in others:
        rest = [left for one in rest for left in one.without(other)]
    return rest
