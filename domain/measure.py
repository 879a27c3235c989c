"""Alignment is meant to move a measure, such as engagement or revenue: baseline and target are set before the
first reading, and readings follow over time. What it says of itself may be revised, as dated facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar, Self
from uuid import UUID

from domain import aggregate, external_id, progress
from domain.aggregate import Creation
from domain.checks import EARLIEST, NAME_LENGTH, number, one_of, optional_text, text
from domain.decimals import canonical
from domain.external_id import Named
from domain.keep import KEEP, Keep
from domain.payload import written
from domain.provenance import Provenance
from domain.refusals import AlreadyExists, InvalidValue, NotFound, ReasonRequired
from domain.timeline import Timeline

DIRECTIONS = ("increase", "decrease", "maintain")
MOST_OBJECTIVES = 200
AIM = ("direction", "baseline", "target")


@dataclass(frozen=True)
class Aim:
    """It is meant to move so: in which direction, and from where to where."""

    direction: str
    baseline: Decimal
    target: Decimal

    @classmethod
    def checked(cls, direction: str, baseline: Decimal, target: Decimal) -> Aim:
        """An aim that can be reached. Raises InvalidValue."""
        start, goal = number(baseline, "/baseline"), number(target, "/target")
        if one_of(direction, DIRECTIONS, "/direction") == "increase" and goal <= start:
            raise InvalidValue.at("/target", "must be above the baseline to increase")
        if direction == "decrease" and goal >= start:
            raise InvalidValue.at("/target", "must be below the baseline to decrease")
        return cls(direction, start, goal)

    def payload(self) -> dict[str, str | None]:
        """The fields as events hold them."""
        return {name: written(getattr(self, name)) for name in AIM}


@dataclass(frozen=True)
class Reading:
    """A value on a day, with its latest correction, and where it was read; withdrawn, it has none."""

    on: date
    value: Decimal | None
    source: str | None


class Measure(Named):
    TOPIC = "measure"

    class Event(aggregate.Event):
        pass

    class Defined(Event, Creation):
        """`objective_ids`: the strategic objectives that are meant to move it."""

        TOPIC = "measure.defined"
        MENTIONS: ClassVar[dict[str, str]] = {"objective_ids": "measures"}
        CLAIMS: ClassVar[dict[str, str]] = {"external_id": "measure_external_id"}
        name: str
        unit_of_measure: str | None
        direction: str
        baseline: str
        target: str
        objective_ids: list[str]
        external_id: str | None

        def apply(self, aggregate: Measure) -> None:
            super().apply(aggregate)
            aggregate.name.set(self.day, self.name)
            aggregate.unit_of_measure.set(self.day, self.unit_of_measure)
            aggregate.aim.set(self.day, Aim(self.direction, Decimal(self.baseline), Decimal(self.target)))
            aggregate.objective_ids.set(self.day, [UUID(id) for id in self.objective_ids])
            aggregate.external_id = self.external_id

    class Revised(Event):
        """`after` and `before`: those of name, unit_of_measure, objective_ids, and direction, baseline and
        target (together) that changed.
        """

        TOPIC = "measure.revised"
        MENTIONS: ClassVar[dict[str, str]] = {"after.objective_ids": "measures"}
        after: dict[str, Any]
        before: dict[str, Any]

        def apply(self, aggregate: Measure) -> None:
            said = self.after
            if "name" in said:
                aggregate.name.set(self.day, said["name"])
            if "unit_of_measure" in said:
                aggregate.unit_of_measure.set(self.day, said["unit_of_measure"])
            if "objective_ids" in said:
                aggregate.objective_ids.set(self.day, [UUID(id) for id in said["objective_ids"]])
            if "target" in said:
                aim = Aim(said["direction"], Decimal(said["baseline"]), Decimal(said["target"]))
                aggregate.aim.set(self.day, aim)

    class ExternalIdCorrected(external_id.Corrected, Event):
        TOPIC = "measure.external_id_corrected"
        CLAIMS: ClassVar[dict[str, str]] = {"external_id": "measure_external_id"}

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

    class ReadingWithdrawn(Event):
        """Effective on the day of the reading, which was recorded by mistake."""

        TOPIC = "measure.reading_withdrawn"
        reading_id: str
        value_before: str
        source_before: str | None

        def apply(self, aggregate: Measure) -> None:
            aggregate.readings[UUID(self.reading_id)] = Reading(self.day, None, None)

    def __init__(self) -> None:
        super().__init__()
        self.name: Timeline[str] = Timeline()
        self.unit_of_measure: Timeline[str | None] = Timeline()
        self.aim: Timeline[Aim] = Timeline()
        self.objective_ids: Timeline[list[UUID]] = Timeline()
        self.readings: dict[UUID, Reading] = {}  # in the order of recording

    def value_on(self, day: date) -> Decimal | None:
        """The latest reading at or before `day`, by (day, order of recording); None if there is none."""
        known = [each for each in self.readings.values() if each.on <= day and each.value is not None]
        return max(reversed(known), key=lambda reading: reading.on).value if known else None

    def attainment_on(self, day: date) -> Fraction | None:
        """As `attainment`, by the aim of `day` and the latest reading at or before it."""
        aim = self.aim.at(day)
        if aim is None:
            return None
        return attainment(aim.direction, aim.baseline, aim.target, self.value_on(day))

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
        return cls.begin(
            cls.Defined,
            by,
            id,
            name=text(name, "/name", NAME_LENGTH),
            unit_of_measure=optional_text(unit_of_measure, "/unit_of_measure", NAME_LENGTH),
            **Aim.checked(direction, baseline, target).payload(),
            objective_ids=_ids(objective_ids),
            external_id=optional_text(external_id, "/external_id", NAME_LENGTH),
        )

    def revise(
        self,
        by: Provenance,
        *,
        name: str | Keep = KEEP,
        unit_of_measure: str | Keep | None = KEEP,
        direction: str | Keep = KEEP,
        baseline: Decimal | Keep = KEEP,
        target: Decimal | Keep = KEEP,
        objective_ids: Sequence[UUID] | Keep = KEEP,
    ) -> None:
        """Says otherwise what it is; what is left out stays, and so do its readings. Needs a reason. That the
        objectives exist and are strategic, the caller checks.
        """
        self.check_fact_date(by)
        day = by.effective_on
        now = {
            "name": self.name.at(day),
            "unit_of_measure": self.unit_of_measure.at(day),
            "objective_ids": [str(id) for id in self.objective_ids.at(day) or ()],
        }
        wanted = dict(now)
        if not isinstance(name, Keep):
            wanted["name"] = text(name, "/name", NAME_LENGTH)
        if not isinstance(unit_of_measure, Keep):
            wanted["unit_of_measure"] = optional_text(unit_of_measure, "/unit_of_measure", NAME_LENGTH)
        if not isinstance(objective_ids, Keep):
            wanted["objective_ids"] = _ids(objective_ids)
        changed = [name for name, value in wanted.items() if value != now[name]]
        aim = self.aim.at(day)
        if aim is not None:
            other = Aim.checked(
                aim.direction if isinstance(direction, Keep) else direction,
                aim.baseline if isinstance(baseline, Keep) else baseline,
                aim.target if isinstance(target, Keep) else target,
            )
            if other != aim:
                changed += AIM
                now |= aim.payload()
                wanted |= other.payload()
        if not changed:
            return
        if by.reason is None:
            raise ReasonRequired.at("/reason", "to revise a measure needs a reason")
        after, before = ({name: said[name] for name in changed} for said in (wanted, now))
        self.record(self.Revised, by, after=after, before=before)

    def record_reading(
        self, by: Provenance, *, reading_id: UUID, on: date, value: Decimal, source: str | None = None
    ) -> None:
        """Effective on its day: not before the measure's first day, never ahead."""
        self.check_room()
        aggregate.check_day(on, self.first_day, by.today, "/on")
        aggregate.check_own_day(by, on)
        read = number(value, "/value")
        given = Reading(on, read, _source(source))
        there = self.readings.get(reading_id)
        if there is not None:
            if there.value is None:
                detail = f"reading {reading_id} was recorded before, and withdrawn: give it another id"
                raise AlreadyExists(detail)
            if there != given:
                raise AlreadyExists(f"there is a reading {reading_id} already, and it is another one")
            return
        self.record(
            self.ReadingRecorded,
            by,
            on,
            reading_id=str(reading_id),
            value=canonical(read),
            source=given.source,
        )

    def correct_reading(
        self, by: Provenance, reading_id: UUID, *, value: Decimal, source: str | None = None
    ) -> None:
        """Puts right what was read, on its own day; a source left out stays. Needs a reason."""
        self.check_room()
        there = self._reading(reading_id)
        if there.value is None:
            raise NotFound(f"there is no reading {reading_id} any more: it was withdrawn")
        aggregate.check_own_day(by, there.on)
        read = number(value, "/value")
        wanted = Reading(there.on, read, _source(source) or there.source)
        if wanted == there:
            return
        if by.reason is None:
            raise ReasonRequired.at("/reason", "a correction needs a reason")
        self.record(
            self.ReadingCorrected,
            by,
            there.on,
            reading_id=str(reading_id),
            value=canonical(read),
            source=wanted.source,
            value_before=canonical(there.value),
            source_before=there.source,
        )

    def withdraw_reading(self, by: Provenance, reading_id: UUID) -> None:
        """It was recorded by mistake: nothing was read then, from its own day on. Needs a reason."""
        self.check_room()
        there = self._reading(reading_id)
        aggregate.check_own_day(by, there.on)
        if there.value is None:
            return
        if by.reason is None:
            raise ReasonRequired.at("/reason", "to withdraw a reading needs a reason")
        self.record(
            self.ReadingWithdrawn,
            by,
            there.on,
            reading_id=str(reading_id),
            value_before=canonical(there.value),
            source_before=there.source,
        )

    def _reading(self, reading_id: UUID) -> Reading:
        there = self.readings.get(reading_id)
        if there is None:
            raise NotFound(f"there is no reading {reading_id}")
        return there


