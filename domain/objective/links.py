"""The links of an objective up to others, and the periods of both, which overlap on every day of a link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.cascade import UpLink
from domain.period import Period
from domain.refusals import PeriodsDoNotOverlap
from domain.timeline import Span, Timeline
from domain.window import Window


@dataclass(frozen=True)
class Link(UpLink):
    """One link with one kind and weight, from `start` until the day before `end`; there since `since`."""

    kind: str
    weight: Decimal
    since: date


@dataclass
class LinkSlot:
    """The link to one objective through time."""

    present: Timeline[bool] = field(default_factory=Timeline)
    kind: Timeline[str] = field(default_factory=Timeline)
    weight: Timeline[Decimal] = field(default_factory=Timeline)

    def links(self, parent_id: UUID) -> list[Link]:
        """Cut wherever the kind or the weight changes."""
        return [
            Link(parent_id, window.start, window.end, kind.value, weight.value, span.start)
            for span in self.present.spans()
            if span.value
            for kind in self.kind.spans()
            for weight in self.weight.spans()
            if (window := _shared(Window(span.start, span.end), kind.window, weight.window)) is not None
        ]


@dataclass
class Links:
    """Every link that ever was."""

    slots: dict[UUID, LinkSlot] = field(default_factory=dict)

    def slot(self, parent_id: UUID) -> LinkSlot:
        """The timelines of the link to this objective; empty ones if there never was any."""
        return self.slots.setdefault(parent_id, LinkSlot())

    def all(self) -> list[Link]:
        """The links of all times, by objective in the order of recording, then by day."""
        return [link for parent_id, slot in self.slots.items() for link in slot.links(parent_id)]

    def on(self, day: date) -> list[Link]:
        """The links that hold on `day`."""
        return [link for link in self.all() if link.holds_on(day)]

    def find(self, parent_id: UUID, day: date) -> Link | None:
        """The link to this objective on `day`; None if there is none."""
        links = self.slots[parent_id].links(parent_id) if parent_id in self.slots else []
        return next((link for link in links if link.holds_on(day)), None)

    def gone_since(self, parent_id: UUID, day: date) -> date | None:
        """The day since which it is gone on `day`; None if it is there, or never was."""
        slot = self.slots.get(parent_id)
        return slot.present.since(day) if slot and slot.present.at(day) is False else None

    def window(self, parent_id: UUID, day: date) -> Window:
        """The days of a link made on `day`: until the next fact about its presence, or for ever."""
        slot = self.slots.get(parent_id)
        return Window(day, None if slot is None else slot.present.next_after(day))


def _shared(first: Window, second: Window, third: Window) -> Window | None:
    both = first.shared(second)
    return None if both is None else both.shared(third)


Days = tuple[date | None, date | None]


def merged(starts_on: Timeline[date | None], ends_on: Timeline[date | None]) -> list[Span[Days]]:
    """First and last day, span by span, as both are known."""
    spans: list[Span[Days]] = []
    for first in starts_on.spans():
        for last in ends_on.spans():
            window = first.window.shared(last.window)
            if window is not None:
                spans.append(Span(window.start, window.end, (first.value, last.value)))
    return spans


def with_cycle(spans: Iterable[Span[Days]], cycle: Period) -> list[Span[Period]]:
    """Periods without gaps: where a day is missing, the cycle's period counts."""
    return [Span(span.start, span.end, period_of(span.value) or cycle) for span in spans]


def period_of(days: Days) -> Period | None:
    """None where a day is missing."""
    starts_on, ends_on = days
    return None if starts_on is None or ends_on is None else Period(starts_on, ends_on)


def check_overlap(own: Iterable[Span[Period]], others: Sequence[Span[Period]], window: Window) -> None:
    """Raises PeriodsDoNotOverlap if on some day of the window the two periods of that day share no day."""
    for mine in own:
        for other in others:
            both = mine.window.shared(other.window)
            shared = both.shared(window) if both else None
            if shared is not None and not mine.value.overlaps(other.value):
                periods = [f"{p.starts_on} to {p.ends_on}" for p in (mine.value, other.value)]
                refusal = PeriodsDoNotOverlap(f"from {shared.start} on, {' and '.join(periods)} share no day")
                until = str(shared.end) if shared.end else None
                refusal.members.update({"from": str(shared.start), "to": until})
                raise refusal
