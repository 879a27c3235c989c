"""The state of a review and what can be asked of it. Events change it; commands decide on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.aggregate import Aggregate
from domain.checks import whole
from domain.review.lifecycle import ENDED, Lifecycle, Status
from domain.review.values import Acknowledgement, Assessment, Calibration, Decision, Share


class ReviewState(Aggregate):
    """`rating` is the last one given."""

    def __init__(self) -> None:
        super().__init__()
        self.person_id = UUID(int=0)
        self.reviewer_id = UUID(int=0)
        self.cycle_id = UUID(int=0)
        self.shares: list[Share] = []
        self.scale: dict[str, Any] = {}
        self.appeal_days = 0
        self.external_id: str | None = None
        self.lifecycle = Lifecycle()
        self.self_assessment: str | None = None
        self.assessment: Assessment | None = None
        self.calibrations: list[Calibration] = []
        self.acknowledgement: Acknowledgement | None = None
        self.grounds: str | None = None
        self.decision: Decision | None = None
        self.rating: int | None = None

    @property
    def status(self) -> Status:
        """The status today."""
        return self.lifecycle.status

    @property
    def at_rest(self) -> bool:
        """Whether its cycle may close with it as it is."""
        return self.status in ENDED

    @property
    def last_day_of_appeal(self) -> date | None:
        """None until it is shared."""
        shared = self.lifecycle.last_day_of("shared")
        return None if shared is None else shared + timedelta(days=self.appeal_days)

    def check_rating(self, rating: int) -> int:
        """`rating` if it is a grade of the scale; InvalidValue if not."""
        return whole(rating, "/rating", self.scale["lowest"], self.scale["highest"])
