"""Alignment is meant to move a measure, such as engagement or revenue: baseline and target are set before the
first reading, and readings follow over time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Self
from uuid import UUID

from domain import aggregate, progress
from domain.aggregate import Aggregate, Creation
from domain.checks import EARLIEST, NAME_LENGTH, number, one_of, optional_text, text
from domain.decimals import canonical
from domain.provenance import Provenance
from domain.refusals import AlreadyExists, InvalidValue, NotFound, ReasonRequired

DIRECTIONS = ("increase", "decrease", "maintain")
MOST_OBJECTIVES = 200


@dataclass(frozen=True)
class Reading:
    """A value on a day, with its latest correction, and where it was read."""

    on: date
    value: Decimal
    source: str | None


class Measure(Aggregate):
    TOPIC = "measure"

    class Event(aggregate.Event):
        pass

    class Defined(Event, Creation):
        """`objective_ids`: the strategic objectives that are meant to move it."""

        TOPIC = "measure.defined"
        MENTIONS: ClassVar[dict[str, str]] = {"objective_ids": "measures"}
        name: str
        unit_of_measure: str | None
        direction: str
        baseline: str
        target: str
        objective_ids: list[str]
        external_id: str | None

        def apply(self, aggregate: Measure) -> None:
            super().apply(aggregate)
            aggregate.name = self.name
            aggregate.unit_of_measure = self.unit_of_measure
            aggregate.direction = self.direction
            aggregate.baseline = Decimal(self.baseline)
            aggregate.target = Decimal(self.target)
            aggregate.objective_ids = [UUID(id) for id in self.objective_ids]
            aggregate.external_id = self.external_id

    class ReadingRecorded(Event):
        """Effective on the day of the reading."""

        TOPIC = "measure.reading_recorded"
        reading_id: str
        value: str
        source: str | None

        def apply(self, aggregate: Measure) -> None:
            aggregate.readings[UUID(self.reading_id)] = Reading(self.day, Decimal(self.value), self.source)

    class ReadingCorrected(Event):
        """Effective on the day of the reading; value and source as they are from now on, and as they were."""

        TOPIC = "measure.reading_corrected"
        reading_id: str
        value: str
        source: str | None
        value_before: str
        source_before: str | None

        def apply(self, aggregate: Measure) -> None:
            aggregate.readings[UUID(self.reading_id)] = Reading(self.day, Decimal(self.value), self.source)

    def __init__(self) -> None:
        super().__init__()
        self.name = ""
        self.unit_of_measure: str | None = None
        self.direction = ""
        self.baseline = Decimal(0)
        self.target = Decimal(0)
        self.objective_ids: list[UUID] = []
        self.external_id: str | None = None
        self.readings: dict[UUID, Reading] = {}  # in the order of recording

    def value_on(self, day: date) -> Decimal | None:
        """The latest reading at or before `day`, by (day, order of recording); None if there is none."""
        known = [reading for reading in self.readings.values() if reading.on <= day]
        return max(reversed(known), key=lambda reading: reading.on).value if known else None

    def attainment_on(self, day: date) -> Fraction | None:
        """As `attainment`, by the latest reading at or before `day`."""
        return attainment(self.direction, self.baseline, self.target, self.value_on(day))

    @classmethod
    def define(
        cls,
        *,
        by: Provenance,
        id: UUID,
        name: str,
        unit_of_measure: str | None,
        direction: str,
        baseline: Decimal,
        target: Decimal,
        objective_ids: Sequence[UUID],
        external_id: str | None = None,
    ) -> Self:
        """Today or late, never ahead. That the objectives exist and are strategic, the caller checks."""
        aggregate.check_day(by.effective_on, EARLIEST, by.today)
        start, goal = number(baseline, "/baseline"), number(target, "/target")
        _check_aim(one_of(direction, DIRECTIONS, "/direction"), start, goal)
        return cls.begin(
            cls.Defined,
            by,
            id,
            name=text(name, "/name", NAME_LENGTH),
            unit_of_measure=optional_text(unit_of_measure, "/unit_of_measure", NAME_LENGTH),
            direction=direction,
            baseline=canonical(start),
            target=canonical(goal),
            objective_ids=_ids(objective_ids),
            external_id=optional_text(external_id, "/external_id", NAME_LENGTH),
        )

    def record_reading(
        self, by: Provenance, *, reading_id: UUID, on: date, value: Decimal, source: str | None = None
    ) -> None:
        """Effective on its day: not before the measure's first day, never ahead."""
        self.check_room()
        aggregate.check_day(on, self.first_day, by.today, "/on")
        aggregate.check_own_day(by, on)
        given = Reading(on, number(value, "/value"), _source(source))
        there = self.readings.get(reading_id)
        if there is not None:
            if there != given:
                raise AlreadyExists(f"there is a reading {reading_id} already, and it is another one")
            return
        self.record(
            self.ReadingRecorded,
            by,
            on,
            reading_id=str(reading_id),
            value=canonical(given.value),
            source=given.source,
        )

    def correct_reading(
        self, by: Provenance, reading_id: UUID, *, value: Decimal, source: str | None = None
    ) -> None:
        """Puts right what was read, on its own day; a source left out stays. Needs a reason."""
        self.check_room()
        there = self.readings.get(reading_id)
        if there is None:
            raise NotFound(f"there is no reading {reading_id}")
        aggregate.check_own_day(by, there.on)
        wanted = Reading(there.on, number(value, "/value"), _source(source) or there.source)
        if wanted == there:
            return
        if by.reason is None:
            raise ReasonRequired.at("/reason", "a correction needs a reason")
        self.record(
            self.ReadingCorrected,
            by,
            there.on,
            reading_id=str(reading_id),
            value=canonical(wanted.value),
            source=wanted.source,
            value_before=canonical(there.value),
            source_before=there.source,
        )


def attainment(direction: str, baseline: Decimal, target: Decimal, value: Decimal | None) -> Fraction | None:
    """Tells how far the value is from baseline to target, not clamped; None without a reading.

    `maintain` is 1 while the value is not beyond the target, seen from the baseline, and else 0: at least the
    target where the baseline is at or above it, at most the target where the baseline is below.
    """
    kind = direction
    if direction == "maintain":
        kind = "maintain_at_least" if baseline >= target else "maintain_at_most"
    return progress.attainment(kind, baseline, target, value)


def _check_aim(direction: str, baseline: Decimal, target: Decimal) -> None:
    if direction == "increase" and target <= baseline:
        raise InvalidValue.at("/target", "must be above the baseline to increase")
    if direction == "decrease" and target >= baseline:
        raise InvalidValue.at("/target", "must be below the baseline to decrease")


def _ids(objective_ids: Sequence[UUID]) -> list[str]:
    if not 1 <= len(objective_ids) <= MOST_OBJECTIVES:
        raise InvalidValue.at("/objective_ids", f"must hold 1 to {MOST_OBJECTIVES} objectives")
    for place, id in enumerate(objective_ids):
        if id in objective_ids[:place]:
            raise InvalidValue.at(f"/objective_ids/{place}", "is there twice")
    return [str(id) for id in objective_ids]


def _source(source: str | None) -> str | None:
    return optional_text(source, "/source", NAME_LENGTH)
