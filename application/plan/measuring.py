"""Key results and measures of a plan,
and the readings of both: recorded when new, changed where a cell has changed.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from application.measures import check_strategic
from application.plan.ids import CHECK_IN, READING
from application.plan.reading import Plan
from application.plan.rows import CheckInRow, KeyResultRow, MeasureRow, PlanRow, ReadingRow
from application.plan.said import reading_on
from application.plan.work import UNCHANGEABLE, Work
from domain.measure import Measure
from domain.objective import Objective
from domain.payload import written
from domain.provenance import Provenance

AIM = ("kind", "baseline", "target")
LABEL = ("title", "unit_of_measure", "weight")
OF_MEASURE = ("name", "unit_of_measure", "direction", "baseline", "target")


def decide_key_results(work: Work, plan: Plan, objectives_of: Mapping[UUID, UUID]) -> None:
    """`objectives_of`: key result -> objective, of those recorded already."""
    first_readings = _first_days((row.key_result, row.on) for row in plan.check_ins)
    for row in plan.key_results:
        id, objective_id = work.ids.key_result(row.id), work.ids.objective(row.objective)
        objective = work.session.find(Objective, objective_id)
        if objectives_of.get(id, objective_id) != objective_id:
            work.complain(row, "objective_id", UNCHANGEABLE)
        elif objective is not None:
            with work.changing(row, objective):
                said = work.session.said(objective.id).key_results.get(str(id))
                day = _day(work, plan, row, objective)
                if said is None or not said["present"]:
                    first = first_readings.get(row.id, day)
                    _add(row, id, objective, work.by(max(min(day, first), objective.first_day)))
                else:
                    _change(row, id, objective, said, work.by(day))


def _day(work: Work, plan: Plan, row: KeyResultRow, objective: Objective) -> date:
    """The file gives no dates: a key result holds since what the row of its objective says does."""
    if work.session.is_new(objective.id):
        return objective.first_day
    of_objective = plan.objectives.rows.get(row.objective)
    effective_on = of_objective.effective_on if of_objective else None
    return work.by_change(effective_on, objective).effective_on


def _first_days(readings: Iterable[tuple[str, date]]) -> dict[str, date]:
    first: dict[str, date] = {}
    for id, on in readings:
        first[id] = min(on, first.get(id, on))
    return first


def _add(row: KeyResultRow, id: UUID, objective: Objective, by: Provenance) -> None:
    said = {name: getattr(row, name) for name in (*LABEL, *AIM)}
    objective.add_key_result(by=by, key_result_id=id, external_id=row.id, **said)


def _change(
    row: KeyResultRow, id: UUID, objective: Objective, said: Mapping[str, Any], by: Provenance
) -> None:
    """A changed label is a revision, a changed aim a changed target."""
    changed = {name for name in (*LABEL, *AIM) if written(getattr(row, name)) != said[name]}
    if relabelled := {name: getattr(row, name) for name in LABEL if name in changed}:
        objective.revise_key_result(by, id, **relabelled)
    if changed & set(AIM):
        objective.change_target(
            by=by, key_result_id=id, target=row.target, baseline=row.baseline, kind=row.kind
        )


def decide_check_ins(work: Work, plan: Plan, objectives_of: Mapping[UUID, UUID]) -> None:
    for row in plan.check_ins:
        key_result = plan.key_results.rows.get(row.key_result)
        id = work.ids.key_result(row.key_result)
        objective_id = work.ids.objective(key_result.objective) if key_result else objectives_of[id]
        objective = work.session.find(Objective, objective_id)
        if objective is not None and id in objective.key_results.slots:
            with work.changing(row, objective):
                _check_in(work, row, id, objective)


def _check_in(work: Work, row: CheckInRow, key_result: UUID, objective: Objective) -> None:
    id, by = work.ids.check_in(row.key_result, row.on), work.by(row.on)
    before = work.session.said(objective.id).check_ins
    if str(id) not in before and (work.session.is_exported or work.ids.differs("key_result", row.key_result)):
        id = UUID(reading_on(row.on, before, str(key_result)) or str(id))
        work.ids.know(CHECK_IN, f"{row.key_result}:{row.on}", id)
    said = before.get(str(id))
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
    _must_not_be_taken_away(work, row, said, "confidence", "note")
    same = written(row.value) == said["readings"].get(str(key_result))
    objective.correct_check_in(
        by=by,
        check_in_id=id,
        readings={} if same else {key_result: row.value},
        confidence=row.confidence if row.confidence != said["confidence"] else None,
        note=row.note if row.note != said["note"] else None,
    )


def _must_not_be_taken_away(work: Work, row: PlanRow, said: Mapping[str, Any], *columns: str) -> None:
    for column in columns:
        if getattr(row, column) is None and said[column] is not None:
            detail = f"is empty, but was {said[column]!r}: it can be changed, not taken away"
            work.complain(row, column, detail)


def decide_measures(work: Work, plan: Plan) -> None:
    first_readings = _first_days((row.measure, row.on) for row in plan.readings)
    for rows in plan.measures.whole(work.complaints):
        first, id = rows[0], work.ids.measure(rows[0].id)
        measure = work.session.find(Measure, id)
        with work.blaming(first):
            if measure is None:
                _define(work, rows, id, first.effective_on or first_readings.get(first.id, work.today))
                continue
            _revise(work, rows, measure)


def _define(work: Work, rows: list[MeasureRow], id: UUID, day: date) -> None:
    first, objective_ids = rows[0], _checked(work, rows, day)
    work.session.add(
        Measure.define(
            by=work.by(day),
            id=id,
            name=first.name,
            unit_of_measure=first.unit_of_measure,
            direction=first.direction,
            baseline=first.baseline,
            target=first.target,
            objective_ids=objective_ids,
            external_id=first.id,
        )
    )


def _revise(work: Work, rows: list[MeasureRow], measure: Measure) -> None:
    """An objective whose row is gone is one that it is not linked to any more."""
    first, said = rows[0], work.session.said(measure.id).fields
    by = work.by_change(first.effective_on, measure)
    changes: dict[str, Any] = {
        name: cell for name in OF_MEASURE if written(cell := getattr(first, name)) != said[name]
    }
    named = {work.ids.objective(row.objective): row for row in rows}
    before = {UUID(id) for id in said["objective_ids"]}
    if named.keys() != before:
        new = _checked(work, [row for id, row in named.items() if id not in before], by.effective_on)
        now = measure.objective_ids.at(by.effective_on) or []
        stay = [id for id in now if id in named or id not in before]
        changes["objective_ids"] = [*stay, *(id for id in new if id not in stay)]
    if changes:
        measure.revise(by=by, **changes)


def _checked(work: Work, rows: Iterable[MeasureRow], day: date) -> list[UUID]:
    """The objectives of the rows, each of which is complained about if it is not there or not strategic."""
    ids = {work.ids.objective(row.objective): row for row in rows}
    for id, row in ids.items():
        with work.blaming(row, "objective_id"):
            check_strategic(work.session, id, day, "/objective_ids")
    for id in ids:
        work.session.referred(Objective, id, "/objective_ids")
    return list(ids)


def decide_readings(work: Work, rows: Iterable[ReadingRow]) -> None:
    for row in rows:
        with work.blaming(row):
            _read(work, row, work.session.referred(Measure, work.ids.measure(row.measure), "/measure_id"))


def _read(work: Work, row: ReadingRow, measure: Measure) -> None:
    id, by = work.ids.reading(row.measure, row.on), work.by(row.on)
    before = work.session.said(measure.id).readings
    if str(id) not in before and (work.session.is_exported or work.ids.differs("measure", row.measure)):
        id = UUID(reading_on(row.on, before) or str(id))
        work.ids.know(READING, f"{row.measure}:{row.on}", id)
    said = before.get(str(id))
    if said is None:
        measure.record_reading(by=by, reading_id=id, on=row.on, value=row.value, source=row.source)
        return
    _must_not_be_taken_away(work, row, said, "source")
    if (written(row.value), row.source) != (said["value"], said["source"]):
        measure.correct_reading(by=by, reading_id=id, value=row.value, source=row.source)
