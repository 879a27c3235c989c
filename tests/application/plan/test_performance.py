"""Reviews, feedback, measures and sealed cycles in a plan folder."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from application.act import Act
from application.cycles import Cycles
from application.objectives import Objectives
from application.people import People
from application.plan.ids import Identities
from application.reviews import Reviews
from application.store import Command, Store
from domain.objective import Objective
from domain.review import Review
from tests.application.plan.conftest import TODAY, Complaints, Import, Recorded
from tests.plan_folders import PlanFolder

Change = tuple[str, dict[str, str], dict[str, str], str]


def act(reason: str | None = None, effective_on: date = TODAY) -> Act:
    command = Command(uuid4(), b"", remember=False)
    return Act("person:eve", command, reason=reason, effective_on=effective_on, today=TODAY)


def test_a_review_is_opened_on_the_last_day_of_its_cycle(
    importing: Import, plan: PlanFolder, recorded: Recorded
) -> None:
    importing(plan, source="reviewing")
    (opened,) = recorded("reviewing", "review", "R1")
    assert isinstance(opened, Review.Opened)
    assert (opened.effective_on, opened.external_id) == ("2025-12-31", "R1")
    assert opened.scale["highest"] == 5
    assert [each["weight"] for each in opened.objectives] == ["100"]


def test_a_review_in_a_cycle_that_runs_is_opened_today(
    importing: Import, plan: PlanFolder, recorded: Recorded
) -> None:
    importing(plan, source="running", today=date(2025, 6, 1))
    (opened,) = recorded("running", "review", "R1")
    assert opened.effective_on == "2025-06-01"


def test_a_withdrawn_review_makes_room_for_another(
    importing: Import, shared_store: Store, source: str, plan: PlanFolder
) -> None:
    importing(plan)
    Reviews(shared_store).withdraw(act("wrong reviewer"), Identities(source).review("R1"))
    plan.files["reviews.csv"][0].update(review_id="R2", reviewer_id="eve")
    assert importing(plan).events == {"review.opened": 1}


def test_who_has_left_before_is_not_reviewed(
    importing: Import, complaints: Complaints, shared_store: Store, source: str, plan: PlanFolder
) -> None:
    reviews = plan.files.pop("reviews.csv")
    importing(plan)
    (plan.path / "reviews.csv").unlink(missing_ok=True)
    ids = Identities(source)
    left = act(effective_on=date(2025, 9, 1))
    People(shared_store).depart(left, ids.person("ben"), hand_over_to=ids.person("ana"))
    plan.files["reviews.csv"] = reviews
    (error,) = complaints(plan)
    assert str(error) == "reviews.csv:2:person_id: is not there any more on 2025-12-31"


def test_a_corrected_reading_of_a_measure_says_what_it_was(
    importing: Import, plan: PlanFolder, recorded: Recorded
) -> None:
    importing(plan, source="measuring")
    plan.row("readings.csv", measure_id="M2")["value"] = "37.5"
    importing(plan, source="measuring")
    event = recorded("measuring", "measure", "M2")[-1]
    assert (event.value, event.value_before, event.source) == ("37.5", "38", "Payroll")  # type: ignore[attr-defined]
    assert (event.effective_on, event.reason) == ("2025-02-28", "imported plan")


def test_a_measure_without_a_date_begins_with_its_first_reading(
    importing: Import, plan: PlanFolder, recorded: Recorded
) -> None:
    for row in plan.files["measures.csv"]:
        row["effective_on"] = ""
    importing(plan, source="undated")
    defined = recorded("undated", "measure", "M1")[0]
    assert defined.effective_on == "2025-01-31"


def test_a_private_objective_comes_private_and_a_file_without_the_column_leaves_it_so(
    importing: Import, shared_store: Store, source: str, plan: PlanFolder
) -> None:
    lift = plan.row("objectives.csv", objective_id="LIFT")
    lift["visibility"] = "private"
    importing(plan)
    del lift["visibility"]
    assert importing(plan).unchanged
    objective = shared_store.load(Objective, Identities(source).objective("LIFT"))
    assert objective.visibility.at(TODAY) == "private"


def carried_over(plan: PlanFolder) -> None:
    plan.row("objectives.csv", objective_id="LIFT")["status"] = "carried_over"
    plan.row("objectives.csv", objective_id="LATER")["carried_from_id"] = "LIFT"


def test_an_objective_carried_over_names_its_successor_and_that_its_origin(
    importing: Import, shared_store: Store, source: str, plan: PlanFolder
) -> None:
    carried_over(plan)
    importing(plan)
    old, new = (shared_store.load(Objective, Identities(source).objective(id)) for id in ("LIFT", "LATER"))
    assert (old.status, old.successor_id, new.origin_id) == ("carried_over", new.id, old.id)
    assert importing(plan).unchanged


def sealed(store: Store, source: str) -> UUID:
    """Closes the year 2025 with what an import left open in it ended."""
    ids, reviews = Identities(source), Reviews(store)
    reviews.withdraw(act("no season this year"), ids.review("R1"))
    for id in ("SAFE", "RICH", "LIFT", "TRAIN", "BEN1", "BILLS"):
        Objectives(store).cancel(act("the year is over"), ids.objective(id))
    Cycles(store).close(act(), ids.cycle("2025"))
    return ids.cycle("2025")


@pytest.fixture
def year_closed(importing: Import, shared_store: Store, source: str, plan: PlanFolder) -> PlanFolder:
    importing(plan)
    sealed(shared_store, source)
    return plan


@pytest.mark.parametrize(
    "change",
    [
        ("objectives.csv", {"objective_id": "LIFT"}, {"title": "Calmer lifts"}, "cycle_id"),
        ("objectives.csv", {"objective_id": "LIFT"}, {"status": "postponed"}, "status"),
        ("objectives.csv", {"objective_id": "LIFT"}, {"objective_id": "NEW"}, "cycle_id"),
        ("key_results.csv", {"key_result_id": "K1"}, {"target": "99"}, "key_result_id"),
        ("check_ins.csv", {"key_result_id": "K2"}, {"value": "13"}, "on"),
        ("alignments.csv", {"objective_id": "TRAIN"}, {"weight": "4"}, "aligned_to_id"),
        ("feedback.csv", {"feedback_id": "F1"}, {"feedback_id": "F9"}, "feedback_id"),
        ("reviews.csv", {"review_id": "R1"}, {"review_id": "R9"}, "cycle_id"),
    ],
)
def test_a_sealed_cycle_takes_nothing_from_an_import(
    importing: Import, complaints: Complaints, year_closed: PlanFolder, change: Change
) -> None:
    file, where, cell, named = change
    plan = year_closed
    assert importing(plan).unchanged
    row = plan.row(file, **where)
    row.update(cell)
    found = [(error.file, error.line, error.column) for error in complaints(plan)]
    assert (file, plan.line(file, row), named) in found


def test_a_draft_of_another_cycle_is_not_aligned_into_a_sealed_one(
    importing: Import, complaints: Complaints, shared_store: Store, source: str, plan: PlanFolder
) -> None:
    plan.row("objectives.csv", objective_id="LATER").update(starts_on="2025-06-01")
    importing(plan)
    sealed(shared_store, source)
    plan.add("alignments.csv", "LATER", "SAFE", "supports", "1", "2025-07-01", "")
    (error,) = complaints(plan)
    assert "is closed and sealed" in error.detail


def test_a_reopened_cycle_takes_imports_again(
    importing: Import, shared_store: Store, source: str, plan: PlanFolder
) -> None:
    importing(plan)
    Cycles(shared_store).reopen(act("forgotten feedback"), sealed(shared_store, source))
    plan.row("feedback.csv", feedback_id="F1")["feedback_id"] = "F9"
    assert importing(plan).events == {"objective.feedback_given": 1}
