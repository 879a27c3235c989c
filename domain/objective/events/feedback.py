"""Storage: feedback on an objective."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.objective.events.base import ObjectiveEvent
from domain.objective.values import Feedback

if TYPE_CHECKING:
    from domain.objective.objective import Objective


class FeedbackGiven(ObjectiveEvent):
    """`kind`: praise, concern or suggestion; `visibility`: private or open. The actor is who gave it."""

    TOPIC = "objective.feedback_given"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})
    feedback_id: str
    kind: str
    text: str
    visibility: str

    def apply(self, aggregate: Objective) -> None:
        given = Feedback(self.day, self.actor, self.kind, self.text, self.visibility)
        aggregate.feedback[UUID(self.feedback_id)] = given


class FeedbackWithdrawn(ObjectiveEvent):
    TOPIC = "objective.feedback_withdrawn"
    feedback_id: str

    def apply(self, aggregate: Objective) -> None:
        id = UUID(self.feedback_id)
        aggregate.feedback[id] = replace(aggregate.feedback[id], withdrawn_on=self.day)
