"""The aggregate of a review: its commands, which decide. Each step repeated with the same content records
nothing; with another it is refused. `lifecycle` says which step may follow which, `people` who may take it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Self
from uuid import UUID

from domain.aggregate import check_day
from domain.checks import NAME_LENGTH, one_of, optional_text, text
from domain.policy import POLICY, Policy
from domain.provenance import Provenance
from domain.refusals import InvalidValue, OutOfTime, ReasonRequired, SamePerson
from domain.review import events, final_state, people
from domain.review.lifecycle import DECISIONS, Status, check_allowed
from domain.review.state import ReviewState
from domain.review.values import (
    REASON_CODES,
    TEXT_LENGTH,
    Acknowledgement,
    Calibration,
    Decision,
    Evidence,
    Share,
    evidence_payload,
    shares_of,
)


class Review(ReviewState):
    """The assessment of one person in one cycle. Nothing deletes it."""

    TOPIC = "review"

    Event = events.ReviewEvent
    Opened = events.Opened
    SelfAssessed = events.SelfAssessed
    Assessed = events.Assessed
    Calibrated = events.Calibrated
    Shared = events.Shared
    Acknowledged = events.Acknowledged
    Appealed = events.Appealed
    AppealDecided = events.AppealDecided
    Finalised = events.Finalised
    Withdrawn = events.Withdrawn

    def __init__(self) -> None:
        """The framework calls only an `__init__` that the class itself has."""
        super().__init__()

    @classmethod
    def open(
        cls,
        *,
        by: Provenance,
        id: UUID,
        person_id: UUID,
        reviewer_id: UUID,
        cycle_id: UUID,
        shares: Sequence[Share],
        scale: Mapping[str, Any],
        appeal_days: int,
        external_id: str | None = None,
    ) -> Self:
        """Today or late, never ahead; `scale` and `appeal_days` are the cycle's. That the people, the cycle
        and the objectives exist and belong together, and that there is no other review, is the caller's to
        check.
        """
        check_day(by.effective_on, date.min, by.today)
        if reviewer_id == person_id:
            refusal = SamePerson.as_the("person_reviewed", "review")
            refusal.errors = InvalidValue.at("/reviewer_id", refusal.detail).errors
            raise refusal
        objectives = shares_of(shares)
        return cls.begin(
            events.Opened,
            by,
            id,
            person_id=str(person_id),
            reviewer_id=str(reviewer_id),
            cycle_id=str(cycle_id),
            objectives=objectives,
            objective_ids=[share["objective_id"] for share in objectives],
            scale=dict(scale),
            appeal_days=appeal_days,
            external_id=optional_text(external_id, "/external_id", NAME_LENGTH),
        )

    def self_assess(self, *, by: Provenance, text: str, on_behalf: bool = False) -> None:
        """By the person reviewed, or by somebody who may act on their behalf."""
        people.check_is_reviewed(self, "self-assess", by.actor, on_behalf)
        said = _text(text, "/text")
        if self.lifecycle.ends_with("self_assessed") and self.self_assessment == said:
            return
        self._check_step("self_assess", by)
        self.record(events.SelfAssessed, by, text=said)

    def assess(
        self,
        *,
        by: Provenance,
        rating: int,
        text: str,
        evidence: Sequence[Evidence],
        policy: Policy = POLICY,
        on_behalf: bool = False,
    ) -> None:
        """By the reviewer, or by somebody who may act on their behalf; never by the person reviewed.
        `evidence`, in the order of the shares, is fixed by the first assessment. Raises ValueError if it is
        of others.
        """
        people.check_reviews(self, "assess", by.actor, on_behalf)
        graded, said = self.check_rating(rating), _text(text, "/text")
        there = self.assessment
        if self.lifecycle.ends_with("assessed") and there and (there.rating, there.text) == (graded, said):
            return
        self._check_step("assess", by)
        if [one.objective_id for one in evidence] != [share.objective_id for share in self.shares]:
            raise ValueError("the evidence is not of the objectives under review")
        payload = [
            evidence_payload(one, share.weight) for one, share in zip(evidence, self.shares, strict=True)
        ]
        self.record(events.Assessed, by, rating=graded, text=said, evidence=payload, policy=policy.name)

    def calibrate(self, *, by: Provenance, rating: int, reason_code: str, comment: str) -> None:
        """The actor authorises it, and is neither the reviewer nor the person reviewed."""
        people.check_calibrates(self, by.actor)
        wanted = Calibration(
            by.actor,
            self.check_rating(rating),
            one_of(reason_code, REASON_CODES, "/reason_code"),
            _text(comment, "/comment"),
        )
        if self.lifecycle.ends_with("calibrated") and self.calibrations[-1] == wanted:
            return
        self._check_step("calibrate", by)
        self.record(
            events.Calibrated,
            by,
            rating_before=self.rating,
            rating=wanted.rating,
            reason_code=wanted.reason_code,
            comment=wanted.comment,
        )

    def share(self, *, by: Provenance) -> None:
        """From now on the person reviewed sees it, and the days of appeal run."""
        if not self.lifecycle.ends_with("shared"):
            self._check_step("share", by)
            self.record(events.Shared, by)

    def acknowledge(
        self, *, by: Provenance, agrees: bool, comment: str | None = None, on_behalf: bool = False
    ) -> None:
        """By the person reviewed, or on their behalf. It says whether they agree, for it is not the same."""
        people.check_is_reviewed(self, "acknowledge", by.actor, on_behalf)
        if not isinstance(agrees, bool):
            raise InvalidValue.at("/agrees", "must be true or false")
        given = Acknowledgement(agrees, optional_text(comment, "/comment", TEXT_LENGTH))
        if self.lifecycle.ends_with("acknowledged") and self.acknowledgement == given:
            return
        self._check_step("acknowledge", by)
        self.record(events.Acknowledged, by, agrees=given.agrees, comment=given.comment)

    def appeal(self, *, by: Provenance, grounds: str, on_behalf: bool = False) -> None:
        """By the person reviewed, or on their behalf, within the appeal days of the sharing."""
        people.check_is_reviewed(self, "appeal", by.actor, on_behalf)
        said = _text(grounds, "/grounds")
        if self.lifecycle.ends_with("appealed") and self.grounds == said:
            return
        self._check_step("appeal", by)
        last = self.last_day_of_appeal
        if last is not None and by.effective_on > last:
            earliest = self.lifecycle.steps[-1].day
            raise OutOfTime.between(by.effective_on, earliest, min(last, by.today))
        self.record(events.Appealed, by, grounds=said)

    def decide_appeal(
        self, *, by: Provenance, decision: str, comment: str, rating: int | None = None
    ) -> None:
        """By somebody who neither is reviewed nor reviewed nor calibrated. `upheld` keeps the rating, which
        may then be left out; `amended` gives another.
        """
        people.check_decides(self, by.actor)
        one_of(decision, DECISIONS, "/decision")
        said, graded = _text(comment, "/comment"), None if rating is None else self.check_rating(rating)
        there = self.decision
        if self.lifecycle.ends_with("appeal_decided") and there and decision == there.decision:
            wanted = Decision(by.actor, decision, there.rating if graded is None else graded, said)
            if wanted == there:
                return
        self._check_step("decide_appeal", by)
        if decision == Status.UPHELD and graded not in (None, self.rating):
            raise InvalidValue.at("/rating", f"upheld means that it stays {self.rating}")
        if decision == Status.AMENDED and graded in (None, self.rating):
            raise InvalidValue.at("/rating", f"amended means another one than {self.rating}")
        self.record(
            events.AppealDecided,
            by,
            decision=str(decision),
            rating_before=self.rating,
            rating=self.rating if graded is None else graded,
            comment=said,
        )

    def finalise(self, *, by: Provenance) -> None:
        if self.status != Status.FINALISED:
            self._check_step("finalise", by)
            self.record(events.Finalised, by)

    def withdraw(self, *, by: Provenance) -> None:
        """Nothing deletes a review. Needs a reason."""
        if self.status == Status.WITHDRAWN:
            return
        self._check_step("withdraw", by)
        if by.reason is None:
            raise ReasonRequired.at("/reason", "to withdraw a review needs a reason")
        self.record(events.Withdrawn, by)

    def final_state(self) -> dict[str, Any]:
        """Everything that it has become, as primitives: what the seal of its cycle is made from."""
        return final_state.of(self)

    def _check_step(self, action: str, by: Provenance) -> None:
        check_allowed(action, self.status)
        self.lifecycle.check_date(by.effective_on, by.today)


def _text(given: str, pointer: str) -> str:
    return text(given, pointer, TEXT_LENGTH)
