"""Bad cells: every one is named, once, and nothing that merely leans on one; then nothing is recorded."""

import shutil
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from application.act import Act
from application.objectives import Objectives
from application.plan import CellError, PlanInvalid, import_plan
from application.plan.ids import Identities
from application.store import Command, Store
from tests.application.plan.conftest import TODAY, Complaints, Import
from tests.plan_folders import DAMAGED, FEDERAL, PlanFolder, real_folder, wide_plan

# The rows of the damaged copy, and the cells in which they differ from the sound one.
BAD_CELLS_OF_THE_DAMAGED_COPY = {
    ("alignments.csv", 2, "aligned_to_id"),
    ("alignments.csv", 3, "aligned_to_id"),
    ("alignments.csv", 4, "weight"),
    ("alignments.csv", 5, "kind"),
    ("alignments.csv", 353, "aligned_to_id"),
    ("check_ins.csv", 2, "value"),
    ("check_ins.csv", 3, "on"),
    ("check_ins.csv", 4, "confidence"),
    ("check_ins.csv", 5, "value"),
    ("key_results.csv", 2, "target"),
    ("key_results.csv", 3, "kind"),
    ("key_results.csv", 4, "objective_id"),
    ("objectives.csv", 5, "starts_on"),
    ("objectives.csv", 12, "ends_on"),
    ("objectives.csv", 22, "level"),
    ("objectives.csv", 32, "ends_on"),
    ("objectives.csv", 730, "objective_id"),
}


LATE = {"aligned_to_id": "LATER", "effective_on": "2025-03-01"}


def cells(errors: list[CellError]) -> list[tuple[str, int, str]]:
    return [(error.file, error.line, error.column) for error in errors]


@pytest.mark.parametrize("folder", [folder for folder in (DAMAGED,) if folder.exists()])
@pytest.mark.parametrize("after_the_sound_one", [False, True])
def test_the_damaged_copy_of_the_federal_plan(
    importing: Import, complaints: Complaints, folder: Path, after_the_sound_one: bool
) -> None:
    if after_the_sound_one:
        importing(FEDERAL)
    found = complaints(folder)
    assert len(found) == 17
    assert set(cells(found)) == BAD_CELLS_OF_THE_DAMAGED_COPY


def damage(plan: PlanFolder) -> set[tuple[str, int, str]]:
    """One of every kind of damage; the cells that have to be named."""
    harm = [
        ("objectives.csv", {"objective_id": "RICH"}, "starts_on", "#N/A"),
        ("objectives.csv", {"objective_id": "BILLS"}, "ends_on", "2024-12-31"),
        ("objectives.csv", {"objective_id": "LATER"}, "level", ""),
        ("alignments.csv", {"objective_id": "BEN1"}, "aligned_to_id", "BEN1"),
        ("alignments.csv", {"objective_id": "LIFT", "aligned_to_id": "SAFE"}, "weight", "-2"),
        ("key_results.csv", {"key_result_id": "K1"}, "target", "n/a"),
        ("key_results.csv", {"key_result_id": "K2"}, "objective_id", "NOPE"),
        ("check_ins.csv", {"key_result_id": "K1", "on": "2025-01-31"}, "confidence", "11"),
        ("units.csv", {"unit_id": "CRANES"}, "parent_unit_id", "QUAYS"),
        ("people.csv", {"person_id": "ben"}, "manager_id", "zoe"),
        ("cycles.csv", {"cycle_id": "2026"}, "ends_on", "#REF!"),
    ]
    named = set()
    for file, where, column, value in harm:
        row = plan.row(file, **where)
        row[column] = value
        named.add((file, plan.line(file, row), column))
    return named


def test_every_bad_cell_is_named_and_nothing_that_leans_on_one(
    complaints: Complaints, plan: PlanFolder
) -> None:
    named = damage(plan)
    found = cells(complaints(plan))
    assert sorted(found) == sorted(named)


