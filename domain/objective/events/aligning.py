"""Storage: the links up to other objectives."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.objective.events.base import Amending

if TYPE_CHECKING:
    from domain.objective.objective import Objective


class Aligned(Amending):
    """Makes the link present, or gives a present one another kind or weight."""

    TOPIC = "objective.aligned"
    MENTIONS: ClassVar[dict[str, str]] = {"parent_id": "aligned_to"}
    parent_id: str
    kind: str
    weight: str
    kind_before: str | None
    weight_before: str | None

    def apply(self, aggregate: Objective) -> None:
        super().apply(aggregate)
        slot = aggregate.links.slot(UUID(self.parent_id))
        slot.present.set(self.day, True)
        slot.kind.set(self.day, self.kind)
        slot.weight.set(self.day, Decimal(self.weight))


class AlignmentWeightChanged(Amending):
    TOPIC = "objective.alignment_weight_changed"
    parent_id: str
    weight: str
    weight_before: str

    def apply(self, aggregate: Objective) -> None:
        super().apply(aggregate)
        aggregate.links.slot(UUID(self.parent_id)).weight.set(self.day, Decimal(self.weight))


class AlignmentRemoved(Amending):
    TOPIC = "objective.alignment_removed"
    parent_id: str
    kind_before: str
    weight_before: str

    def apply(self, aggregate: Objective) -> None:
        super().apply(aggregate)
        aggregate.links.slot(UUID(self.parent_id)).present.set(self.day, False)
