"""A plan folder written from the read models, in the form that `application.plan` reads."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
from psycopg import IsolationLevel
from psycopg.rows import dict_row

from application.plan.performance_rows import FeedbackRow, MeasureRow, ReadingRow, ReviewRow
from application.plan.rows import (
    AlignmentRow,
    CheckInRow,
    CycleRow,
    KeyResultRow,
    ObjectiveRow,
    PersonRow,
    Row,
    UnitRow,
)
from projections.alignment.queries.shapes import day
from projections.follower import connect
from projections.freshness import horizon
from projections.moment import Moment
from web.plan import performance
from web.plan.state import PlanState
from web.wiring import follower

Cells = tuple[str | int | None, ...]


def export_plan(dsn: str, folder: Path, moment: Moment) -> dict[str, int]:
    """Writes the state at the moment as a plan folder; rows by file name. Files that are there are
    replaced.

    Brings the read models up to date first, so that it does not depend on a running projector. Imported
    into an empty store, the folder gives the same state at the moment, as far as a plan folder can say it.
    """
    with connect(dsn) as connection:
        follower(dsn).catch_up(connection)
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            horizon(connection)
            state = PlanState(connection, moment)
    folder.mkdir(parents=True, exist_ok=True)
    return {kind.FILE: _write(folder, kind, rows) for kind, rows in _files(state)}


def _files(state: PlanState) -> list[tuple[type[Row], Iterator[Cells]]]:
    return [
        (UnitRow, _units(state)),
        (PersonRow, _people(state)),
        (CycleRow, _cycles(state)),
        (ObjectiveRow, _objectives(state)),
        (AlignmentRow, _alignments(state)),
        (KeyResultRow, _key_results(state)),
        (CheckInRow, _check_ins(state)),
        (ReviewRow, performance.reviews(state.performance, state.names, state.owners)),
        (FeedbackRow, performance.feedback(state.performance, state.names)),
        (MeasureRow, performance.measures(state.performance, state.names)),
        (ReadingRow, performance.readings(state.performance, state.names)),
    ]


def _write(folder: Path, kind: type[Row], rows: Iterable[Cells]) -> int:
    """Rows by id, so that two exports can be compared. Cells stay as they are, also those that a spreadsheet
    would run: the folder is there to be read back.

    Rows have a cell for each optional column too, which are written only if one of them says something. Lines
    end in CRLF, because the writer quotes a cell for a line break only if it is part of that.
    """
    written = sorted(rows, key=lambda row: [str(cell) for cell in row])
    columns = kind.COLUMNS + kind.OPTIONAL
    shown = [
        place
        for place in range(len(columns))
        if place < len(kind.COLUMNS) or any(row[place] is not None for row in written)
    ]
    with (folder / kind.FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([columns[place] for place in shown])
        writer.writerows([row[place] for place in shown] for row in written)
    return len(written)


def _units(state: PlanState) -> Iterator[Cells]:
    for unit in state.units.values():
        parent = state.names.get(unit["parent_id"])
        yield state.names[unit["id"]], unit["name"], unit["kind"], parent, state.since[unit["id"]]


def _people(state: PlanState) -> Iterator[Cells]:
    for person in state.people.values():
        place = state.names[person["unit_id"]], state.names.get(person["manager_id"])
        about = person["name"], person["email"], person["job_title"]
        yield state.names[person["id"]], *about, *place, state.since[person["id"]]


def _cycles(state: PlanState) -> Iterator[Cells]:
    for cycle in state.cycles.values():
        yield state.names[cycle["id"]], cycle["name"], cycle["starts_on"], cycle["ends_on"]


def _objectives(state: PlanState) -> Iterator[Cells]:
    for node in state.objectives.values():
        yield (
            state.names[node.id],
            node.title,
            node.description,
            node.level,
            state.names[node.cycle_id],
            state.names.get(node.owner_unit_id),
            state.names.get(node.owner_person_id),
            day(node.starts_on),
            day(node.ends_on),
            state.outcomes.get(node.id, node.status) if node.status == "closed" else node.status,
            state.since[node.id],
            None if node.visibility == "open" else node.visibility,
            state.names.get(node.origin_id),
        )


def _alignments(state: PlanState) -> Iterator[Cells]:
    for link in state.links:
        ends = state.names[link["from"]], state.names[link["to"]]
        yield *ends, link["kind"], link["weight"], link["since"], None


def _key_results(state: PlanState) -> Iterator[Cells]:
    for each in state.key_results:
        yield (
            state.names[each.id],
            state.names[each.objective_id],
            each.title,
            each.kind,
            each.unit_of_measure,
            each.baseline,
            each.target,
            each.weight,
        )


def _check_ins(state: PlanState) -> Iterator[Cells]:
    for reading in state.readings:
        note = state.notes.get(reading.check_in_id)
        yield (
            state.names[reading.key_result_id],
            reading.on.isoformat(),
            reading.value,
            reading.confidence,
            note,
        )