def test_bad_cells_record_nothing_at_all(store: Store, plan: PlanFolder) -> None:
    damage(plan)
    with pytest.raises(PlanInvalid):
        import_plan(store, plan.write(), today=TODAY)
    assert store.recorder.max_notification_id() in (0, None)


def test_rows_after_the_point_where_a_file_breaks_off_are_not_called_unknown(
    complaints: Complaints, plan: PlanFolder
) -> None:
    objectives = plan.write() / "objectives.csv"
    objectives.write_text(objectives.read_text().replace("\nTRAIN,", '\n"TRAIN,'))
    (error,) = complaints(plan.path)
    assert str(error) == "objectives.csv:6:-: is not CSV: a quoted cell begins here and never ends"


@pytest.mark.parametrize(
    ("file", "where", "cell", "named"),
    [
        ("objectives.csv", {"objective_id": "LIFT"}, {"effective_on": "2027-01-01"}, "effective_on"),
        ("objectives.csv", {"objective_id": "LIFT"}, {"title": "x" * 501}, "title"),
        ("objectives.csv", {"objective_id": "LIFT"}, {"owner_person_id": "ana"}, "owner_person_id"),
        ("objectives.csv", {"objective_id": "LIFT"}, {"status": "closed"}, "status"),
        ("objectives.csv", {"objective_id": "LIFT"}, {"effective_on": "2024-12-31"}, "owner_unit_id"),
        ("units.csv", {"unit_id": "CRANES"}, {"effective_on": "2024-12-31"}, "parent_unit_id"),
        ("people.csv", {"person_id": "ben"}, {"email": "ben at example"}, "email"),
        ("people.csv", {"person_id": "ben"}, {"effective_on": "2024-12-31"}, "unit_id"),
        ("alignments.csv", {"objective_id": "BEN1"}, {"effective_on": "2025-01-31"}, "effective_on"),
        ("alignments.csv", {"objective_id": "BEN1"}, LATE, "aligned_to_id"),
        ("key_results.csv", {"key_result_id": "K1"}, {"target": "40"}, "target"),
        ("key_results.csv", {"key_result_id": "K1"}, {"target": ""}, "target"),
        ("key_results.csv", {"key_result_id": "K4"}, {"target": "9"}, "target"),
        ("key_results.csv", {"key_result_id": "K1"}, {"baseline": ""}, "baseline"),
        ("check_ins.csv", {"key_result_id": "K2"}, {"on": "2024-12-31"}, "on"),
        ("check_ins.csv", {"key_result_id": "K2"}, {"on": "2026-11-24"}, "on"),
        ("check_ins.csv", {"key_result_id": "K2"}, {"value": ""}, "value"),
        ("check_ins.csv", {"key_result_id": "K2"}, {"confidence": "7.5"}, "confidence"),
        ("objectives.csv", {"objective_id": "LIFT"}, {"visibility": "secret"}, "visibility"),
        ("objectives.csv", {"objective_id": "LIFT"}, {"carried_from_id": "NOPE"}, "carried_from_id"),
        ("units.csv", {"unit_id": "CRANES"}, {"lead_person_id": "NOPE"}, "lead_person_id"),
        ("objectives.csv", {"objective_id": "LIFT"}, {"status": "carried_over"}, "status"),
        ("objectives.csv", {"objective_id": "LATER"}, {"carried_from_id": "LIFT"}, "carried_from_id"),
        ("reviews.csv", {"review_id": "R1"}, {"weight": "99.99"}, "weight"),
        ("reviews.csv", {"review_id": "R1"}, {"weight": ""}, "weight"),
        ("reviews.csv", {"review_id": "R1"}, {"reviewer_id": "ben"}, "reviewer_id"),
        ("reviews.csv", {"review_id": "R1"}, {"reviewer_id": "zoe"}, "reviewer_id"),
        ("reviews.csv", {"review_id": "R1"}, {"person_id": "eve"}, "objective_id"),
        ("reviews.csv", {"review_id": "R1"}, {"cycle_id": "2026"}, "objective_id"),
        ("reviews.csv", {"review_id": "R1"}, {"review_id": "R" * 501}, "review_id"),
        ("feedback.csv", {"feedback_id": "F1"}, {"kind": "blame"}, "kind"),
        ("feedback.csv", {"feedback_id": "F1"}, {"on": "2024-12-31"}, "on"),
        ("feedback.csv", {"feedback_id": "F1"}, {"on": "2026-11-24"}, "on"),
        ("feedback.csv", {"feedback_id": "F1"}, {"text": "x" * 20_001}, "text"),
        ("feedback.csv", {"feedback_id": "F1"}, {"objective_id": "NOPE"}, "objective_id"),
        ("measures.csv", {"measure_id": "M2"}, {"target": "41"}, "target"),
        ("measures.csv", {"measure_id": "M2"}, {"objective_id": "LIFT"}, "objective_id"),
        ("measures.csv", {"measure_id": "M2"}, {"effective_on": "2024-12-31"}, "objective_id"),
        ("measures.csv", {"measure_id": "M2"}, {"effective_on": "2026-11-24"}, "effective_on"),
        ("measures.csv", {"measure_id": "M2"}, {"direction": "sideways"}, "direction"),
        ("readings.csv", {"measure_id": "M2"}, {"on": "2025-01-31"}, "on"),
        ("readings.csv", {"measure_id": "M2"}, {"on": "2026-11-24"}, "on"),
        ("readings.csv", {"measure_id": "M2"}, {"value": "NaN"}, "value"),
        ("readings.csv", {"measure_id": "M2"}, {"measure_id": "M9"}, "measure_id"),
    ],
)
def test_what_the_domain_refuses_names_its_cell(
    complaints: Complaints,
    plan: PlanFolder,
    file: str,
    where: dict[str, str],
    cell: dict[str, str],
    named: str,
) -> None:
    row = plan.row(file, **where)
    row.update(cell)
    assert (file, plan.line(file, row), named) in cells(complaints(plan))


