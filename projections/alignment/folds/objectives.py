"""The header of an objective: what it says, who owns it, and the steps of its life."""

from projections.alignment.folds.fold import Fold, change, change_regardless
from projections.alignment.tables import Rows
from projections.events import Recorded

STEPS = {
    "objective.submitted": "submitted",
    "objective.returned": "draft",
    "objective.activated": "active",
    "objective.cancelled": "cancelled",
}
ENDING = ("outcome", "score", "suggested_score", "note")
HEADER = (
    "title", "description", "level", "cycle_id", "owner_unit_id", "owner_person_id", "starts_on", "ends_on",
    "visibility", "external_id", "origin_id",
)  # fmt: skip


def note_amendment(rows: Rows, event: Recorded) -> None:
    """Whether an objective is amended follows from versions, not from days."""
    if event.data.get("amendment"):
        patch = {"amended_version": event.version}
        change_regardless(rows.objectives, (event.originator_id,), event, patch)


def _defined(rows: Rows, event: Recorded) -> None:
    change(rows.objectives, event, status="draft", **{name: event.data[name] for name in HEADER})


def _revised(rows: Rows, event: Recorded) -> None:
    change(rows.objectives, event, **event.data["after"])


def _transferred(rows: Rows, event: Recorded) -> None:
    owner = {name: event.data[name] for name in ("owner_unit_id", "owner_person_id")}
    change(rows.objectives, event, **owner)


def _committed(rows: Rows, event: Recorded) -> None:
    change(rows.objectives, event, committed_confidence=event.data["confidence"])


def _step(rows: Rows, event: Recorded) -> None:
    change(rows.objectives, event, status=STEPS[event.topic])


def _closed(rows: Rows, event: Recorded) -> None:
    change(rows.objectives, event, status="closed", **{name: event.data[name] for name in ENDING})


def _reopened(rows: Rows, event: Recorded) -> None:
    change(rows.objectives, event, status="active", **dict.fromkeys(ENDING))


def _carried_over(rows: Rows, event: Recorded) -> None:
    change(rows.objectives, event, status="carried_over", successor_id=event.data["successor_id"])


def _approved(rows: Rows, event: Recorded) -> None:
    if _status(rows, event) == "submitted":
        change(rows.objectives, event, status="approved")
    change_regardless(rows.objectives, (event.originator_id,), event, {"approved_version": event.version})


def _postponed(rows: Rows, event: Recorded) -> None:
    change(rows.objectives, event, status="postponed", resumes_to=_status(rows, event))


def _resumed(rows: Rows, event: Recorded) -> None:
    before = rows.objectives.at((event.originator_id,), event.effective_on) or {}
    change(rows.objectives, event, status=before.get("resumes_to"))


def _reaffirmed(rows: Rows, event: Recorded) -> None:
    change(rows.objectives, event, last_reaffirmed_on=event.effective_on)


def _only_its_version(rows: Rows, event: Recorded) -> None:
    """Feedback changes nothing that is kept here, but raises the version of the objective."""


def _status(rows: Rows, event: Recorded) -> object:
    """On the day of the event, as believed so far. Steps come in order, so no later one can change it."""
    return (rows.objectives.at((event.originator_id,), event.effective_on) or {}).get("status")


FOLDS: dict[str, Fold] = {
    "objective.defined": _defined,
    "objective.revised": _revised,
    "objective.transferred": _transferred,
    "objective.committed": _committed,
    **dict.fromkeys(STEPS, _step),
    "objective.approved": _approved,
    "objective.postponed": _postponed,
    "objective.resumed": _resumed,
    "objective.reaffirmed": _reaffirmed,
    "objective.closed": _closed,
    "objective.reopened": _reopened,
    "objective.carried_over": _carried_over,
    **dict.fromkeys(("objective.feedback_given", "objective.feedback_withdrawn"), _only_its_version),
}
