"""A cycle with people, objectives and reviews in it, through the use cases."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from application.act import Act
from application.reviews import Reviews
from application.store import Command, Store
from domain.cycle import Cycle
from domain.objective import Owner
from domain.review import Review, Share
from tests.application.organisation import TODAY, Organisation, act, key_result

JUNE = date(2026, 6, 1)
NEXT = (date(2027, 1, 1), date(2027, 12, 31))
WHOLE = Decimal(100)


def act_as(person: UUID | str, on: date = JUNE, reason: str | None = "a test") -> Act:
    """An act of a person, or of a token by its name."""
    actor = f"person:{person}" if isinstance(person, UUID) else f"token:{person}"
    return Act(actor, Command(uuid4(), b"", remember=False), None, on, reason, today=TODAY)


class Season(Organisation):
    """The organisation with an active cycle, in which Ben reviews Ana, who owns one objective."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.reviews = Reviews(store)
        self.ana, self.ben, self.cem, self.dora = (self.new_person() for _ in range(4))
        self.cycles.activate(act(), self.cycle)
        self.objective = self.new_objective(
            owner=Owner(person_id=self.ana), live=True, key_results=[key_result()]
        )

    def open_review(self, *objectives: UUID, **fields: Any) -> UUID:
        """Opens a review of Ana by Ben, of her one objective unless others are named."""
        named = objectives or (self.objective,)
        shares = [Share(id, WHOLE / len(named)) for id in named]
        known: dict[str, Any] = {"person_id": self.ana, "reviewer_id": self.ben, "cycle_id": self.cycle}
        known["objectives"] = shares
        return self.reviews.open(act_as("hr"), **known | fields).id

    def assess(self, id: UUID, on: date = JUNE) -> None:
        """The self-assessment and the assessment, with a rating of 3."""
        self.reviews.self_assess(act_as(self.ana, on), id, text="I did well")
        self.reviews.assess(act_as(self.ben, on), id, rating=3, text="So she did")

    def finalise(self, id: UUID) -> None:
        """All that is left after the assessment, without a calibration."""
        self.reviews.share(act_as(self.ben), id)
        self.reviews.acknowledge(act_as(self.ana), id, agrees=True)
        self.reviews.finalise(act_as("hr"), id)

    def read(self, value: int, on: date, objective: UUID | None = None) -> UUID:
        """A check-in of the first key result; its id."""
        id, check_in = objective or self.objective, uuid4()
        readings = {self.load(id).key_results_on(TODAY)[0].id: Decimal(value)}
        self.objectives.check_in(act(None), id, on=on, readings=readings, check_in_id=check_in)
        return check_in

    def end_all(self) -> None:
        """Closes the objective, so that the cycle may close."""
        self.objectives.close(act(JUNE), self.objective, outcome="achieved", score=Decimal(1), note="done")

    def close_cycle(self) -> None:
        self.cycles.close(act(JUNE), self.cycle)

    def next_cycle(self) -> UUID:
        return self.cycles.define(act(), name="2027", starts_on=NEXT[0], ends_on=NEXT[1]).id

    def review(self, id: UUID) -> Review:
        return self.store.load(Review, id)

    @property
    def seal(self) -> Any:
        """What the last closing recorded."""
        return self.store.load(Cycle, self.cycle).seal