@pytest.mark.parametrize(
    ("file", "where", "cell", "named"),
    [
        ("reviews.csv", {"objective_id": "BEN1"}, {"weight": "a half"}, "weight"),
        ("reviews.csv", {"objective_id": "BEN1"}, {"review_id": ""}, "review_id"),
        ("reviews.csv", {"objective_id": "BEN2"}, {"objective_id": "BEN1"}, "objective_id"),
        ("reviews.csv", {"objective_id": "BEN2"}, {"reviewer_id": "eve"}, "reviewer_id"),
        ("reviews.csv", {"objective_id": "BEN2"}, {"weight": "59.99"}, None),
        ("measures.csv", {"objective_id": "RICH"}, {"target": "70.6"}, "target"),
        ("measures.csv", {"objective_id": "RICH"}, {"measure_id": ""}, "measure_id"),
        ("measures.csv", {"objective_id": "RICH"}, {"objective_id": "SAFE"}, "objective_id"),
    ],
)
def test_a_bad_row_of_several_is_the_only_one_named(
    complaints: Complaints,
    plan: PlanFolder,
    file: str,
    where: dict[str, str],
    cell: dict[str, str],
    named: str | None,
) -> None:
    with_two_objectives_reviewed(plan)
    row = plan.row(file, **where)
    line = plan.line(file, row) if named else 2  # the sum is nobody's fault alone: the first row is named
    row.update(cell)
    assert cells(complaints(plan)) == [(file, line, named or "weight")]


def with_two_objectives_reviewed(plan: PlanFolder) -> None:
    plan.files["objectives.csv"].append(
        plan.row("objectives.csv", objective_id="BEN1") | {"objective_id": "BEN2", "title": "Mentor two"}
    )
    plan.row("reviews.csv", review_id="R1")["weight"] = "40"
    plan.add("reviews.csv", "R1", "ben", "ana", "2025", "BEN2", "60")


