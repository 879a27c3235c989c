"""Storage: the steps of an objective's life."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.objective.events.base import ObjectiveEvent, number_of
from domain.objective.lifecycle import Status
from domain.objective.values import Ending

if TYPE_CHECKING:
    from domain.objective.objective import Objective


class Submitted(ObjectiveEvent):
    """`waivers`: [{criterion, reason}], the letters of SMART left unchecked."""

    TOPIC = "objective.submitted"
    waivers: list[dict[str, str]]

    def apply(self, aggregate: Objective) -> None:
        aggregate.waived = {waiver["criterion"] for waiver in self.waivers}
        aggregate.lifecycle.add("submitted", self.day, Status.SUBMITTED)


class Returned(ObjectiveEvent):
    TOPIC = "objective.returned"

    def apply(self, aggregate: Objective) -> None:
        aggregate.lifecycle.add("returned", self.day, Status.DRAFT)


class Approved(ObjectiveEvent):
    """The first approval, or the approval of amendments, which leaves the status as it is."""

    TOPIC = "objective.approved"

    def apply(self, aggregate: Objective) -> None:
        aggregate.approved_at = self.originator_version
        first = aggregate.lifecycle.status == Status.SUBMITTED
        aggregate.lifecycle.add("approved", self.day, Status.APPROVED if first else None)


class Activated(ObjectiveEvent):
    """`waivers`: added to those of the submission."""

    TOPIC = "objective.activated"
    waivers: list[dict[str, str]]

    def apply(self, aggregate: Objective) -> None:
        aggregate.waived = aggregate.waived | {waiver["criterion"] for waiver in self.waivers}
        aggregate.lifecycle.add("activated", self.day, Status.ACTIVE)


class Postponed(ObjectiveEvent):
    TOPIC = "objective.postponed"

    def apply(self, aggregate: Objective) -> None:
        aggregate.lifecycle.add("postponed", self.day, Status.POSTPONED)


class Resumed(ObjectiveEvent):
    TOPIC = "objective.resumed"

    def apply(self, aggregate: Objective) -> None:
        aggregate.lifecycle.add("resumed", self.day, aggregate.lifecycle.before_postponement())


class Reaffirmed(ObjectiveEvent):
    TOPIC = "objective.reaffirmed"

    def apply(self, aggregate: Objective) -> None:
        aggregate.reaffirmed_on.append(self.day)


class Cancelled(ObjectiveEvent):
    TOPIC = "objective.cancelled"

    def apply(self, aggregate: Objective) -> None:
        aggregate.lifecycle.add("cancelled", self.day, Status.CANCELLED)


class Closed(ObjectiveEvent):
    """`score` and `suggested_score`: decimals from 0 to 1; a note where the two differ."""

    TOPIC = "objective.closed"
    outcome: str
    score: str | None
    suggested_score: str | None
    note: str | None

    def apply(self, aggregate: Objective) -> None:
        aggregate.ending = Ending(self.outcome, number_of(self.score), self.note)
        aggregate.lifecycle.add("closed", self.day, Status.CLOSED)


class Reopened(ObjectiveEvent):
    TOPIC = "objective.reopened"

    def apply(self, aggregate: Objective) -> None:
        aggregate.ending = None
        aggregate.lifecycle.add("reopened", self.day, Status.ACTIVE)


class CarriedOver(ObjectiveEvent):
    """Goes on as `successor_id`, in another cycle."""

    TOPIC = "objective.carried_over"
    successor_id: str

    def apply(self, aggregate: Objective) -> None:
        aggregate.successor_id = UUID(self.successor_id)
        aggregate.lifecycle.add("carried_over", self.day, Status.CARRIED_OVER)
