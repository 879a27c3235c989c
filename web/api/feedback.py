"""Feedback on objectives."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from application.act import Act
from application.objectives import Objectives
from application.store import Answer
from web.access.guard import caller
from web.api.names import names_of_actors
from web.api.routes import Routes
from web.freshness import ReadSnapshot
from web.schemas.feedback import FeedbackGiving, FeedbackOnObjective
from web.wiring import Commands

feedback = Routes(
    "feedback", __name__, of=Objectives, description="Remarks on objectives, at any time of their lives."
)

feedback.use_case(
    "/objectives/<uuid:id>/feedback",
    Objectives.give_feedback,
    "Give feedback on an objective",
    FeedbackGiving(),
    example={"kind": "praise", "text": "The new form answers most questions by itself."},
)


@feedback.command(
    "/objectives/<uuid:id>/feedback/<uuid:feedback>/withdrawal",
    example={"reason": "it was meant for another objective"},
)
def withdraw_feedback(use: Commands, act: Act, id: UUID, feedback: UUID) -> Answer:
    """Withdraw feedback that one has given, with a reason"""
    return use.objectives.withdraw_feedback(act, id, feedback_id=feedback)


@feedback.single("/objectives/<uuid:id>/feedback", FeedbackOnObjective(), rows=("items",), personal=True)
def read_feedback(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """Feedback on an objective, so far as it is for the caller"""
    if snapshot.alignment.objective(snapshot.moment, id) is None:
        return None
    given = snapshot.feedback.for_objective(snapshot.moment, id)
    return {"objective_id": str(id), "items": for_caller(snapshot, given)}


def for_caller(snapshot: ReadSnapshot, remarks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the remarks that are for the caller. To whom what is private belongs follows from whose the
    objective is today, as known now, whatever moment is asked about.
    """
    owners = snapshot.sight.owners_of({one["objective_id"] for one in remarks})
    private = {
        id for id, (owner, unit_id) in owners.items() if snapshot.sight.reads_private_of(owner, unit_id)
    }
    told = [
        one
        for one in remarks
        if one["objective_id"] not in snapshot.sight.hidden
        and (one["visibility"] == "open" or one["objective_id"] in private or one["giver"] == caller().actor)
    ]
    acting = {one[name] for one in told for name in ("giver", "withdrawn_by")} - {None}
    names = names_of_actors(snapshot, acting)
    return [
        {**one, "giver_name": names.get(one["giver"]), "withdrawn_by_name": names.get(one["withdrawn_by"])}
        for one in told
    ]