def test_a_second_review_of_a_person_in_a_cycle_is_refused(
    importing: Import, complaints: Complaints, plan: PlanFolder
) -> None:
    row = plan.add("reviews.csv", "R2", "ben", "eve", "2025", "BEN1", "100")
    (error,) = complaints(plan)
    assert (error.line, error.column) == (plan.line("reviews.csv", row), "person_id")
    plan.files["reviews.csv"].remove(row)
    importing(plan)
    plan.files["reviews.csv"] = [row]
    (error,) = complaints(plan)
    assert error.detail == "has a review in this cycle already: R1"


def test_a_loop_names_the_last_of_its_rows_and_its_path(complaints: Complaints, plan: PlanFolder) -> None:
    row = plan.add("alignments.csv", "LIFT", "BEN1", "supports", "1", "2025-06-01", "")
    (error,) = complaints(plan)
    assert error.line == plan.line("alignments.csv", row)
    assert error.detail == "closes a loop from 2025-06-01 on: LIFT > BEN1 > TRAIN > LIFT"


def test_units_and_managers_in_a_loop_are_named(complaints: Complaints, plan: PlanFolder) -> None:
    plan.row("units.csv", unit_id="ORG")["parent_unit_id"] = "CRANES"
    plan.row("people.csv", person_id="ana")["manager_id"] = "ben"
    found = {(error.file, error.column) for error in complaints(plan)}
    assert found == {("units.csv", "parent_unit_id"), ("people.csv", "manager_id")}


def test_a_loop_through_what_was_imported_before_is_found(
    importing: Import, complaints: Complaints, plan: PlanFolder, tmp_path: Path
) -> None:
    importing(plan)
    later = PlanFolder(tmp_path / "later", {})
    later.add("alignments.csv", "LIFT", "BEN1", "supports", "1", "2025-06-01", "")
    (error,) = complaints(later)
    assert error.column == "aligned_to_id"


@pytest.mark.parametrize(("day", "closes"), [("2025-04-30", True), ("2025-05-01", False)])
def test_a_link_that_has_been_taken_away_closes_no_loop_from_that_day_on(
    importing: Import, shared_store: Store, source: str, plan: PlanFolder, day: str, closes: bool
) -> None:
    importing(plan)
    ids = Identities(source)
    act = Act(
        "person:eve", Command(uuid4(), b"", remember=False), reason="no more", effective_on=date(2025, 5, 1)
    )
    Objectives(shared_store).remove_alignment(act, ids.objective("TRAIN"), ids.objective("LIFT"))
    plan.add("alignments.csv", "LIFT", "TRAIN", "supports", "1", day, "")
    if closes:
        with pytest.raises(PlanInvalid, match="closes a loop from 2025-04-30 on: LIFT > TRAIN > LIFT"):
            importing(plan)
    else:
        assert importing(plan).events == {"objective.aligned": 1}


def test_a_long_chain_that_bites_its_tail_is_found_quickly(complaints: Complaints, tmp_path: Path) -> None:
    plan = wide_plan(tmp_path / "chain", 400, fan_out=1)
    plan.row("objectives.csv", objective_id="O0")["level"] = "department"
    last = plan.add("alignments.csv", "O0", "O399", "contributes", "1", "2025-01-01", "")
    (error,) = complaints(plan)
    assert error.line == plan.line("alignments.csv", last)


@pytest.mark.parametrize("folder", [folder for folder in (FEDERAL,) if folder.exists()])
def test_a_bad_cell_after_line_breaks_is_found_on_the_line_of_its_row(
    complaints: Complaints, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    plan = real_folder(tmp_path / "copy")
    row = plan.files["key_results.csv"][-1]
    row["weight"] = "heavy"
    plan.path.chmod(0o755)
    for file in plan.path.iterdir():
        file.chmod(0o644)
    (error,) = complaints(plan)
    assert (error.file, error.line, error.column) == ("key_results.csv", 237, "weight")
