"""Values that hold from a date on.

Facts may be recorded late or ahead: each takes its place by effective date, then by the order of recording,
and displaces neither what comes later nor what came before.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from domain.window import Window

T = TypeVar("T")


@dataclass(frozen=True)
class Span(Generic[T]):
    """`value` holds from `start` until the day before `end`; `end` None is open."""

    start: date
    end: date | None
    value: T

    @property
    def window(self) -> Window:
        """The days on which it holds."""
        return Window(self.start, self.end)


@dataclass(repr=False)
class Timeline(Generic[T]):
    """The fold of one field: at any day, the last writer with an effective date at or before it."""

    _days: list[date] = field(default_factory=list)
    _values: list[T] = field(default_factory=list)

    def set(self, effective_on: date, value: T) -> None:
        """Records `value` from `effective_on` until the next effective date that is already known."""
        place = bisect_right(self._days, effective_on)
        self._days.insert(place, effective_on)
        self._values.insert(place, value)

    def at(self, day: date) -> T | None:
        """The value on `day`; None before the first."""
        place = bisect_right(self._days, day)
        return self._values[place - 1] if place else None

    def speaks_of(self, day: date) -> bool:
        """Returns whether something was recorded for that very day."""
        return day in self._days

    def since(self, day: date) -> date | None:
        """The first day of the unbroken stretch in which the value is the one of `day`."""
        return next((s.start for s in reversed(self.spans()) if s.start <= day), None)

    @property
    def first(self) -> T | None:
        """The value recorded first for the first day, whatever was said about that day afterwards."""
        return self._values[0] if self._values else None

    def spans(self) -> list[Span[T]]:
        """The whole line without gaps from its first day on; neighbours with equal values are one span."""
        spans: list[Span[T]] = []
        for place, (day, value) in enumerate(zip(self._days, self._values, strict=True)):
            following = self._days[place + 1] if place + 1 < len(self._days) else None
            if following == day:
                continue
            if spans and spans[-1].value == value:
                spans[-1] = Span(spans[-1].start, following, value)
            else:
                spans.append(Span(day, following, value))
        return spans

    def next_after(self, day: date) -> date | None:
        """The first effective date after `day`: until there a fact effective on `day` would hold."""
        place = bisect_right(self._days, day)
        return self._days[place] if place < len(self._days) else None

    def preview(self, effective_on: date, value: T) -> Timeline[T]:
        """A copy with `value` set, to judge a change at every date before it is made."""
        copy = Timeline(list(self._days), list(self._values))
        copy.set(effective_on, value)
        return copy

    def __repr__(self) -> str:
        return f"Timeline({[(str(span.start), span.value) for span in self.spans()]})"
