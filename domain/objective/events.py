"""Storage: every event of an objective, written out, each with its topic for ever. `apply` only assigns, so
that old events always load.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from domain import aggregate, external_id
from domain.aggregate import Creation
from domain.objective.lifecycle import Status
from domain.objective.measuring import LABEL, Aim, CheckIn, readings_of
from domain.objective.state import ObjectiveState
from domain.objective.values import Commitment, Ending, Feedback, owner_of
from domain.payload import day_of, id_of, number_of

OWNERS = {"owner_unit_id": "owned_by", "owner_person_id": "owned_by"}


class ObjectiveEvent(aggregate.Event):
    pass


class Amending(ObjectiveEvent):
    """`amendment`: made after the approval; the objective shows `amended` until it is approved again."""

    amendment: bool

    def apply(self, aggregate: ObjectiveState) -> None:
        if self.amendment:
            aggregate.amended_at = self.originator_version
            aggregate.awaiting = aggregate.awaiting | {self.actor}


# What it says and whose it is


class Defined(ObjectiveEvent, Creation):
    """`origin_id`: the objective that was carried over into this one; new with version 2."""

    TOPIC = "objective.defined"
    MENTIONS: ClassVar[dict[str, str]] = {"cycle_id": "in_cycle", "origin_id": "carried_from", **OWNERS}
    CLAIMS: ClassVar[dict[str, str]] = {"external_id": "objective_external_id"}
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

    def apply(self, aggregate: ObjectiveState) -> None:
        super().apply(aggregate)
        aggregate.level = self.level
        aggregate.cycle_id = UUID(self.cycle_id)
        aggregate.external_id = self.external_id
        aggregate.origin_id = id_of(self.origin_id)
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
    """`after` and `before`: field -> value, of title, description, starts_on, ends_on and visibility; new
    with version 2, also of level and cycle_id of a draft, and then it is effective on its first day.
    """

    TOPIC = "objective.revised"
    MENTIONS: ClassVar[dict[str, str]] = {"after.cycle_id": "in_cycle"}
    class_version = 2
    after: dict[str, str | None]
    before: dict[str, str | None]

    def apply(self, aggregate: ObjectiveState) -> None:
        super().apply(aggregate)
        for field, value in self.after.items():
            if field == "level":
                aggregate.level = str(value)
            elif field == "cycle_id":
                aggregate.cycle_id = UUID(value)
            else:
                kept = day_of(value) if field in ("starts_on", "ends_on") else value
                getattr(aggregate, field).set(self.day, kept)

    @staticmethod
    def upcast_v1_v2(payload: dict[str, Any]) -> None:
        """Version 1 is a version 2 without level and cycle_id."""


class Transferred(Amending):
    TOPIC = "objective.transferred"
    MENTIONS: ClassVar[dict[str, str]] = OWNERS
    owner_unit_id: str | None
    owner_person_id: str | None
    owner_unit_id_before: str | None
    owner_person_id_before: str | None

    def apply(self, aggregate: ObjectiveState) -> None:
        super().apply(aggregate)
        aggregate.owner.set(self.day, owner_of(self.owner_unit_id, self.owner_person_id))


class ExternalIdCorrected(external_id.Corrected, ObjectiveEvent):
    TOPIC = "objective.external_id_corrected"
    CLAIMS: ClassVar[dict[str, str]] = {"external_id": "objective_external_id"}


class Committed(ObjectiveEvent):
    TOPIC = "objective.committed"
    confidence: int
    owner_unit_id: str | None
    owner_person_id: str | None

    def apply(self, aggregate: ObjectiveState) -> None:
        owner = owner_of(self.owner_unit_id, self.owner_person_id)
        aggregate.commitment.set(self.day, Commitment(owner, self.confidence))


# The steps of its life


class Submitted(ObjectiveEvent):
    """`waivers`: [{criterion, reason}], the letters of SMART left unchecked."""

    TOPIC = "objective.submitted"
    waivers: list[dict[str, str]]

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.waived = {waiver["criterion"] for waiver in self.waivers}
        aggregate.awaiting = aggregate.awaiting | {self.actor}
        aggregate.lifecycle.add("submitted", self.day, Status.SUBMITTED, self.reason, waivers=self.waivers)


class Returned(ObjectiveEvent):
    TOPIC = "objective.returned"

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.awaiting = set()
        aggregate.lifecycle.add("returned", self.day, Status.DRAFT, self.reason)


class Approved(ObjectiveEvent):
    """The first approval, or the approval of amendments, which leaves the status as it is."""

    TOPIC = "objective.approved"

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.approved_at = self.originator_version
        aggregate.awaiting = set()
        first = aggregate.lifecycle.status == Status.SUBMITTED
        aggregate.lifecycle.add("approved", self.day, Status.APPROVED if first else None, self.reason)


class Activated(ObjectiveEvent):
    """`waivers`: added to those of the submission."""

    TOPIC = "objective.activated"
    waivers: list[dict[str, str]]

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.waived = aggregate.waived | {waiver["criterion"] for waiver in self.waivers}
        aggregate.lifecycle.add("activated", self.day, Status.ACTIVE, self.reason, waivers=self.waivers)


class Postponed(ObjectiveEvent):
    TOPIC = "objective.postponed"

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.lifecycle.add("postponed", self.day, Status.POSTPONED, self.reason)


class Resumed(ObjectiveEvent):
    TOPIC = "objective.resumed"

    def apply(self, aggregate: ObjectiveState) -> None:
        before = aggregate.lifecycle.before_postponement()
        aggregate.lifecycle.add("resumed", self.day, before, self.reason)


class Reaffirmed(ObjectiveEvent):
    TOPIC = "objective.reaffirmed"

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.last_reaffirmed.set(self.day, self.day)


class ReaffirmationWithdrawn(ObjectiveEvent):
    """Effective on the day of the reaffirmation, which was recorded by mistake. `last_reaffirmed_on`: the day
    of the one before it that stands. When that becomes another one, this event is recorded anew.
    """

    TOPIC = "objective.reaffirmation_withdrawn"
    last_reaffirmed_on: str | None

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.last_reaffirmed.set(self.day, day_of(self.last_reaffirmed_on))


class Cancelled(ObjectiveEvent):
    TOPIC = "objective.cancelled"

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.lifecycle.add("cancelled", self.day, Status.CANCELLED, self.reason)


class Closed(ObjectiveEvent):
    """`score` and `suggested_score`: decimals from 0 to 1; a note where the two differ."""

    TOPIC = "objective.closed"
    outcome: str
    score: str | None
    suggested_score: str | None
    note: str | None

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.ending = Ending(self.outcome, number_of(self.score), self.note)
        said = {"outcome": self.outcome, "score": self.score, "note": self.note}
        aggregate.lifecycle.add("closed", self.day, Status.CLOSED, self.reason, **said)


class Reopened(ObjectiveEvent):
    TOPIC = "objective.reopened"

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.ending = None
        aggregate.lifecycle.add("reopened", self.day, Status.ACTIVE, self.reason)


class Reinstated(ObjectiveEvent):
    """The cancellation, or the carrying over, is taken back; `status` is the one before it."""

    TOPIC = "objective.reinstated"
    status: str

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.successor_id = None
        aggregate.lifecycle.add("reinstated", self.day, Status(self.status), self.reason)


class CarriedOver(ObjectiveEvent):
    """Goes on as `successor_id`, in another cycle."""

    TOPIC = "objective.carried_over"
    successor_id: str

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.successor_id = UUID(self.successor_id)
        step = ("carried_over", self.day, Status.CARRIED_OVER, self.reason)
        aggregate.lifecycle.add(*step, successor_id=self.successor_id)


# Key results and the readings of them; values are canonical decimals as text


class KeyResultAdded(Amending):
    TOPIC = "objective.key_result_added"
    key_result_id: str
    title: str
    kind: str
    unit_of_measure: str | None
    baseline: str | None
    target: str | None
    weight: str
    external_id: str | None

    def apply(self, aggregate: ObjectiveState) -> None:
        super().apply(aggregate)
        slot = aggregate.key_results.slot(UUID(self.key_result_id))
        slot.present.set(self.day, True)
        slot.relabel(self.day, {name: getattr(self, name) for name in LABEL})
        slot.aim.set(self.day, Aim(self.kind, number_of(self.baseline), number_of(self.target)))


class KeyResultRevised(Amending):
    """`after` and `before`: field -> value, of title, unit_of_measure and weight; new with version 2, also of
    external_id.
    """

    TOPIC = "objective.key_result_revised"
    class_version = 2
    key_result_id: str
    after: dict[str, str | None]
    before: dict[str, str | None]

    def apply(self, aggregate: ObjectiveState) -> None:
        super().apply(aggregate)
        aggregate.key_results.slot(UUID(self.key_result_id)).relabel(self.day, self.after)

    @staticmethod
    def upcast_v1_v2(payload: dict[str, Any]) -> None:
        """Version 1 is a version 2 without external_id."""


class TargetChanged(Amending):
    """Another target, perhaps with another baseline or kind; with a kind of `observe` there is none."""

    TOPIC = "objective.target_changed"
    key_result_id: str
    kind: str
    target: str | None
    baseline: str | None
    kind_before: str
    target_before: str | None
    baseline_before: str | None

    def apply(self, aggregate: ObjectiveState) -> None:
        super().apply(aggregate)
        slot = aggregate.key_results.slot(UUID(self.key_result_id))
        slot.aim.set(self.day, Aim(self.kind, number_of(self.baseline), number_of(self.target)))


class KeyResultRemoved(Amending):
    TOPIC = "objective.key_result_removed"
    key_result_id: str

    def apply(self, aggregate: ObjectiveState) -> None:
        super().apply(aggregate)
        aggregate.key_results.slot(UUID(self.key_result_id)).present.set(self.day, False)


class KeyResultReinstated(Amending):
    """It is back as it was, and so are its readings."""

    TOPIC = "objective.key_result_reinstated"
    key_result_id: str

    def apply(self, aggregate: ObjectiveState) -> None:
        super().apply(aggregate)
        aggregate.key_results.slot(UUID(self.key_result_id)).present.set(self.day, True)


class CheckedIn(ObjectiveEvent):
    """Effective on the day of the reading. `readings`: [{key_result_id, value}]."""

    TOPIC = "objective.checked_in"
    check_in_id: str
    readings: list[dict[str, str | None]]
    confidence: int | None
    note: str | None

    def apply(self, aggregate: ObjectiveState) -> None:
        readings = readings_of(self.readings)
        given = CheckIn(self.day, readings, self.confidence, self.note)
        aggregate.check_ins.all[UUID(self.check_in_id)] = given


class CheckInCorrected(ObjectiveEvent):
    """Effective on the day of the check-in. A value of None withdraws the reading; a confidence or note of
    None leaves it as it was. `before`: {readings, confidence, note} of what the correction names.
    """

    TOPIC = "objective.check_in_corrected"
    check_in_id: str
    readings: list[dict[str, str | None]]
    confidence: int | None
    note: str | None
    before: dict[str, Any]

    def apply(self, aggregate: ObjectiveState) -> None:
        readings = readings_of(self.readings)
        aggregate.check_ins.correct(UUID(self.check_in_id), readings, self.confidence, self.note)


class CheckInWithdrawn(ObjectiveEvent):
    """Effective on the day of the check-in, which was recorded by mistake. `readings`: those that it had,
    each with a value of None. `before`: {readings, confidence, note}.
    """

    TOPIC = "objective.check_in_withdrawn"
    check_in_id: str
    readings: list[dict[str, str | None]]
    before: dict[str, Any]

    def apply(self, aggregate: ObjectiveState) -> None:
        aggregate.check_ins.withdraw(UUID(self.check_in_id))


# The links up to other objectives


class Aligned(Amending):
    """Makes the link present, or gives a present one another kind or weight."""

    TOPIC = "objective.aligned"
    MENTIONS: ClassVar[dict[str, str]] = {"parent_id": "aligned_to"}
    parent_id: str
    kind: str
    weight: str
    kind_before: str | None
    weight_before: str | None

    def apply(self, aggregate: ObjectiveState) -> None:
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

    def apply(self, aggregate: ObjectiveState) -> None:
        super().apply(aggregate)
        aggregate.links.slot(UUID(self.parent_id)).weight.set(self.day, Decimal(self.weight))


class AlignmentRemoved(Amending):
    TOPIC = "objective.alignment_removed"
    parent_id: str
    kind_before: str
    weight_before: str

    def apply(self, aggregate: ObjectiveState) -> None:
        super().apply(aggregate)
        aggregate.links.slot(UUID(self.parent_id)).present.set(self.day, False)


# Feedback on it


class FeedbackGiven(ObjectiveEvent):
    """`kind`: praise, concern or suggestion; `visibility`: private or open. The actor is who gave it."""

    TOPIC = "objective.feedback_given"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"text"})
    feedback_id: str
    kind: str
    text: str
    visibility: str

    def apply(self, aggregate: ObjectiveState) -> None:
        given = Feedback(self.day, self.actor, self.kind, self.text, self.visibility)
        aggregate.feedback[UUID(self.feedback_id)] = given


class FeedbackWithdrawn(ObjectiveEvent):
    TOPIC = "objective.feedback_withdrawn"
    feedback_id: str

    def apply(self, aggregate: ObjectiveState) -> None:
        id = UUID(self.feedback_id)
        aggregate.feedback[id] = replace(aggregate.feedback[id], withdrawn_on=self.day)


REPORTS_AND_REMARKS = tuple(
    kind.TOPIC
    for kind in (
        *(CheckedIn, CheckInCorrected, CheckInWithdrawn, Reaffirmed, ReaffirmationWithdrawn),
        *(FeedbackGiven, FeedbackWithdrawn),
    )
)
"""The topics of what is said of an objective week by week, which changes nothing about what it is."""
