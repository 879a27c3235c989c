"""Measures of a plan, defined when new, and their readings, recorded when new and corrected when changed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from application.plan.groups import whole
from application.plan.performance_rows import MeasureRow, ReadingRow
from application.plan.reading import Plan
from application.plan.work import UNCHANGEABLE, Work
from domain.decimals import canonical
from domain.measure import Measure
from domain.objective import Objective


def decide_measures(work: Work, plan: Plan) -> None:
    first_readings = _first_readings(plan.readings)
    for rows in whole(work, plan.measures):
        first, id = rows[0], work.ids.measure(rows[0].id)
        measure = work.shelf.get(Measure, id)
        with work.blaming(first):
            if measure is None:
                _define(work, rows, id, first.effective_on or first_readings.get(first.id, work.today))
            else:
                work.by_change(first.effective_on, measure)
                _must_be_as_said(work, rows, work.shelf.said(id).fields)


def _first_readings(rows: Iterable[ReadingRow]) -> dict[str, date]:
    first: dict[str, date] = {}
    for row in rows:
        first[row.measure] = min(row.on, first.get(row.measure, row.on))
    return first


def _define(work: Work, rows: list[MeasureRow], id: UUID, day: date) -> None:
    first, there = rows[0], True
    for row in rows:
        objective = work.shelf.get(Objective, work.ids.objective(row.objective))
        there = there and objective is not None  # else its own row has been complained about
        if objective is not None and objective.level != "strategic":
            work.complain(row, "objective_id", "a measure is linked to strategic objectives only")
        elif objective is not None and not objective.exists_on(day):
            detail = f"is not there on {day}, but from {objective.first_day} on"
            work.complain(row, "objective_id", detail)
    if there:
        work.shelf.add(
            Measure.define(
                by=work.by(day),
                id=id,
                name=first.name,
                unit_of_measure=first.unit_of_measure,
                direction=first.direction,
                baseline=first.baseline,
                target=first.target,
                objective_ids=[work.ids.objective(row.objective) for row in rows],
                external_id=first.id,
            )
        )


def _must_be_as_said(work: Work, rows: list[MeasureRow], said: Mapping[str, Any]) -> None:
    first = rows[0]
    work.must_not_change(first, "name", said["name"], first.name)
    work.must_not_change(first, "unit_of_measure", said["unit_of_measure"], first.unit_of_measure)
    work.must_not_change(first, "direction", said["direction"], first.direction)
    work.must_not_change(first, "baseline", said["baseline"], canonical(first.baseline))
    work.must_not_change(first, "target", said["target"], canonical(first.target))
    for row in rows:
        if str(work.ids.objective(row.objective)) not in said["objective_ids"]:
            work.complain(row, "objective_id", UNCHANGEABLE)


def decide_readings(work: Work, rows: Iterable[ReadingRow]) -> None:
    for row in rows:
        measure = work.shelf.get(Measure, work.ids.measure(row.measure))
        if measure is not None:  # else its own row has been complained about
            with work.blaming(row):
                _read(work, row, measure)


def _read(work: Work, row: ReadingRow, measure: Measure) -> None:
    id, by = work.ids.reading(row.measure, row.on), work.by(row.on)
    said = work.shelf.said(measure.id).readings.get(str(id))
    if said is None:
        measure.record_reading(by=by, reading_id=id, on=row.on, value=row.value, source=row.source)
        return
    if row.source is None and said["source"] is not None:
        work.complain(
            row, "source", f"is empty, but was {said['source']!r}: it can be changed, not taken away"
        )
    if (canonical(row.value), row.source) != (said["value"], said["source"]):
        measure.correct_reading(by=by, reading_id=id, value=row.value, source=row.source)
