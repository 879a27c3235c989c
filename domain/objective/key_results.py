"""The key results of an objective, each a few small timelines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from domain import progress
from domain.timeline import Timeline


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
class Slot:
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

    slots: dict[UUID, Slot] = field(default_factory=dict)

    def slot(self, id: UUID) -> Slot:
        """The timelines of this id; empty ones for an id not seen before."""
        return self.slots.setdefault(id, Slot())

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
