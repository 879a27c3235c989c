"""The assessment of one person in one cycle. Each step repeated with the same content records nothing; with
another it is refused. Which step may follow which is in `lifecycle`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

from domain import aggregate, external_id
from domain.aggregate import Creation, check_day
from domain.checks import EARLIEST, NAME_LENGTH, one_of, optional_text, text, whole
from domain.external_id import Named
from domain.provenance import Provenance
from domain.refusals import (
    Forbidden,
    ForbiddenTransition,
    InvalidValue,
    OutOfTime,
    ReasonRequired,
    SamePerson,
)
from domain.review.lifecycle import DECISIONS, ENDED, Lifecycle, Status, allowed_in, check_allowed
from domain.review.values import (
    REASON_CODES,
    TEXT_LENGTH,
    Acknowledgement,
    Assessment,
    Calibration,
    Decision,
    Evidence,
    Share,
    evidence_payload,
    shares_of,
)
from domain.rules import VERSION_1, Rules

PERSON = "person:"  # begins the actor that a person is; others are tokens and imports


class Review(Named):
    """Nothing deletes it; `rating` is the last one given."""

    TOPIC = "review"

    class Event(aggregate.Event):
        pass

    class Opened(Event, Creation):
        """`objectives`: [{objective_id, weight}]; `objective_ids`: the same ids, as mentions. `scale`
        ({lowest, highest, labels}) and `appeal_days` are the cycle's on that day.
        """

        TOPIC = "review.opened"
        MENTIONS: ClassVar[dict[str, str]] = {
            "person_id": "review_of",
            "reviewer_id": "reviewed_by",
            "cycle_id": "review_in",
            "objective_ids": "reviewed",
        }
        CLAIMS: ClassVar[dict[str, str]] = {"external_id": "review_external_id"}
        person_id: str
        reviewer_id: str
        cycle_id: str
        objectives: list[dict[str, str]]
        objective_ids: list[str]
        scale: dict[str, Any]
        appeal_days: int
        external_id: str | None

        def apply(self, aggregate: Review) -> None:
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

    class ExternalIdCorrected(external_id.Corrected, Event):
        TOPIC = "review.external_id_corrected"
        CLAIMS: ClassVar[dict[str, str]] = {"external_id": "review_external_id"}

    class Reassigned(Event):
        """Another reviewer from that day on; the status stays."""

        TOPIC = "review.reassigned"
        MENTIONS: ClassVar[dict[str, str]] = {"reviewer_id": "reviewed_by"}
        reviewer_id: str
        reviewer_id_before: str

        def apply(self, aggregate: Review) -> None:
            aggregate.reviewer_id = UUID(self.reviewer_id)
            aggregate.reassigned_on = self.day

    class SelfAssessed(Event):
        TOPIC = "review.self_assessed"
        PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})
        text: str

        def apply(self, aggregate: Review) -> None:
            aggregate.self_assessment = self.text
            aggregate.lifecycle.add("self_assessed", self.day, Status.SELF_ASSESSED, self.reason)

    class Assessed(Event):
        """`evidence`: [{objective_id, title, weight, version, position, status, progress, score, key_results:
        [{key_result_id, value, attainment, progress}]}], figures as decimals in text; fixed by this event.
        """

        TOPIC = "review.assessed"
        PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})
        rating: int
        text: str
        evidence: list[dict[str, Any]]
        policy: str

        def apply(self, aggregate: Review) -> None:
            aggregate.assessment = Assessment(self.actor, self.rating, self.text, self.evidence, self.policy)
            aggregate.rating = self.rating
            aggregate.lifecycle.add("assessed", self.day, Status.ASSESSED, self.reason)

    class Calibrated(Event):
        """The actor is who authorised it."""

        TOPIC = "review.calibrated"
        PERSONAL: ClassVar[frozenset[str]] = frozenset({"comment"})
        rating_before: int
        rating: int
        reason_code: str
        comment: str

        def apply(self, aggregate: Review) -> None:
            made = Calibration(self.actor, self.rating, self.reason_code, self.comment)
            aggregate.calibrations.append(made)
            aggregate.rating = self.rating
            aggregate.lifecycle.add("calibrated", self.day, Status.CALIBRATED, self.reason)

    class Shared(Event):
        TOPIC = "review.shared"

        def apply(self, aggregate: Review) -> None:
            aggregate.lifecycle.add("shared", self.day, Status.SHARED, self.reason)

    class Acknowledged(Event):
        TOPIC = "review.acknowledged"
        PERSONAL: ClassVar[frozenset[str]] = frozenset({"comment"})
        agrees: bool
        comment: str | None

        def apply(self, aggregate: Review) -> None:
            aggregate.acknowledgement = Acknowledgement(self.agrees, self.comment)
            aggregate.lifecycle.add("acknowledged", self.day, Status.ACKNOWLEDGED, self.reason)

    class Appealed(Event):
        TOPIC = "review.appealed"
        PERSONAL: ClassVar[frozenset[str]] = frozenset({"grounds"})
        grounds: str

        def apply(self, aggregate: Review) -> None:
            aggregate.grounds = self.grounds
            aggregate.lifecycle.add("appealed", self.day, Status.APPEALED, self.reason)

    class AppealDecided(Event):
        """`decision`: upheld (the rating stays) or amended (it does not)."""

        TOPIC = "review.appeal_decided"
        PERSONAL: ClassVar[frozenset[str]] = frozenset({"comment"})
        decision: str
        rating_before: int
        rating: int
        comment: str

        def apply(self, aggregate: Review) -> None:
            aggregate.decision = Decision(self.actor, self.decision, self.rating, self.comment)
            aggregate.rating = self.rating
            aggregate.lifecycle.add("appeal_decided", self.day, Status(self.decision), self.reason)

    class Finalised(Event):
        TOPIC = "review.finalised"

        def apply(self, aggregate: Review) -> None:
            aggregate.lifecycle.add("finalised", self.day, Status.FINALISED, self.reason)

    class Withdrawn(Event):
        TOPIC = "review.withdrawn"

        def apply(self, aggregate: Review) -> None:
            aggregate.lifecycle.add("withdrawn", self.day, Status.WITHDRAWN, self.reason)

    def __init__(self) -> None:
        super().__init__()
        self.person_id = UUID(int=0)
        self.reviewer_id = UUID(int=0)
        self.cycle_id = UUID(int=0)
        self.reassigned_on: date | None = None
        self.shares: list[Share] = []
        self.scale: dict[str, Any] = {}
        self.appeal_days = 0
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
        """Returns whether its cycle may close with it as it is."""
        return self.status in ENDED

    @property
    def last_day(self) -> date:
        """The day of the last step or reassignment; nothing is taken before it."""
        return max(self.lifecycle.steps[-1].day, self.reassigned_on or date.min)

    @property
    def last_day_of_appeal(self) -> date | None:
        """None until it is shared."""
        shared = self.lifecycle.last_day_of("shared")
        return None if shared is None else shared + timedelta(days=self.appeal_days)

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
        check_day(by.effective_on, EARLIEST, by.today)
        if reviewer_id == person_id:
            raise _not_reviewer("person_reviewed")
        objectives = shares_of(shares)
        return cls.begin(
            cls.Opened,
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

    def reassign(self, by: Provenance, *, reviewer_id: UUID) -> None:
        """To another reviewer, who is there, with a reason; what was said so far is kept."""
        if reviewer_id == self.reviewer_id:
            self._check_reviewed_since(by.effective_on)
            return
        self._check_step("reassign", by)
        calibrators = {calibration.actor: "calibrator" for calibration in self.calibrations}
        roles = calibrators | {identity(self.person_id): "person_reviewed"}
        if (role := roles.get(identity(reviewer_id))) is not None:
            raise _not_reviewer(role)
        if by.reason is None:
            raise ReasonRequired.at("/reason", "to give a review to another reviewer needs a reason")
        self.record(
            self.Reassigned, by, reviewer_id=str(reviewer_id), reviewer_id_before=str(self.reviewer_id)
        )

    def self_assess(self, by: Provenance, *, text: str, on_behalf: bool = False) -> None:
        """By the person reviewed, or by somebody who may act on their behalf."""
        self._check_is_reviewed("self-assess", by.actor, on_behalf)
        said = _text(text, "/text")
        if self._is_taken("self_assess", "self_assessed", by, self.self_assessment == said):
            return
        self.record(self.SelfAssessed, by, text=said)

    def assess(
        self,
        by: Provenance,
        *,
        rating: int,
        text: str,
        evidence: Sequence[Evidence],
        rules: Rules = VERSION_1,
        on_behalf: bool = False,
    ) -> None:
        """By the reviewer, or by somebody who may act on their behalf; never by the person reviewed.
        `evidence`, in the order of the shares, is fixed by the first assessment; its figures are shown by
        `rules`. Raises ValueError if it is of others.
        """
        self._check_reviews("assess", by.actor, on_behalf)
        graded, said = self.check_rating(rating), _text(text, "/text")
        there = self.assessment
        same = there is not None and (there.rating, there.text) == (graded, said)
        if self._is_taken("assess", "assessed", by, same):
            return
        if [one.objective_id for one in evidence] != [share.objective_id for share in self.shares]:
            raise ValueError("the evidence is not of the objectives under review")
        payload = [
            evidence_payload(one, share.weight) for one, share in zip(evidence, self.shares, strict=True)
        ]
        self.record(self.Assessed, by, rating=graded, text=said, evidence=payload, policy=rules.name)

    def calibrate(self, by: Provenance, *, rating: int, reason_code: str, comment: str) -> None:
        """The actor authorises it, and is neither the reviewer nor the person reviewed."""
        self.check_calibrates(by.actor)
        wanted = Calibration(
            by.actor,
            self.check_rating(rating),
            one_of(reason_code, REASON_CODES, "/reason_code"),
            _text(comment, "/comment"),
        )
        another = not self.calibrations or self.calibrations[-1] != wanted
        if another:
            self._check_step("calibrate", by)
        elif self._is_taken("calibrate", "calibrated", by):
            return
        self.record(
            self.Calibrated,
            by,
            rating_before=self.rating,
            rating=wanted.rating,
            reason_code=wanted.reason_code,
            comment=wanted.comment,
        )

    def share(self, by: Provenance) -> None:
        """From now on the person reviewed sees it, and the days of appeal run."""
        if not self._is_taken("share", "shared", by):
            self.record(self.Shared, by)

    def acknowledge(self, by: Provenance, *, agrees: bool, comment: str | None = None) -> None:
        """By the person reviewed alone. It is not the same as agreeing, so that is said too."""
        self._check_is_reviewed("acknowledge", by.actor, on_behalf=False)
        if not isinstance(agrees, bool):
            raise InvalidValue.at("/agrees", "must be true or false")
        given = Acknowledgement(agrees, optional_text(comment, "/comment", TEXT_LENGTH))
        if self._is_taken("acknowledge", "acknowledged", by, self.acknowledgement == given):
            return
        self.record(self.Acknowledged, by, agrees=given.agrees, comment=given.comment)

    def appeal(self, by: Provenance, *, grounds: str) -> None:
        """By the person reviewed alone, within the appeal days of the sharing."""
        self._check_is_reviewed("appeal", by.actor, on_behalf=False)
        said = _text(grounds, "/grounds")
        if self._is_taken("appeal", "appealed", by, self.grounds == said):
            return
        last = self.last_day_of_appeal
        if last is not None and by.effective_on > last:
            earliest = self.lifecycle.steps[-1].day
            raise OutOfTime.between(by.effective_on, earliest, min(last, by.today))
        self.record(self.Appealed, by, grounds=said)

    def decide_appeal(
        self, by: Provenance, *, decision: str, comment: str, rating: int | None = None
    ) -> None:
        """By somebody who neither is reviewed nor reviewed nor calibrated. `upheld` keeps the rating, which
        may then be left out; `amended` gives another.
        """
        self.check_decides(by.actor)
        one_of(decision, DECISIONS, "/decision")
        said, graded = _text(comment, "/comment"), None if rating is None else self.check_rating(rating)
        there = self.decision
        stands = graded if graded is not None or there is None else there.rating
        same = there is not None and Decision(by.actor, decision, stands or 0, said) == there
        if self._is_taken("decide_appeal", "appeal_decided", by, same):
            return
        if decision == Status.UPHELD and graded not in (None, self.rating):
            raise InvalidValue.at("/rating", f"upheld means that it stays {self.rating}")
        if decision == Status.AMENDED and graded in (None, self.rating):
            raise InvalidValue.at("/rating", f"amended means another one than {self.rating}")
        self.record(
            self.AppealDecided,
            by,
            decision=str(decision),
            rating_before=self.rating,
            rating=self.rating if graded is None else graded,
            comment=said,
        )

    def finalise(self, by: Provenance) -> None:
        if not self._is_taken("finalise", "finalised", by):
            self.record(self.Finalised, by)

    def withdraw(self, by: Provenance) -> None:
        """Nothing deletes a review. Needs a reason."""
        if self._is_taken("withdraw", "withdrawn", by):
            return
        if by.reason is None:
            raise ReasonRequired.at("/reason", "to withdraw a review needs a reason")
        self.record(self.Withdrawn, by)

    def check_rating(self, rating: int) -> int:
        """`rating` if it is a grade of the scale; InvalidValue if not."""
        return whole(rating, "/rating", self.scale["lowest"], self.scale["highest"])

    def _is_taken(self, action: str, event: str, by: Provenance, same: bool = True) -> bool:
        """Returns whether the step was the last one, with the same content, and just so. Refuses it if it was
        taken otherwise, and if it was not, unless status and date allow it.
        """
        last = self.lifecycle.steps[-1]
        if last.event != event:
            self._check_step(action, by)
            return False
        refusal = ForbiddenTransition.of("a review", action, self.status, allowed_in(self.status))
        if not same:
            raise refusal.recorded(last.day, last.reason, {})
        self.lifecycle.check_again(event, by, refusal)
        return True

    def _check_reviewed_since(self, day: date) -> None:
        """Raises OutOfTime, with what is recorded, if it went to its reviewer only later."""
        since = self.reassigned_on
        if since is not None and day < since:
            refusal = OutOfTime.at("/effective_on", f"it is recorded as with this reviewer since {since}")
            refusal.members["recorded"] = {"effective_on": str(since)}
            raise refusal

    def _check_step(self, action: str, by: Provenance) -> None:
        check_allowed(action, self.status)
        check_day(by.effective_on, self.last_day, by.today)

    # Who may take which step. People are compared by the identity that acts: `person:<id>`, `token:<name>`.

    def _check_is_reviewed(self, action: str, actor: str, on_behalf: bool) -> None:
        """Raises Forbidden for a person other than the one reviewed, unless it is on their behalf."""
        if actor.startswith(PERSON) and actor != identity(self.person_id) and not on_behalf:
            raise Forbidden(f"only the person reviewed may {action}")

    def _check_reviews(self, action: str, actor: str, on_behalf: bool) -> None:
        """Raises SamePerson for the person reviewed, and Forbidden for a person other than the reviewer,
        unless it is on their behalf.
        """
        if actor == identity(self.person_id):
            raise SamePerson.as_the("person_reviewed", action)
        if actor.startswith(PERSON) and actor != identity(self.reviewer_id) and not on_behalf:
            raise Forbidden(f"only the reviewer may {action}")

    def check_calibrates(self, actor: str) -> None:
        """Raises SamePerson for the person reviewed, the reviewer, and whoever assessed on their behalf."""
        _check_other(actor, "calibrate", self._reviewing())

    def check_decides(self, actor: str) -> None:
        """As `check_calibrates`, and also for whoever calibrated."""
        calibrators = {calibration.actor: "calibrator" for calibration in self.calibrations}
        _check_other(actor, "decide the appeal", calibrators | self._reviewing())

    def _reviewing(self) -> dict[str, str]:
        assessor = {self.assessment.actor: "reviewer"} if self.assessment else {}
        return assessor | {
            identity(self.reviewer_id): "reviewer",
            identity(self.person_id): "person_reviewed",
        }


def identity(person_id: UUID) -> str:
    """The actor that a person is."""
    return f"{PERSON}{person_id}"


def _not_reviewer(role: str) -> SamePerson:
    refusal = SamePerson.as_the(role, "review")
    refusal.errors = InvalidValue.at("/reviewer_id", refusal.detail).errors
    return refusal


def _check_other(actor: str, action: str, roles: dict[str, str]) -> None:
    if actor in roles:
        raise SamePerson.as_the(roles[actor], action)


def _text(given: str, pointer: str) -> str:
    return text(given, pointer, TEXT_LENGTH)
