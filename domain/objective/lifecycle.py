"""The life of an objective as a table: which action leads from which status to which. Decisions, tests and
the diagram in the docs all read it.

    draft -> submitted -> approved -> active -> closed
    submitted -> draft (return); approved, active -> postponed -> back (resume); closed -> active (reopen);
    anything not ended -> cancelled -> back (reinstate); approved, active, postponed -> carried_over -> back
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.refusals import ForbiddenTransition
from domain.steps import Steps


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ACTIVE = "active"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    CARRIED_OVER = "carried_over"


LIVE = frozenset({Status.APPROVED, Status.ACTIVE})
COUNTING = LIVE | {Status.CLOSED}  # in the progress of what it contributes to
AFTER_APPROVAL = frozenset({Status.APPROVED, Status.ACTIVE, Status.POSTPONED})
OPEN = frozenset(Status) - {Status.CANCELLED, Status.CLOSED, Status.CARRIED_OVER}
# In which its cycle may close.
AT_REST = frozenset({Status.CLOSED, Status.CANCELLED, Status.POSTPONED, Status.CARRIED_OVER})

_S = Status
# Steps: action -> status it may start from -> status it leads to. Resuming and reinstating lead back to the
# status before, of which this is one.
STEPS: Mapping[str, Mapping[Status, Status]] = {
    "submit": {_S.DRAFT: _S.SUBMITTED},
    "return": {_S.SUBMITTED: _S.DRAFT},
    "approve": {_S.SUBMITTED: _S.APPROVED} | {status: status for status in AFTER_APPROVAL},
    "activate": {_S.APPROVED: _S.ACTIVE},
    "postpone": {_S.APPROVED: _S.POSTPONED, _S.ACTIVE: _S.POSTPONED},
    "resume": {_S.POSTPONED: _S.ACTIVE},
    "cancel": dict.fromkeys(OPEN, _S.CANCELLED),
    "close": {_S.ACTIVE: _S.CLOSED},
    "reopen": {_S.CLOSED: _S.ACTIVE},
    "carry_over": dict.fromkeys(AFTER_APPROVAL, _S.CARRIED_OVER),
    "reinstate": dict.fromkeys((_S.CANCELLED, _S.CARRIED_OVER), _S.ACTIVE),
}
# Status -> those from which it was reached, of steps that lead back to where it was.
BACK: Mapping[str, Mapping[Status, frozenset[Status]]] = {
    "resume": {_S.POSTPONED: LIVE},
    "reinstate": {_S.CANCELLED: OPEN, _S.CARRIED_OVER: AFTER_APPROVAL},
}
# Everything else that can be asked of an objective: action -> the statuses in which it may be.
CHANGES: Mapping[str, frozenset[Status]] = {
    "revise": OPEN,
    "transfer": OPEN,
    "commit": OPEN,
    "add_key_result": OPEN,
    "revise_key_result": OPEN,
    "change_target": OPEN,
    "remove_key_result": OPEN,
    "reinstate_key_result": OPEN,
    "align": OPEN,
    "change_alignment_weight": OPEN,
    "remove_alignment": OPEN,
    "check_in": LIVE,
    "reaffirm": LIVE,
    "withdraw_reaffirmation": frozenset(Status),
    "correct_check_in": frozenset(Status),
    "withdraw_check_in": frozenset(Status),
    "give_feedback": frozenset(Status),
    "withdraw_feedback": frozenset(Status),
}
NEEDS_REASON = frozenset({"return", "cancel", "reopen", "reinstate"})


def allowed_in(status: Status) -> list[str]:
    """The actions that an objective of this status allows."""
    steps = [action for action, moves in STEPS.items() if status in moves]
    return steps + [action for action, statuses in CHANGES.items() if status in statuses]


def check_allowed(action: str, status: Status) -> None:
    """Raises ForbiddenTransition, naming the status and what it allows."""
    if action not in allowed_in(status):
        raise ForbiddenTransition.of("an objective", action, status, allowed_in(status))


def check_live_on(action: str, status: Status | None) -> None:
    """Raises ForbiddenTransition unless the status on the day in question was a live one."""
    if status not in LIVE:
        at_the_time = status or Status.DRAFT
        raise ForbiddenTransition.of("an objective", action, at_the_time, allowed_in(at_the_time))


class Lifecycle(Steps[Status]):
    """The steps of an objective; it begins as a draft."""

    def __init__(self) -> None:
        super().__init__(Status.DRAFT)

    def before_postponement(self) -> Status:
        """The status to which resuming leads back."""
        return next((s.status for s in reversed(self.steps) if s.status in LIVE), Status.DRAFT)

    def before_end(self) -> Status:
        """The status to which reinstating leads back."""
        return next((s.status for s in reversed(self.steps) if s.status in OPEN), Status.DRAFT)