def kind_of(direction: str, baseline: Decimal, target: Decimal) -> str:
    """The kind of a key result (`domain/progress.py`) that is measured in the same way."""
    if direction != "maintain":
        return direction
    return "maintain_at_least" if baseline >= target else "maintain_at_most"


def attainment(direction: str, baseline: Decimal, target: Decimal, value: Decimal | None) -> Fraction | None:
    """Tells how far the value is from baseline to target, not clamped; None without a reading.

    `maintain` is 1 while the value is not beyond the target, seen from the baseline, and else 0: at least the
    target where the baseline is at or above it, at most the target where the baseline is below.
    """
    kind = kind_of(direction, baseline, target)
    return progress.attainment(kind, baseline, target, value)


def _ids(objective_ids: Sequence[UUID]) -> list[str]:
    if not 1 <= len(objective_ids) <= MOST_OBJECTIVES:
        raise InvalidValue.at("/objective_ids", f"must hold 1 to {MOST_OBJECTIVES} objectives")
    for place, id in enumerate(objective_ids):
        if id in objective_ids[:place]:
            raise InvalidValue.at(f"/objective_ids/{place}", "is there twice")
    return [str(id) for id in objective_ids]


def _source(source: str | None) -> str | None:
    return optional_text(source, "/source", NAME_LENGTH)
