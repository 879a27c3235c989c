"""Days from one to another, the second excluded, or for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Window:
    """Days from `start` until the day before `end`; `end` None is open."""

    start: date
    end: date | None

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
