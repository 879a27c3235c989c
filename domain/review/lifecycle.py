"""The life of a review as a table: which action leads from which status to which. Decisions, tests and the
diagram in the docs all read it.

    opened -> self_assessed -> assessed -> (calibrated) -> shared -> acknowledged
    -> (appealed -> upheld | amended) -> finalised; anything not finalised -> withdrawn
    Until it is shared it may be reassigned, which leaves the status as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.refusals import ForbiddenTransition
from domain.steps import Steps


class Status(StrEnum):
    OPENED = "opened"
    SELF_ASSESSED = "self_assessed"
    ASSESSED = "assessed"
    CALIBRATED = "calibrated"
    SHARED = "shared"
    ACKNOWLEDGED = "acknowledged"
    APPEALED = "appealed"
    UPHELD = "upheld"
    AMENDED = "amended"
    FINALISED = "finalised"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({Status.FINALISED, Status.WITHDRAWN})
# Something is still the reviewer's to do.
WITH_REVIEWER = (Status.OPENED, Status.SELF_ASSESSED, Status.ASSESSED, Status.CALIBRATED)

_S = Status
# Steps: action -> status it may start from -> statuses it may lead to.
STEPS: Mapping[str, Mapping[Status, tuple[Status, ...]]] = {
    "self_assess": {_S.OPENED: (_S.SELF_ASSESSED,)},
    "assess": {_S.SELF_ASSESSED: (_S.ASSESSED,)},
    "calibrate": dict.fromkeys((_S.ASSESSED, _S.CALIBRATED), (_S.CALIBRATED,)),
    "share": dict.fromkeys((_S.ASSESSED, _S.CALIBRATED), (_S.SHARED,)),
    "acknowledge": {_S.SHARED: (_S.ACKNOWLEDGED,)},
    "appeal": dict.fromkeys((_S.SHARED, _S.ACKNOWLEDGED), (_S.APPEALED,)),
    "decide_appeal": {_S.APPEALED: (_S.UPHELD, _S.AMENDED)},
    "finalise": dict.fromkeys((_S.ACKNOWLEDGED, _S.UPHELD, _S.AMENDED), (_S.FINALISED,)),
    "reassign": {status: (status,) for status in WITH_REVIEWER},
    "withdraw": {status: (_S.WITHDRAWN,) for status in Status if status not in ENDED},
}
# Status -> the step that is due, and whose it is to take.
DUE: Mapping[Status, tuple[str, str]] = {
    _S.OPENED: ("self_assess", "person_reviewed"),
    _S.SELF_ASSESSED: ("assess", "reviewer"),
    _S.ASSESSED: ("share", "reviewer"),
    _S.CALIBRATED: ("share", "reviewer"),
    _S.SHARED: ("acknowledge", "person_reviewed"),
    _S.ACKNOWLEDGED: ("finalise", "hr"),
    _S.APPEALED: ("decide_appeal", "hr"),
    _S.UPHELD: ("finalise", "hr"),
    _S.AMENDED: ("finalise", "hr"),
}
DECISIONS = (_S.UPHELD, _S.AMENDED)


class Lifecycle(Steps[Status]):
    """The steps of a review; its first status is opened."""

    def __init__(self) -> None:
        super().__init__(Status.OPENED)


def allowed_in(status: Status) -> list[str]:
    """The actions that a review of this status allows."""
    return [action for action, moves in STEPS.items() if status in moves]


def check_allowed(action: str, status: Status) -> None:
    """Raises ForbiddenTransition, naming the status and what it allows."""
    if action not in allowed_in(status):
        raise ForbiddenTransition.of("a review", action, status, allowed_in(status))
