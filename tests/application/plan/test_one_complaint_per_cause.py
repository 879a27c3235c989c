"""A cause has one complaint: no second one rests on what merely stands in for a cell or row that is bad. And
every cause is named in the same run.
"""

from uuid import uuid4

import pytest

from application.act import Act
from application.objectives import Objectives
from application.plan.errors import CellError, printable
from application.plan.ids import Identities
from application.store import Command, Store
from tests.application.plan.conftest import TODAY, Complaints, Import
from tests.plan_folders import PlanFolder


def found(errors: list[CellError]) -> list[tuple[str, int, str]]:
    return [(error.file, error.line, error.column) for error in errors]


@pytest.mark.parametrize(
    ("file", "column", "cell", "detail"),
    [
        ("check_ins.csv", "on", "31.03.2026", "'31.03.2026' is not a date"),
        ("readings.csv", "on", "3/31/2026", "'3/31/2026' is not a date"),
        ("check_ins.csv", "key_result_id", "", "is missing"),
        ("units.csv", "unit_id", "", "is missing"),
        ("people.csv", "person_id", "a\0", "holds a NUL character"),
        ("reviews.csv", "objective_id", " ", "is missing"),
        ("measures.csv", "measure_id", "", "is missing"),
    ],
)
def test_what_stands_in_for_a_bad_cell_is_no_repeated_key(
    complaints: Complaints, plan: PlanFolder, file: str, column: str, cell: str, detail: str
) -> None:
    first = dict(plan.files[file][0]) | {column: cell}
    plan.files[file] += [first, dict(first), dict(first)]
    lines = [plan.line_of(file, place) for place in range(len(plan.files[file]) - 3, len(plan.files[file]))]
    errors = complaints(plan)
    assert found(errors) == [(file, line, column) for line in lines]
    assert all(error.detail.startswith(detail) for error in errors)


@pytest.mark.parametrize(
    ("file", "cells"),
    [
        ("key_results.csv", {"target": "n/a", "weight": "-1"}),
        ("objectives.csv", {"starts_on": "#REF!", "owner_unit_id": "NOPE", "cycle_id": "NEVER"}),
        ("alignments.csv", {"effective_on": "soon", "aligned_to_id": "NOPE", "kind": "helps", "weight": "0"}),
        ("people.csv", {"effective_on": "1.1.25", "unit_id": "NOPE", "manager_id": "nobody"}),
        ("check_ins.csv", {"value": "many", "confidence": "11", "key_result_id": "K9"}),
        ("reviews.csv", {"weight": "half", "reviewer_id": "nobody"}),
    ],
)
def test_every_bad_cell_of_a_row_is_named_in_one_run(
    complaints: Complaints, plan: PlanFolder, file: str, cells: dict[str, str]
) -> None:
    plan.files[file][0].update(cells)
    assert sorted(found(complaints(plan))) == sorted((file, 2, column) for column in cells)


def test_who_is_carried_over_into_a_bad_row_has_a_successor(complaints: Complaints, plan: PlanFolder) -> None:
    plan.row("objectives.csv", objective_id="LIFT")["status"] = "carried_over"
    later = plan.row("objectives.csv", objective_id="LATER")
    later.update(carried_from_id="LIFT", ends_on="31/12/2026")
    assert found(complaints(plan)) == [("objectives.csv", plan.line("objectives.csv", later), "ends_on")]


def test_an_origin_with_a_bad_row_was_carried_over(complaints: Complaints, plan: PlanFolder) -> None:
    lift = plan.row("objectives.csv", objective_id="LIFT")
    lift.update(status="carried_over", level="crew")
    plan.row("objectives.csv", objective_id="LATER")["carried_from_id"] = "LIFT"
    assert found(complaints(plan)) == [("objectives.csv", plan.line("objectives.csv", lift), "level")]


def test_a_link_whose_row_is_bad_is_not_taken_away(
    importing: Import, complaints: Complaints, shared_store: Store, source: str, plan: PlanFolder
) -> None:
    importing(plan)
    act = Act("person:eve", Command(uuid4(), b"", remember=False), reason="given up", today=TODAY)
    Objectives(shared_store).cancel(act, Identities(source).objective("LIFT"))
    row = plan.row("alignments.csv", objective_id="LIFT", aligned_to_id="RICH")
    row["weight"] = "none"
    assert found(complaints(plan)) == [("alignments.csv", plan.line("alignments.csv", row), "weight")]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("te\x07am", r"'te\x07am' is none of"),
        ("te\u200bam", r"'te\u200bam' is none of"),
        ("te\nam", r"'te\nam' is none of"),
        ("team\u202e", r"'team\u202e' is none of"),
        ("éq\xa0uipe", r"'éq\xa0uipe' is none of"),
    ],
)
def test_a_complaint_shows_what_cannot_be_seen(
    complaints: Complaints, plan: PlanFolder, cell: str, shown: str
) -> None:
    plan.row("units.csv", unit_id="CRANES")["kind"] = cell
    (error,) = complaints(plan)
    assert error.detail.startswith(shown)


@pytest.mark.parametrize(
    ("file", "cells"),
    [
        ("people.csv", {"unit_id": "\x1b[31mOPS\x1b[0m"}),
        ("units.csv", {"parent_unit_id": "a\tb\x85c"}),
        ("alignments.csv", {"aligned_to_id": "x\u2028y"}),
    ],
)
def test_what_is_nowhere_is_named_printably(
    complaints: Complaints, plan: PlanFolder, file: str, cells: dict[str, str]
) -> None:
    plan.files[file][1].update(cells)
    (error,) = complaints(plan)
    assert error.detail.startswith("there is no ")
    assert str(error).isprintable()


def test_bytes_that_are_no_text_are_shown_as_bytes() -> None:
    assert printable(b"M\xfcller".decode("utf-8", "surrogateescape")) == r"M\xfcller"
