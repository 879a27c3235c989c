"""Remarks on an objective, at any time of its life. They change nothing about it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.aggregate import check_day
from domain.checks import one_of, text
from domain.objective.events import feedback as events
from domain.objective.lifecycle import check_allowed
from domain.objective.values import FEEDBACK_KINDS, FEEDBACK_LENGTH, VISIBILITIES, Feedback
from domain.provenance import Provenance
from domain.refusals import AlreadyExists, NotFound, ReasonRequired

if TYPE_CHECKING:
    from domain.objective.objective import Objective


def give_feedback(
    self: Objective, *, by: Provenance, feedback_id: UUID, kind: str, text: str, visibility: str = "open"
) -> None:
    """Today or late, never ahead."""
    check_allowed("give_feedback", self.status)
    check_day(by.effective_on, self.first_day, by.today)
    given = Feedback(
        by.effective_on,
        by.actor,
        one_of(kind, FEEDBACK_KINDS, "/kind"),
        _text(text),
        one_of(visibility, VISIBILITIES, "/visibility"),
    )
    there = self.feedback.get(feedback_id)
    if there is not None:
        if there.withdrawn_on is not None:
            raise AlreadyExists(f"feedback {feedback_id} was given before, and withdrawn: give it another id")
        if there != given:
            raise AlreadyExists(f"there is feedback {feedback_id} already, and it is other feedback")
        return
    self.record(
        events.FeedbackGiven,
        by,
        feedback_id=str(feedback_id),
        kind=given.kind,
        text=given.text,
        visibility=given.visibility,
    )


def withdraw_feedback(self: Objective, *, by: Provenance, feedback_id: UUID) -> None:
    """From the effective date on, which is not before the day on which it was given. Needs a reason."""
    check_allowed("withdraw_feedback", self.status)
    there = self.feedback.get(feedback_id)
    if there is None:
        raise NotFound(f"there is no feedback {feedback_id}")
    if there.withdrawn_on is not None:
        return
    check_day(by.effective_on, there.on, by.today)
    if by.reason is None:
        raise ReasonRequired.at("/reason", "to withdraw feedback needs a reason")
    self.record(events.FeedbackWithdrawn, by, feedback_id=str(feedback_id))


def _text(given: str) -> str:
    return text(given, "/text", FEEDBACK_LENGTH)
