"""Commands on reviews."""

from collections.abc import Sequence
from uuid import UUID

from application.act import Act
from application.evidence import evidence_of
from application.external_ids import NamedUseCases
from application.policies import rules_on
from application.session import Session
from application.store import Answer, Store
from application.use_cases import InCycle, open_cycle, passed_on
from domain.objective import Objective, Owner
from domain.person import Person
from domain.provenance import Provenance
from domain.refusals import AlreadyExists, InvalidValue
from domain.review import Review, Share
from domain.review.lifecycle import Status


class Reviews(InCycle[Review], NamedUseCases[Review]):
    """`on_behalf` says that the caller may act for the person reviewed, or for the reviewer; who may, and who
    may share, finalise and withdraw, is for the caller to know.
    """

    self_assess = passed_on(Review.self_assess)
    calibrate = passed_on(Review.calibrate)
    share = passed_on(Review.share)
    acknowledge = passed_on(Review.acknowledge)
    appeal = passed_on(Review.appeal)
    decide_appeal = passed_on(Review.decide_appeal)
    finalise = passed_on(Review.finalise)
    withdraw = passed_on(Review.withdraw)

    def __init__(self, store: Store) -> None:
        super().__init__(store, Review)

    def open(
        self,
        act: Act,
        *,
        person_id: UUID,
        reviewer_id: UUID,
        cycle_id: UUID,
        objectives: Sequence[Share],
        external_id: str | None = None,
        id: UUID | None = None,
    ) -> Answer:
        """`AlreadyExists` if there is one of the person in the cycle that was not withdrawn."""

        def make(session: Session, new: UUID) -> Review:
            review = opened(
                session,
                act.by,
                new,
                person_id=person_id,
                reviewer_id=reviewer_id,
                cycle_id=cycle_id,
                shares=objectives,
                external_id=external_id,
            )
            session.existing(Person, person_id, act.by.effective_on, "/person_id")
            session.existing(Person, reviewer_id, act.by.effective_on, "/reviewer_id")
            for place, share in enumerate(review.shares):
                check_share(session, review, share.objective_id, f"/objectives/{place}/objective_id")
            if (other := other_review(session, review)) is not None:
                detail = f"there is already a review of this person in this cycle: {other.id}"
                raise AlreadyExists(detail, id=str(other.id))
            return review

        return self._create(act, id, make)

    def reassign(self, act: Act, id: UUID, *, reviewer_id: UUID) -> Answer:
        """To another reviewer, who is there on that day."""

        def change(session: Session, review: Review) -> None:
            review.reassign(by=act.by, reviewer_id=reviewer_id)
            if review.pending_events:
                session.existing(Person, reviewer_id, act.by.effective_on, "/reviewer_id")

        return self._change(act, id, change)

    def assess(self, act: Act, id: UUID, *, rating: int, text: str, on_behalf: bool = False) -> Answer:
        """Fixes the evidence of the effective date."""

        def change(session: Session, review: Review) -> None:
            day = act.by.effective_on
            rules = rules_on(session, day)
            review.assess(
                by=act.by,
                rating=rating,
                text=text,
                evidence=evidence_of(session, review, day, rules),
                rules=rules,
                on_behalf=on_behalf,
            )

        return self._change(act, id, change)


def opened(
    session: Session,
    by: Provenance,
    id: UUID,
    *,
    person_id: UUID,
    reviewer_id: UUID,
    cycle_id: UUID,
    shares: Sequence[Share],
    external_id: str | None,
) -> Review:
    """A review by the rules of its cycle, which must not be sealed. That the people are there, that the
    shares are the person's, and that there is no other review is for the caller to check.
    """
    cycle = open_cycle(session, cycle_id, "/cycle_id")
    return Review.open(
        by=by,
        id=id,
        person_id=person_id,
        reviewer_id=reviewer_id,
        cycle_id=cycle_id,
        shares=shares,
        scale=cycle.rating_scale,
        appeal_days=cycle.appeal_days,
        external_id=external_id,
    )


def check_share(session: Session, review: Review, objective_id: UUID, pointer: str) -> None:
    """`InvalidValue` unless the objective is in the review's cycle, and was the person's on some day."""
    objective = session.referred(Objective, objective_id, pointer)
    if objective.cycle_id != review.cycle_id:
        raise InvalidValue.at(pointer, "is in another cycle than the review")
    if not objective.owned_ever_by(Owner(person_id=review.person_id)):
        raise InvalidValue.at(pointer, "was never the person's")


def other_review(session: Session, review: Review) -> Review | None:
    """Another one of the person in the cycle, of which there may be only one that was not withdrawn."""
    for other in session.mentioning(Review, review.person_id, "review_of"):
        if other is not review and other.cycle_id == review.cycle_id and other.status != Status.WITHDRAWN:
            return other
    return None
