"""Storage: key results and the readings of them. Values are canonical decimals as text."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.objective.events.base import Amending, ObjectiveEvent, number_of, readings_of
from domain.objective.key_results import Aim, Label

if TYPE_CHECKING:
    from domain.objective.objective import Objective


class KeyResultAdded(Amending):
    TOPIC = "objective.key_result_added"
    key_result_id: str
    title: str
    kind: str
    unit_of_measure: str | None
    baseline: str | None
    target: str | None
    weight: str
    external_id: str | None

    def apply(self, aggregate: Objective) -> None:
        super().apply(aggregate)
        slot = aggregate.key_results.slot(UUID(self.key_result_id))
        slot.present.set(self.day, True)
        slot.label.set(
            self.day, Label(self.title, self.unit_of_measure, Decimal(self.weight), self.external_id)
        )
        slot.aim.set(self.day, Aim(self.kind, number_of(self.baseline), number_of(self.target)))


class TargetChanged(Amending):
    """The kind changes only between `observe` and the others, as a target is given or taken away."""

    TOPIC = "objective.target_changed"
    key_result_id: str
    kind: str
    target: str | None
    baseline: str | None
    kind_before: str
    target_before: str | None
    baseline_before: str | None

    def apply(self, aggregate: Objective) -> None:
        super().apply(aggregate)
        slot = aggregate.key_results.slot(UUID(self.key_result_id))
        slot.aim.set(self.day, Aim(self.kind, number_of(self.baseline), number_of(self.target)))


class KeyResultRemoved(Amending):
    TOPIC = "objective.key_result_removed"
    key_result_id: str

    def apply(self, aggregate: Objective) -> None:
        super().apply(aggregate)
        aggregate.key_results.slot(UUID(self.key_result_id)).present.set(self.day, False)


class CheckedIn(ObjectiveEvent):
    """Effective on the day of the reading. `readings`: [{key_result_id, value}]."""

    TOPIC = "objective.checked_in"
    check_in_id: str
    readings: list[dict[str, str | None]]
    confidence: int | None
    note: str | None

    def apply(self, aggregate: Objective) -> None:
        readings = readings_of(self.readings)
        aggregate.check_ins.add(UUID(self.check_in_id), self.day, readings, self.confidence, self.note)


class CheckInCorrected(ObjectiveEvent):
    """Effective on the day of the check-in. A value of None withdraws the reading; a confidence or note of
    None leaves it as it was. `before`: {readings, confidence, note} of what the correction names.
    """

    TOPIC = "objective.check_in_corrected"
    check_in_id: str
    readings: list[dict[str, str | None]]
    confidence: int | None
    note: str | None
    before: dict[str, Any]

    def apply(self, aggregate: Objective) -> None:
        readings = readings_of(self.readings)
        aggregate.check_ins.correct(UUID(self.check_in_id), readings, self.confidence, self.note)
