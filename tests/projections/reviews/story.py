"""A review told by hand: Ana's one objective, half done when Bo assesses her on 25 January."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.objective import Objective, Owner
from domain.provenance import Provenance
from domain.review import Evidence, KeyResultEvidence, Review, Share
from tests.projections.alignment.story import Story

ASSESSED_ON = date(2026, 1, 25)
HALF = Decimal("0.5")


@dataclass
class ReviewStory(Story):
    """The story of the alignment tests, five days on; `visits` of `calls` went from 0 of 10 to 5."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.visit(Decimal(5))
        self.telling.wait(5 * 24)
        self.review = self.assessed(self.ana.id, self.calls)

    def visit(self, value: Decimal, on: date | None = None) -> UUID:
        """A check-in of today or of that day."""
        id = self.telling.new_id()
        self.calls.check_in(
            by=self.telling.by(), check_in_id=id, on=on or self.telling.today, readings={self.visits: value}
        )
        self.record(self.calls)
        return id

    def correct(self, check_in_id: UUID, value: Decimal) -> None:
        """The visits of an earlier check-in."""
        self.calls.correct_check_in(
            by=self.telling.by(), check_in_id=check_in_id, readings={self.visits: value}
        )
        self.record(self.calls)

    def assessed(self, person_id: UUID, objective: Objective) -> Review:
        by = self.telling.by()
        review = Review.open(
            by=by,
            id=self.telling.new_id(),
            person_id=person_id,
            reviewer_id=self.telling.new_id(),
            cycle_id=self.cycle.id,
            shares=[Share(objective.id, Decimal(100))],
            scale=self.cycle.rating_scale,
            appeal_days=10,
        )
        review.self_assess(by=by, text="I did what I could.")
        reading = KeyResultEvidence(self.visits, Decimal(5), HALF, HALF)
        position, version = len(self.telling.log), objective.version
        evidence = Evidence(objective.id, "Calls", version, position, "active", HALF, None, [reading])
        review.assess(by=by, rating=3, text="Half of it.", evidence=[evidence])
        self.telling.record([review])
        return review

    def as_actor(self, actor: str) -> Provenance:
        """Today, by somebody else."""
        return replace(self.telling.by(), actor=actor)

    def child(self, title: str) -> Objective:
        """Another objective that contributes to Ana's, begun but not measured."""
        made = self.objective(title, "individual", Owner(person_id=self.ana.id))
        self.align(made, self.calls, 0)
        return made
