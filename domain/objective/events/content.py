"""Storage: what an objective says and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from domain.aggregate import Creation
from domain.ids import read
from domain.objective.events.base import OWNERS, Amending, ObjectiveEvent, day_of, owner_of
from domain.objective.values import Commitment

if TYPE_CHECKING:
    from domain.objective.objective import Objective


class Defined(ObjectiveEvent, Creation):
    """`origin_id`: the objective that was carried over into this one; new with version 2."""

    TOPIC = "objective.defined"
    MENTIONS: ClassVar[dict[str, str]] = {"cycle_id": "in_cycle", "origin_id": "carried_from", **OWNERS}
    class_version = 2
    title: str
    description: str | None
    level: str
    cycle_id: str
    owner_unit_id: str | None
    owner_person_id: str | None
    starts_on: str | None
    ends_on: str | None
    visibility: str
    external_id: str | None
    origin_id: str | None

    def apply(self, aggregate: Objective) -> None:
        super().apply(aggregate)
        aggregate.level = self.level
        aggregate.cycle_id = UUID(self.cycle_id)
        aggregate.external_id = self.external_id
        aggregate.origin_id = read(self.origin_id)
        aggregate.title.set(self.day, self.title)
        aggregate.description.set(self.day, self.description)
        aggregate.owner.set(self.day, owner_of(self.owner_unit_id, self.owner_person_id))
        aggregate.starts_on.set(self.day, day_of(self.starts_on))
        aggregate.ends_on.set(self.day, day_of(self.ends_on))
        aggregate.visibility.set(self.day, self.visibility)
        aggregate.lifecycle.add("defined", self.day)

    @staticmethod
    def upcast_v1_v2(payload: dict[str, Any]) -> None:
        payload["origin_id"] = None


class Revised(Amending):
    """`after` and `before`: field -> value, of title, description, starts_on, ends_on and visibility."""

    TOPIC = "objective.revised"
    after: dict[str, str | None]
    before: dict[str, str | None]

    def apply(self, aggregate: Objective) -> None:
        super().apply(aggregate)
        for field, value in self.after.items():
            kept = day_of(value) if field in ("starts_on", "ends_on") else value
            getattr(aggregate, field).set(self.day, kept)


class Transferred(Amending):
    TOPIC = "objective.transferred"
    MENTIONS: ClassVar[dict[str, str]] = OWNERS
    owner_unit_id: str | None
    owner_person_id: str | None
    owner_unit_id_before: str | None
    owner_person_id_before: str | None

    def apply(self, aggregate: Objective) -> None:
        super().apply(aggregate)
        aggregate.owner.set(self.day, owner_of(self.owner_unit_id, self.owner_person_id))


class Committed(ObjectiveEvent):
    TOPIC = "objective.committed"
    confidence: int
    owner_unit_id: str | None
    owner_person_id: str | None

    def apply(self, aggregate: Objective) -> None:
        owner = owner_of(self.owner_unit_id, self.owner_person_id)
        aggregate.commitment.set(self.day, Commitment(owner, self.confidence))
