"""Key results and readings of a plan."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from application.plan.reading import Plan
from application.plan.rows import CheckInRow, KeyResultRow
from application.plan.work import UNCHANGEABLE, Work
from domain.decimals import canonical
from domain.objective import Objective
from domain.provenance import Provenance

AIM = ("kind", "baseline", "target")
LABEL = ("title", "unit_of_measure", "weight")
OBSERVED = "observe"


def decide_key_results(work: Work, plan: Plan, objectives_of: Mapping[UUID, UUID]) -> None:
    """`objectives_of`: key result -> objective, of those recorded already."""
    first_readings = _first_readings(plan.check_ins)
    for row in plan.key_results:
        id, objective_id = work.ids.key_result(row.id), work.ids.objective(row.objective)
        objective = work.shelf.get(Objective, objective_id)
        if objectives_of.get(id, objective_id) != objective_id:
            work.complain(row, "objective_id", UNCHANGEABLE)
        elif objective is not None:
            with work.changing(row, objective):
                said = work.shelf.said(objective.id).key_results.get(str(id))
                day = _day(work, plan, row, objective)
                if said is None:
                    first = first_readings.get(row.id, day)
                    _add(row, id, objective, work.by(max(min(day, first), objective.first_day)))
                else:
                    _change(row, id, objective, said, work.by(day))


def _day(work: Work, plan: Plan, row: KeyResultRow, objective: Objective) -> date:
    """The file gives no dates: a key result holds since what the row of its objective says does."""
    if work.shelf.is_new(objective.id):
        return objective.first_day
    of_objective = plan.objectives.rows.get(row.objective)
    effective_on = of_objective.effective_on if of_objective else None
    return work.by_change(effective_on, objective).effective_on


def _first_readings(rows: Iterable[CheckInRow]) -> dict[str, date]:
    first: dict[str, date] = {}
    for row in rows:
        first[row.key_result] = min(row.on, first.get(row.key_result, row.on))
    return first


def _add(row: KeyResultRow, id: UUID, objective: Objective, by: Provenance) -> None:
    objective.add_key_result(
        by=by,
        key_result_id=id,
        title=row.title,
        kind=row.kind,
        unit_of_measure=row.unit_of_measure,
        baseline=row.baseline,
        target=row.target,
        weight=row.weight,
        external_id=row.id,
    )


def _change(
    row: KeyResultRow, id: UUID, objective: Objective, said: Mapping[str, Any], by: Provenance
) -> None:
    """A changed aim is a changed target. What has no command of its own is taken away and added anew."""
    now = {
        "title": row.title,
        "unit_of_measure": row.unit_of_measure,
        "weight": canonical(row.weight),
        "kind": row.kind,
        "baseline": None if row.baseline is None else canonical(row.baseline),
        "target": None if row.target is None else canonical(row.target),
    }
    changed = {field for field, value in now.items() if value != said[field]}
    turned = "kind" in changed and OBSERVED not in (row.kind, said["kind"])
    if turned or changed & set(LABEL):
        objective.remove_key_result(by=by, key_result_id=id)
        _add(row, id, objective, by)
    elif changed & set(AIM):
        objective.change_target(
            by=by, key_result_id=id, target=row.target, baseline=row.baseline, kind=row.kind
        )


def decide_check_ins(work: Work, plan: Plan, objectives_of: Mapping[UUID, UUID]) -> None:
    for row in plan.check_ins:
        key_result = plan.key_results.rows.get(row.key_result)
        id = work.ids.key_result(row.key_result)
        objective_id = work.ids.objective(key_result.objective) if key_result else objectives_of[id]
        objective = work.shelf.get(Objective, objective_id)
        if objective is not None and id in objective.key_results.slots:
            with work.changing(row, objective):
                _check_in(work, row, id, objective)


def _check_in(work: Work, row: CheckInRow, key_result: UUID, objective: Objective) -> None:
    id, by = work.ids.check_in(row.key_result, row.on), work.by(row.on)
    said = work.shelf.said(objective.id).check_ins.get(str(id))
    if said is None:
        objective.check_in(
            by=by,
            check_in_id=id,
            on=row.on,
            readings={key_result: row.value},
            confidence=row.confidence,
            note=row.note,
        )
        return
    for column, now in (("confidence", row.confidence), ("note", row.note)):
        if now is None and said[column] is not None:
            work.complain(
                row, column, f"is empty, but was {said[column]!r}: it can be changed, not taken away"
            )
    objective.correct_check_in(
        by=by,
        check_in_id=id,
        readings={key_result: row.value}
        if canonical(row.value) != said["readings"].get(str(key_result))
        else {},
        confidence=row.confidence if row.confidence != said["confidence"] else None,
        note=row.note if row.note != said["note"] else None,
    )
