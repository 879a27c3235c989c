"""Storage: the steps of a review. `apply` only assigns, so that old events always load."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from domain import aggregate
from domain.aggregate import Creation
from domain.review.lifecycle import Status
from domain.review.state import ReviewState
from domain.review.values import Acknowledgement, Assessment, Calibration, Decision, Share


class ReviewEvent(aggregate.Event):
    pass


class Opened(ReviewEvent, Creation):
    """`objectives`: [{objective_id, weight}]; `objective_ids`: the same ids, as mentions. `scale` ({lowest,
    highest, labels}) and `appeal_days` are the cycle's on that day.
    """

    TOPIC = "review.opened"
    MENTIONS: ClassVar[dict[str, str]] = {
        "person_id": "review_of",
        "reviewer_id": "reviewed_by",
        "cycle_id": "review_in",
        "objective_ids": "reviewed",
    }
    person_id: str
    reviewer_id: str
    cycle_id: str
    objectives: list[dict[str, str]]
    objective_ids: list[str]
    scale: dict[str, Any]
    appeal_days: int
    external_id: str | None

    def apply(self, aggregate: ReviewState) -> None:
        super().apply(aggregate)
        aggregate.person_id = UUID(self.person_id)
        aggregate.reviewer_id = UUID(self.reviewer_id)
        aggregate.cycle_id = UUID(self.cycle_id)
        aggregate.shares = [
            Share(UUID(one["objective_id"]), Decimal(one["weight"])) for one in self.objectives
        ]
        aggregate.scale = dict(self.scale)
        aggregate.appeal_days = self.appeal_days
        aggregate.external_id = self.external_id
        aggregate.lifecycle.add("opened", self.day)


class SelfAssessed(ReviewEvent):
    TOPIC = "review.self_assessed"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})
    text: str

    def apply(self, aggregate: ReviewState) -> None:
        aggregate.self_assessment = self.text
        aggregate.lifecycle.add("self_assessed", self.day, Status.SELF_ASSESSED)


class Assessed(ReviewEvent):
    """`evidence`: [{objective_id, title, weight, version, position, status, progress, score, key_results:
    [{key_result_id, value, attainment, progress}]}], figures as decimals in text; fixed by this event.
    """

    TOPIC = "review.assessed"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})
    rating: int
    text: str
    evidence: list[dict[str, Any]]
    policy: str

    def apply(self, aggregate: ReviewState) -> None:
        aggregate.assessment = Assessment(self.actor, self.rating, self.text, self.evidence, self.policy)
        aggregate.rating = self.rating
        aggregate.lifecycle.add("assessed", self.day, Status.ASSESSED)


class Calibrated(ReviewEvent):
    """The actor is who authorised it."""

    TOPIC = "review.calibrated"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"comment"})
    rating_before: int
    rating: int
    reason_code: str
    comment: str

    def apply(self, aggregate: ReviewState) -> None:
        made = Calibration(self.actor, self.rating, self.reason_code, self.comment)
        aggregate.calibrations.append(made)
        aggregate.rating = self.rating
        aggregate.lifecycle.add("calibrated", self.day, Status.CALIBRATED)


class Shared(ReviewEvent):
    TOPIC = "review.shared"

    def apply(self, aggregate: ReviewState) -> None:
        aggregate.lifecycle.add("shared", self.day, Status.SHARED)


class Acknowledged(ReviewEvent):
    TOPIC = "review.acknowledged"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"comment"})
    agrees: bool
    comment: str | None

    def apply(self, aggregate: ReviewState) -> None:
        aggregate.acknowledgement = Acknowledgement(self.agrees, self.comment)
        aggregate.lifecycle.add("acknowledged", self.day, Status.ACKNOWLEDGED)


class Appealed(ReviewEvent):
    TOPIC = "review.appealed"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"grounds"})
    grounds: str

    def apply(self, aggregate: ReviewState) -> None:
        aggregate.grounds = self.grounds
        aggregate.lifecycle.add("appealed", self.day, Status.APPEALED)


class AppealDecided(ReviewEvent):
    """`decision`: upheld (the rating stays) or amended (it does not)."""

    TOPIC = "review.appeal_decided"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"comment"})
    decision: str
    rating_before: int
    rating: int
    comment: str

    def apply(self, aggregate: ReviewState) -> None:
        aggregate.decision = Decision(self.actor, self.decision, self.rating, self.comment)
        aggregate.rating = self.rating
        aggregate.lifecycle.add("appeal_decided", self.day, Status(self.decision))


class Finalised(ReviewEvent):
    TOPIC = "review.finalised"

    def apply(self, aggregate: ReviewState) -> None:
        aggregate.lifecycle.add("finalised", self.day, Status.FINALISED)


class Withdrawn(ReviewEvent):
    TOPIC = "review.withdrawn"

    def apply(self, aggregate: ReviewState) -> None:
        aggregate.lifecycle.add("withdrawn", self.day, Status.WITHDRAWN)
