"""Feedback of a plan: given when new. There is no command to change what was said."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from application.plan.performance_rows import FeedbackRow
from application.plan.work import UNCHANGEABLE, Work
from domain.objective import Objective


def decide_feedback(work: Work, rows: Iterable[FeedbackRow], objectives_of: Mapping[UUID, UUID]) -> None:
    """`objectives_of`: feedback -> objective, of what is recorded already."""
    for row in rows:
        id, objective_id = work.ids.feedback(row.id), work.ids.objective(row.objective)
        objective = work.shelf.get(Objective, objective_id)
        if objectives_of.get(id, objective_id) != objective_id:
            work.complain(row, "objective_id", UNCHANGEABLE)
        elif objective is not None:
            with work.changing(row, objective):
                _give(work, row, id, objective)


def _give(work: Work, row: FeedbackRow, id: UUID, objective: Objective) -> None:
    there = objective.feedback.get(id)
    if there is None:
        objective.give_feedback(
            by=work.by(row.on), feedback_id=id, kind=row.kind, text=row.text, visibility=row.visibility
        )
        return
    work.must_not_change(row, "kind", there.kind, row.kind)
    work.must_not_change(row, "text", there.text, row.text)
    work.must_not_change(row, "visibility", there.visibility, row.visibility)
    work.must_not_change(row, "on", there.on.isoformat(), row.on.isoformat())
