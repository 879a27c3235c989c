"""The facts of an objective through time: key results, check-ins, links up and the period.

Each fact is a small timeline, so that a late one takes its place and displaces no later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from domain import progress
from domain.cascade import UpLink
from domain.period import Period
from domain.timeline import Span, Timeline
from domain.window import Window

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


@dataclass(frozen=True)
class Label:
    """What was said when it was added; `weight` counts in the progress of the objective."""

    title: str
    unit_of_measure: str | None
    weight: Decimal
    external_id: str | None


@dataclass(frozen=True)
class Aim:
    """How it is measured: the kind, and from where to where."""

    kind: str
    baseline: Decimal | None
    target: Decimal | None


@dataclass(frozen=True)
class KeyResult:
    """One key result as it is on some day."""

    id: UUID
    label: Label
    aim: Aim


@dataclass(frozen=True)
class Measured:
    """A key result on some day with its latest reading; attainment and progress are exact."""

    key_result: KeyResult
    value: Decimal | None
    attainment: Fraction | None
    progress: Fraction | None

    @classmethod
    def by(cls, key_result: KeyResult, value: Decimal | None) -> Measured:
        """What this reading, or none, amounts to."""
        aim = key_result.aim
        attained = progress.attainment(aim.kind, aim.baseline, aim.target, value)
        return cls(key_result, value, attained, progress.progress(aim.kind, attained))


@dataclass
class KeyResultSlot:
    """One key result through time."""

    present: Timeline[bool] = field(default_factory=Timeline)
    label: Timeline[Label] = field(default_factory=Timeline)
    aim: Timeline[Aim] = field(default_factory=Timeline)

    def on(self, id: UUID, day: date) -> KeyResult | None:
        """What is there on `day`."""
        label, aim = self.label.at(day), self.aim.at(day)
        if not self.present.at(day) or label is None or aim is None:
            return None
        return KeyResult(id, label, aim)


@dataclass
class KeyResults:
    """Every key result that ever was."""

    slots: dict[UUID, KeyResultSlot] = field(default_factory=dict)

    def slot(self, id: UUID) -> KeyResultSlot:
        """The timelines of this id; empty ones for an id not seen before."""
        return self.slots.setdefault(id, KeyResultSlot())

    def find(self, id: UUID, day: date) -> KeyResult | None:
        """The key result on `day`; None if it is not there."""
        slot = self.slots.get(id)
        return None if slot is None else slot.on(id, day)

    def on(self, day: date) -> list[KeyResult]:
        """All that are there on `day`, in the order in which they were first recorded."""
        found = (slot.on(id, day) for id, slot in self.slots.items())
        return [key_result for key_result in found if key_result is not None]

    def removed_by(self, id: UUID, day: date) -> bool:
        """Whether it was there once and is gone on `day`."""
        return id in self.slots and self.slots[id].present.at(day) is False


@dataclass
class CheckIn:
    """With its latest correction; a reading of None was withdrawn."""

    on: date
    readings: dict[UUID, Decimal | None]
    confidence: int | None
    note: str | None


@dataclass
class CheckIns:
    """All check-ins, in the order of recording."""

    all: dict[UUID, CheckIn] = field(default_factory=dict)

    def add(
        self,
        id: UUID,
        on: date,
        readings: Mapping[UUID, Decimal | None],
        confidence: int | None,
        note: str | None,
    ) -> None:
        """Takes in a check-in."""
        self.all[id] = CheckIn(on, dict(readings), confidence, note)

    def correct(
        self, id: UUID, readings: Mapping[UUID, Decimal | None], confidence: int | None, note: str | None
    ) -> None:
        """Takes in a correction; what it does not give stays."""
        check_in = self.all[id]
        check_in.readings.update(readings)
        check_in.confidence = check_in.confidence if confidence is None else confidence
        check_in.note = check_in.note if note is None else note

    def readings_on(self, day: date) -> dict[UUID, Decimal]:
        """Key result -> its latest reading that was not withdrawn, by (day, order of recording)."""
        latest: dict[UUID, Decimal] = {}
        for check_in in sorted(self.all.values(), key=lambda c: c.on):
            if check_in.on <= day:
                latest.update({id: value for id, value in check_in.readings.items() if value is not None})
        return latest


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

    def removed_by(self, parent_id: UUID, day: date) -> bool:
        """Whether it was there once and is gone on `day`."""
        return parent_id in self.slots and self.slots[parent_id].present.at(day) is False

    def window(self, parent_id: UUID, day: date) -> Window:
        """How long a link made on `day` would hold: until the next fact about its presence, or for ever."""
        slot = self.slots.get(parent_id)
        return Window(day, None if slot is None else slot.present.next_after(day))


def _shared(first: Window, second: Window, third: Window) -> Window | None:
    both = first.shared(second)
    return None if both is None else both.shared(third)
