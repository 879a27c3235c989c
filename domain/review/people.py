"""Who may take which step. People are compared by the identity that acts: `person:<id>`, `token:<name>`."""

from __future__ import annotations

from uuid import UUID

from domain.refusals import Forbidden, SamePerson
from domain.review.state import ReviewState

PERSON = "person:"


def identity(person_id: UUID) -> str:
    """The actor that a person is."""
    return f"{PERSON}{person_id}"


def check_is_reviewed(review: ReviewState, action: str, actor: str, on_behalf: bool) -> None:
    """Raises Forbidden for a person other than the one reviewed, unless it is on their behalf."""
    if actor.startswith(PERSON) and actor != identity(review.person_id) and not on_behalf:
        raise Forbidden(f"only the person reviewed may {action}")


def check_reviews(review: ReviewState, action: str, actor: str, on_behalf: bool) -> None:
    """Raises SamePerson for the person reviewed, and Forbidden for a person other than the reviewer, unless
    it is on their behalf.
    """
    if actor == identity(review.person_id):
        raise SamePerson.as_the("person_reviewed", action)
    if actor.startswith(PERSON) and actor != identity(review.reviewer_id) and not on_behalf:
        raise Forbidden(f"only the reviewer may {action}")


def check_calibrates(review: ReviewState, actor: str) -> None:
    """Raises SamePerson for the person reviewed, the reviewer, and whoever assessed on their behalf."""
    _check_other(actor, "calibrate", _reviewing(review))


def check_decides(review: ReviewState, actor: str) -> None:
    """As `check_calibrates`, and also for whoever calibrated."""
    calibrators = {calibration.actor: "calibrator" for calibration in review.calibrations}
    _check_other(actor, "decide the appeal", calibrators | _reviewing(review))


def _reviewing(review: ReviewState) -> dict[str, str]:
    assessor = {review.assessment.actor: "reviewer"} if review.assessment else {}
    return assessor | {
        identity(review.reviewer_id): "reviewer",
        identity(review.person_id): "person_reviewed",
    }


def _check_other(actor: str, action: str, roles: dict[str, str]) -> None:
    if actor in roles:
        raise SamePerson.as_the(roles[actor], action)
