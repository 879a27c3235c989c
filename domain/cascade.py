"""The search for loops over links that hold for a time: objectives up to objectives, units to units, people
to managers. Rules hold at every date, so a loop is one that is closed on some day.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from domain.window import Window

__all__ = ["Loop", "UpLink", "Upward", "Window", "find_loop"]


class Upward(Protocol):
    """A link up to `parent_id`, on the days from `start` until the day before `end` (None: open)."""

    @property
    def parent_id(self) -> UUID: ...
    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date | None: ...


@dataclass(frozen=True)
class UpLink:
    """The plain form of `Upward`."""

    parent_id: UUID
    start: date
    end: date | None

    def holds_on(self, day: date) -> bool:
        """Returns whether `day` is one of its days."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Loop:
    """`path` starts and ends with the one that was to be linked up; `window` are days on which it would be
    closed.
    """

    path: tuple[UUID, ...]
    window: Window


def find_loop(
    links_of: Callable[[UUID], Iterable[Upward]], start: UUID, goal: UUID, window: Window
) -> Loop | None:
    """The shortest loop that a link from `goal` up to `start`, holding in `window`, would close.

    `links_of(id)` gives the links up from `id`, at any time; it is called only for those that can be reached
    from `start` in the window, so that it may load them as it goes. Each day of each id is walked once.
    """
    walked: dict[UUID, list[Window]] = {}
    queue: deque[tuple[UUID, Window, tuple[UUID, ...]]] = deque([(start, window, (goal, start))])
    while queue:
        id, days, path = queue.popleft()
        if id == goal:
            return Loop(path, days)
        for fresh in _not_yet(days, walked.setdefault(id, [])):
            for link in links_of(id):
                shared = fresh.shared(Window(link.start, link.end))
                if shared is not None:
                    queue.append((link.parent_id, shared, (*path, link.parent_id)))
        walked[id].append(days)
    return None


def _not_yet(days: Window, walked: list[Window]) -> list[Window]:
    rest = [days]
    for done in walked:
        rest = [part for window in rest for part in window.without(done)]
    return rest
