"""Importing again records what has changed in the folder, and only that."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from application.act import Act
from application.measures import Measures
from application.objectives import Objectives
from application.plan.ids import Identities
from application.store import Command, Store
from application.units import Units
from domain.measure import Aim, Measure
from domain.objective import Objective
from domain.unit import Unit
from tests.application.plan.conftest import TODAY, Complaints, Import, Recorded
from tests.plan_folders import PlanFolder

KEY = {
    "units.csv": "unit_id",
    "people.csv": "person_id",
    "cycles.csv": "cycle_id",
    "objectives.csv": "objective_id",
    "alignments.csv": "objective_id",
    "key_results.csv": "key_result_id",
    "check_ins.csv": "key_result_id",
    "reviews.csv": "review_id",
    "feedback.csv": "feedback_id",
    "measures.csv": "measure_id",
    "readings.csv": "measure_id",
}


Change = tuple[str, dict[str, str]]


def change(plan: PlanFolder, file: str, id: str, cells: dict[str, str]) -> None:
    plan.row(file, **{KEY[file]: id}).update(cells)


CHANGES = [
    ("units.csv", "OPS", {"name": "Quay Operations"}, {"unit.renamed": 1}),
    ("units.csv", "CRANES", {"parent_unit_id": "FIN"}, {"unit.moved": 1}),
    ("units.csv", "CRANES", {"parent_unit_id": ""}, {"unit.moved": 1}),
    ("units.csv", "CRANES", {"lead_person_id": "ben"}, {"unit.lead_named": 1}),
    ("people.csv", "ben", {"name": "Ben O'Yelaran"}, {"person.renamed": 1}),
    ("people.csv", "ben", {"unit_id": "FIN"}, {"person.transferred": 1}),
    ("people.csv", "ben", {"manager_id": "eve"}, {"person.transferred": 1}),
    ("people.csv", "ben", {"manager_id": "", "effective_on": "2025-07-01"}, {"person.transferred": 1}),
    ("people.csv", "ben", {"job_title": "Lead", "email": ""}, {"person.revised": 1}),
    (
        "people.csv",
        "ben",
        {"email": "b@example.org", "unit_id": "FIN"},
        {"person.revised": 1, "person.transferred": 1},
    ),
    ("cycles.csv", "2025", {"name": "FY 2025"}, {"cycle.revised": 1}),
    ("cycles.csv", "2025", {"cadence_days": "60", "appeal_days": "0"}, {"cycle.revised": 1}),
    ("cycles.csv", "2026", {"starts_on": "2025-12-01", "ends_on": "2027-01-31"}, {"cycle.revised": 1}),
    ("objectives.csv", "LIFT", {"title": "Safer lifts\neverywhere"}, {"objective.revised": 1}),
    ("objectives.csv", "LIFT", {"description": ""}, {"objective.revised": 1}),
    ("objectives.csv", "LIFT", {"starts_on": "2025-01-02"}, {"objective.revised": 1}),
    ("objectives.csv", "LIFT", {"ends_on": "2025-11-30", "title": "Lifts"}, {"objective.revised": 1}),
    ("objectives.csv", "LATER", {"level": "individual"}, {"objective.revised": 1}),
    ("objectives.csv", "LATER", {"cycle_id": "2025"}, {"objective.revised": 1}),
    (
        "objectives.csv",
        "LATER",
        {"level": "team", "status": "submitted", "title": "Later, but better"},
        {"objective.revised": 2, "objective.submitted": 1},
    ),
    ("objectives.csv", "LIFT", {"owner_unit_id": "", "owner_person_id": "ana"}, {"objective.transferred": 1}),
    ("objectives.csv", "LIFT", {"status": "postponed"}, {"objective.postponed": 1}),
    ("objectives.csv", "LIFT", {"status": "cancelled"}, {"objective.cancelled": 1}),
    ("objectives.csv", "LIFT", {"status": "partly_achieved"}, {"objective.closed": 1}),
    ("objectives.csv", "BEN1", {"status": "active"}, {"objective.activated": 1}),
    ("objectives.csv", "LATER", {"status": "approved"}, {"objective.submitted": 1, "objective.approved": 1}),
    ("alignments.csv", "TRAIN", {"weight": "2.50"}, {"objective.alignment_weight_changed": 1}),
    ("alignments.csv", "TRAIN", {"kind": "supports"}, {"objective.aligned": 1}),
    (
        "alignments.csv",
        "TRAIN",
        {"aligned_to_id": "RICH"},
        {"objective.alignment_removed": 1, "objective.aligned": 1},
    ),
    (
        "alignments.csv",
        "TRAIN",
        {"effective_on": "2025-02-15"},
        {"objective.alignment_removed": 1, "objective.aligned": 1},
    ),
    ("key_results.csv", "K3", {"target": "5"}, {"objective.target_changed": 1}),
    ("key_results.csv", "K3", {"baseline": "20"}, {"objective.target_changed": 1}),
    ("key_results.csv", "K4", {"kind": "maintain_at_most", "target": "5"}, {"objective.target_changed": 1}),
    ("key_results.csv", "K3", {"kind": "observe", "target": ""}, {"objective.target_changed": 1}),
    ("key_results.csv", "K3", {"kind": "maintain_at_most"}, {"objective.target_changed": 1}),
    ("key_results.csv", "K3", {"title": "Days until the bill"}, {"objective.key_result_revised": 1}),
    ("key_results.csv", "K3", {"weight": "3"}, {"objective.key_result_revised": 1}),
    ("key_results.csv", "K3", {"unit_of_measure": ""}, {"objective.key_result_revised": 1}),
    (
        "key_results.csv",
        "K3",
        {"unit_of_measure": "hours", "target": "5"},
        {"objective.key_result_revised": 1, "objective.target_changed": 1},
    ),
    ("check_ins.csv", "K2", {"value": "13"}, {"objective.check_in_corrected": 1}),
    ("check_ins.csv", "K2", {"confidence": "5"}, {"objective.check_in_corrected": 1}),
    ("check_ins.csv", "K2", {"note": "after the strike"}, {"objective.check_in_corrected": 1}),
    ("objectives.csv", "LIFT", {"visibility": "private"}, {"objective.revised": 1}),
    ("readings.csv", "M2", {"value": "37.5"}, {"measure.reading_corrected": 1}),
    ("readings.csv", "M2", {"source": "Payroll, recounted"}, {"measure.reading_corrected": 1}),
    ("readings.csv", "M2", {"on": "2025-03-31"}, {"measure.reading_recorded": 1}),
    ("feedback.csv", "F1", {"feedback_id": "F3"}, {"objective.feedback_given": 1}),
    ("measures.csv", "M2", {"measure_id": "M3"}, {"measure.defined": 1}),
    ("measures.csv", "M2", {"name": "Days lost to injuries"}, {"measure.revised": 1}),
    ("measures.csv", "M2", {"unit_of_measure": "", "target": "19"}, {"measure.revised": 1}),
    ("measures.csv", "M2", {"direction": "increase", "target": "50"}, {"measure.revised": 1}),
    ("measures.csv", "M2", {"objective_id": "RICH"}, {"measure.revised": 1}),
    ("measures.csv", "M2", {"baseline": "44", "effective_on": "2025-07-01"}, {"measure.revised": 1}),
]


def test_importing_again_records_nothing(importing: Import, plan: PlanFolder) -> None:
    first = importing(plan)
    again = importing(plan)
    assert not first.unchanged
    assert again.unchanged
    assert again.position == first.position


@pytest.mark.parametrize(("file", "id", "cells", "events"), CHANGES)
def test_a_changed_cell_records_its_change_once(
    importing: Import, plan: PlanFolder, file: str, id: str, cells: dict[str, str], events: dict[str, int]
) -> None:
    importing(plan)
    change(plan, file, id, cells)
    assert importing(plan).events == events
    assert importing(plan).unchanged


@pytest.mark.parametrize(
    ("file", "id", "cells"),
    [
        ("units.csv", "OPS", {"name": "  Operations "}),
        ("cycles.csv", "2025", {"cadence_days": "30", "appeal_days": ""}),
        ("alignments.csv", "TRAIN", {"weight": "1.00"}),
        ("alignments.csv", "TRAIN", {"reason": "another reason for the same"}),
        ("key_results.csv", "K3", {"target": "7.0"}),
        ("check_ins.csv", "K2", {"value": "1.2e1"}),
        ("objectives.csv", "LIFT", {"effective_on": "2025-02-01"}),
        ("objectives.csv", "LIFT", {"visibility": "open"}),
        ("reviews.csv", "R1", {"weight": "1e2"}),
        ("feedback.csv", "F1", {"visibility": ""}),
        ("measures.csv", "M2", {"baseline": "41.0"}),
        ("measures.csv", "M2", {"effective_on": "2025-02-02"}),
        ("readings.csv", "M2", {"value": "38.0"}),
    ],
)
def test_the_same_said_otherwise_is_no_change(
    importing: Import, plan: PlanFolder, file: str, id: str, cells: dict[str, str]
) -> None:
    importing(plan)
    change(plan, file, id, cells)
    assert importing(plan).unchanged


def test_a_change_is_signed_by_the_import_with_the_reason_of_its_row(
    importing: Import, plan: PlanFolder, recorded: Recorded
) -> None:
    importing(plan, source="harbour")
    plan.row("alignments.csv", objective_id="TRAIN").update(
        weight="4", reason="counts more", effective_on="2025-03-01"
    )
    importing(plan, source="harbour")
    event = recorded("harbour", "objective", "TRAIN")[-1]
    assert (event.actor, event.reason, event.effective_on) == ("import:harbour", "counts more", "2025-03-01")


def test_what_others_changed_meanwhile_stays_when_the_row_did_not_change(
    importing: Import, plan: PlanFolder, shared_store: Store, source: str
) -> None:
    importing(plan)
    unit = Identities(source).unit("FIN")
    act = Act("person:eve", Command(uuid4(), b"", remember=False), effective_on=date(2025, 1, 1))
    Units(shared_store).rename(act, unit, name="Treasury")
    assert importing(plan).unchanged
    assert shared_store.load(Unit, unit).name.at(TODAY) == "Treasury"


def test_a_corrected_key_result_keeps_its_readings_and_a_dry_run_says_that_it_changes(
    importing: Import, plan: PlanFolder, shared_store: Store, source: str
) -> None:
    importing(plan)
    change(plan, "key_results.csv", "K3", {"title": "Days until the bill", "weight": "3"})
    dry = importing(plan, dry_run=True)
    assert [(row.file, row.id, row.outcome) for row in dry.outcomes if row.outcome != "skip"] == [
        ("key_results.csv", "K3", "change")
    ]
    importing(plan, effective_on=date(2025, 3, 31))
    ids = Identities(source)
    bills = shared_store.load(Objective, ids.objective("BILLS"))
    k3, days = ids.key_result("K3"), (date(2025, 3, 30), date(2025, 3, 31), TODAY)
    found = [one for day in days for one in bills.measured_on(day) if one.key_result.id == k3]
    assert [(each.key_result.label.title, each.key_result.label.weight) for each in found] == [
        ("Days to the bill", Decimal(1)),
        ("Days until the bill", Decimal(3)),
        ("Days until the bill", Decimal(3)),
    ]
    assert [each.value for each in found] == [None, Decimal(14), Decimal(14)]


def test_a_revised_measure_keeps_its_readings_and_what_others_said_and_a_dry_run_says_that_it_changes(
    importing: Import, plan: PlanFolder, shared_store: Store, source: str
) -> None:
    importing(plan)
    id, command = Identities(source).measure("M2"), Command(uuid4(), b"", remember=False)
    by = Act("person:eve", command, reason="recounted", effective_on=date(2025, 4, 1))
    Measures(shared_store).revise(by, id, baseline=Decimal(44), unit_of_measure="full days")
    assert importing(plan).unchanged
    change(plan, "measures.csv", "M2", {"name": "Days lost to injuries", "target": "18"})
    dry = importing(plan, dry_run=True)
    assert [(row.file, row.id, row.outcome) for row in dry.outcomes if row.outcome != "skip"] == [
        ("measures.csv", "M2 SAFE", "change")
    ]
    assert dry.events == {"measure.revised": 1}
    importing(plan, effective_on=date(2025, 7, 1))
    measure = shared_store.load(Measure, id)
    told = [(measure.name.at(day), measure.aim.at(day)) for day in (date(2025, 6, 30), TODAY)]
    assert told == [
        ("Days lost", Aim("decrease", Decimal(44), Decimal(20))),
        ("Days lost to injuries", Aim("decrease", Decimal(44), Decimal(18))),
    ]
    assert measure.unit_of_measure.at(TODAY) == "full days"
    assert measure.value_on(TODAY) == Decimal(38)


def test_rows_more_and_rows_less_are_objectives_of_a_measure(
    importing: Import, plan: PlanFolder, shared_store: Store, source: str
) -> None:
    importing(plan)
    rows, ids = plan.files["measures.csv"], Identities(source)

    def linked() -> list[UUID] | None:
        return shared_store.load(Measure, ids.measure("M2")).objective_ids.at(TODAY)

    rows.append({**plan.row("measures.csv", measure_id="M2"), "objective_id": "RICH"})
    assert importing(plan).events == {"measure.revised": 1}
    assert linked() == [ids.objective("SAFE"), ids.objective("RICH")]
    rows.remove(plan.row("measures.csv", measure_id="M2", objective_id="SAFE"))
    assert importing(plan).events == {"measure.revised": 1}
    assert (linked(), importing(plan).unchanged) == ([ids.objective("RICH")], True)
    rows.remove(plan.row("measures.csv", measure_id="M2"))
    assert importing(plan).unchanged  # no row of it says nothing of it


def test_a_changed_row_of_a_key_result_that_others_removed_is_refused(
    importing: Import, complaints: Complaints, plan: PlanFolder, shared_store: Store, source: str
) -> None:
    importing(plan)
    ids = Identities(source)
    command, day = Command(uuid4(), b"", remember=False), date(2025, 3, 1)
    act = Act("person:eve", command, reason="merged", effective_on=day)
    Objectives(shared_store).remove_key_result(act, ids.objective("BILLS"), ids.key_result("K3"))
    change(plan, "key_results.csv", "K3", {"weight": "3"})
    (wrong,) = complaints(plan)
    line = plan.line("key_results.csv", plan.row("key_results.csv", key_result_id="K3"))
    assert (wrong.file, wrong.line) == ("key_results.csv", line)
    assert "there is no key result" in wrong.detail


def test_a_link_that_others_made_is_not_taken_away(
    importing: Import, plan: PlanFolder, shared_store: Store, source: str
) -> None:
    importing(plan)
    ids = Identities(source)
    act = Act("person:eve", Command(uuid4(), b"", remember=False), reason="it does")
    Objectives(shared_store).align(
        act, ids.objective("TRAIN"), objective_id=ids.objective("SAFE"), kind="supports", weight=Decimal(1)
    )
    assert importing(plan).unchanged


def test_a_row_that_is_gone_takes_its_link_away_if_the_objective_has_others(
    importing: Import, plan: PlanFolder
) -> None:
    importing(plan)
    plan.files["alignments.csv"].remove(plan.row("alignments.csv", objective_id="LIFT", aligned_to_id="RICH"))
    assert importing(plan).events == {"objective.alignment_removed": 1}
    plan.files["alignments.csv"].remove(plan.row("alignments.csv", objective_id="LIFT", aligned_to_id="SAFE"))
    assert importing(plan).unchanged


@pytest.mark.parametrize(
    ("file", "change_to", "column"),
    [
        ("units.csv", ("OPS", {"kind": "division"}), "kind"),
        ("cycles.csv", ("2025", {"cadence_days": "0"}), "cadence_days"),
        ("cycles.csv", ("2025", {"appeal_days": "367"}), "appeal_days"),
        ("objectives.csv", ("LIFT", {"level": "team"}), "level"),
        ("objectives.csv", ("LIFT", {"cycle_id": "2026"}), "cycle_id"),
        ("objectives.csv", ("LIFT", {"owner_unit_id": ""}), "owner_unit_id"),
        ("objectives.csv", ("LIFT", {"status": "approved"}), "status"),
        ("objectives.csv", ("LIFT", {"effective_on": "2024-12-31"}), "effective_on"),
        ("objectives.csv", ("TRAIN", {"ends_on": "2025-01-31"}), "ends_on"),
        ("key_results.csv", ("K3", {"objective_id": "LIFT"}), "objective_id"),
        ("key_results.csv", ("K3", {"weight": "0"}), "weight"),
        ("key_results.csv", ("K3", {"unit_of_measure": "d" * 201}), "unit_of_measure"),
        ("check_ins.csv", ("K2", {"confidence": ""}), "confidence"),
        ("objectives.csv", ("LIFT", {"carried_from_id": "SAFE"}), "carried_from_id"),
        ("reviews.csv", ("R1", {"weight": "99"}), "weight"),
        ("reviews.csv", ("R1", {"reviewer_id": "eve"}), "reviewer_id"),
        ("reviews.csv", ("R1", {"objective_id": "TRAIN"}), "objective_id"),
        ("feedback.csv", ("F1", {"text": "Calmer shifts"}), "text"),
        ("feedback.csv", ("F1", {"on": "2025-02-11"}), "on"),
        ("feedback.csv", ("F1", {"objective_id": "TRAIN"}), "objective_id"),
        ("measures.csv", ("M2", {"target": "45"}), "target"),
        ("measures.csv", ("M2", {"objective_id": "LIFT"}), "objective_id"),
        ("measures.csv", ("M2", {"name": "d" * 201}), "name"),
        ("measures.csv", ("M2", {"effective_on": "2025-01-31"}), "effective_on"),
        ("readings.csv", ("M2", {"source": ""}), "source"),
    ],
)
def test_a_change_that_cannot_be_recorded_names_its_cell(
    importing: Import, complaints: Complaints, plan: PlanFolder, file: str, change_to: Change, column: str
) -> None:
    id, cells = change_to
    importing(plan)
    change(plan, file, id, cells)
    line = plan.line(file, plan.row(file, **{KEY[file]: id}))
    assert (file, line, column) in [(error.file, error.line, error.column) for error in complaints(plan)]
