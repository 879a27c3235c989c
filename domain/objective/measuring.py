"""An objective is measured by key results, which change through time, and by readings of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from domain import checks, progress
from domain.checks import NAME_LENGTH, number, one_of, optional_text, text
from domain.objective.values import TITLE_LENGTH
from domain.payload import number_of, written
from domain.progress import DIRECTED, KINDS, OBSERVED
from domain.refusals import InvalidValue, UnknownReference
from domain.timeline import Timeline


@dataclass(frozen=True)
class Label:
    """It is called so; `weight` counts in the progress of the objective."""

    title: str
    unit_of_measure: str | None
    weight: Decimal
    external_id: str | None

    @classmethod
    def checked(
        cls, title: str, unit_of_measure: str | None, weight: Decimal, external_id: str | None
    ) -> Label:
        """A label as it will be recorded. Raises InvalidValue."""
        return cls(
            text(title, "/title", TITLE_LENGTH),
            optional_text(unit_of_measure, "/unit_of_measure", NAME_LENGTH),
            checks.weight(weight, "/weight"),
            optional_text(external_id, "/external_id", NAME_LENGTH),
        )

    def payload(self) -> dict[str, str | None]:
        """The fields as events hold them."""
        return {field.name: written(getattr(self, field.name)) for field in fields(self)}


LABEL = tuple(field.name for field in fields(Label))


@dataclass(frozen=True)
class Aim:
    """It is measured so: the kind, and from where to where."""

    kind: str
    baseline: Decimal | None
    target: Decimal | None

    @classmethod
    def checked(cls, kind: str, baseline: Decimal | None, target: Decimal | None) -> Aim:
        """An aim that can be measured: beside `observe` with a target, and for a direction with a baseline
        that differs from it. Raises InvalidValue otherwise.
        """
        one_of(kind, KINDS, "/kind")
        start = None if baseline is None else number(baseline, "/baseline")
        goal = None if target is None else number(target, "/target")
        if kind == OBSERVED and goal is not None:
            raise InvalidValue.at("/target", f"{OBSERVED} has no target")
        if kind != OBSERVED and goal is None:
            raise InvalidValue.at("/target", f"{kind} needs a target")
        if kind in DIRECTED and start is None:
            raise InvalidValue.at("/baseline", f"{kind} needs a baseline")
        if kind in DIRECTED and start == goal:
            raise InvalidValue.at("/target", "must differ from the baseline")
        return cls(kind, start, goal)

    def payload(self) -> dict[str, str | None]:
        """The fields as events hold them."""
        return {"kind": self.kind, "baseline": written(self.baseline), "target": written(self.target)}


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
        """The key result with this reading, or none, and what it amounts to."""
        aim = key_result.aim
        attained = progress.attainment(aim.kind, aim.baseline, aim.target, value)
        return cls(key_result, value, attained, progress.progress(aim.kind, attained))

    def aim_from_here(self) -> Aim:
        """The aim of whoever goes on from the last value to the same target; where that is reached, to be
        observed until there is a new target.
        """
        aim = self.key_result.aim
        if aim.kind not in DIRECTED or self.value is None or self.attainment is None:
            return aim
        return (
            Aim(OBSERVED, self.value, None) if self.attainment >= 1 else Aim(aim.kind, self.value, aim.target)
        )


@dataclass
class Slot:
    """One key result through time. Each field of its label is a fact of its own."""

    present: Timeline[bool] = field(default_factory=Timeline)
    title: Timeline[str] = field(default_factory=Timeline)
    unit_of_measure: Timeline[str | None] = field(default_factory=Timeline)
    weight: Timeline[Decimal] = field(default_factory=Timeline)
    external_id: Timeline[str | None] = field(default_factory=Timeline)
    aim: Timeline[Aim] = field(default_factory=Timeline)

    def relabel(self, day: date, said: Mapping[str, str | None]) -> None:
        """Takes in the fields of the label that an event says; what it does not say stays."""
        for name, value in said.items():
            getattr(self, name).set(day, number_of(value) if name == "weight" else value)

    def on(self, id: UUID, day: date) -> KeyResult | None:
        """The key result as it is on `day`; None if it is not there."""
        title, weight, aim = self.title.at(day), self.weight.at(day), self.aim.at(day)
        if not self.present.at(day) or title is None or weight is None or aim is None:
            return None
        label = Label(title, self.unit_of_measure.at(day), weight, self.external_id.at(day))
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

    def since(self, id: UUID, day: date, *, present: bool) -> date | None:
        """The day since which it is there on `day`, or gone; None if it is not, or never was."""
        slot = self.slots.get(id)
        return slot.present.since(day) if slot and slot.present.at(day) is present else None


Readings = Mapping[UUID, Decimal | None]


@dataclass
class CheckIn:
    """With its latest correction; a reading of None was withdrawn, and so may be all of it."""

    on: date
    readings: dict[UUID, Decimal | None]
    confidence: int | None
    note: str | None
    withdrawn: bool = False

    def says(self, readings: Readings, confidence: int | None, note: str | None) -> bool:
        """Returns whether a correction to this, which leaves out what stays, would change nothing."""
        same_readings = all(self.readings[id] == value for id, value in readings.items())
        return same_readings and confidence in (None, self.confidence) and note in (None, self.note)


@dataclass
class CheckIns:
    """All check-ins, in the order of recording."""

    all: dict[UUID, CheckIn] = field(default_factory=dict)

    def correct(self, id: UUID, readings: Readings, confidence: int | None, note: str | None) -> None:
        """Takes in a correction; what it does not give stays."""
        check_in = self.all[id]
        check_in.readings.update(readings)
        check_in.confidence = check_in.confidence if confidence is None else confidence
        check_in.note = check_in.note if note is None else note

    def withdraw(self, id: UUID) -> None:
        """It says nothing any more."""
        there = self.all[id]
        self.all[id] = CheckIn(there.on, dict.fromkeys(there.readings), None, None, withdrawn=True)

    def readings_on(self, day: date) -> dict[UUID, Decimal]:
        """Key result -> its latest reading that was not withdrawn, by (day, order of recording)."""
        latest: dict[UUID, Decimal] = {}
        for check_in in sorted(self.all.values(), key=lambda c: c.on):
            if check_in.on <= day:
                latest.update({id: value for id, value in check_in.readings.items() if value is not None})
        return latest


def checked_readings(given: Readings, known: Iterable[UUID]) -> dict[UUID, Decimal | None]:
    """The readings with exact values. Raises UnknownReference unless each is of a known key result."""
    values: dict[UUID, Decimal | None] = {}
    for place, (id, value) in enumerate(given.items()):
        if id not in known:
            raise UnknownReference.at(f"/readings/{place}/key_result_id", "is no key result to read here")
        values[id] = None if value is None else number(value, f"/readings/{place}/value")
    return values


def readings_payload(readings: Readings) -> list[dict[str, str | None]]:
    """[{key_result_id, value}], as events hold readings."""
    return [{"key_result_id": str(id), "value": written(value)} for id, value in readings.items()]


def readings_of(payload: list[dict[str, str | None]]) -> dict[UUID, Decimal | None]:
    """[{key_result_id, value}] as key result -> value; None is a reading that was withdrawn."""
    return {UUID(str(reading["key_result_id"])): number_of(reading["value"]) for reading in payload}
