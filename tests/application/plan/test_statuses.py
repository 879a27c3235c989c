"""The status of a row, reached by the steps of an objective's life, each on a day that makes sense."""

from collections.abc import Callable

import pytest

from tests.application.plan.conftest import Complaints, Import, Recorded
from tests.plan_folders import PlanFolder

Steps = Callable[[str], list[tuple[str, str]]]
STEPS = "Submitted Returned Approved Activated Postponed Resumed Cancelled Reinstated Closed Reopened".split()


@pytest.fixture
def steps(recorded: Recorded, source: str) -> Steps:
    """What an objective has gone through, as (step, effective date)."""

    def run(id: str) -> list[tuple[str, str]]:
        events = recorded(source, "objective", id)
        named = ((type(event).__name__, event.effective_on) for event in events)
        return [step for step in named if step[0] in STEPS]

    return run


def to_active(day: str) -> list[tuple[str, str]]:
    return [("Submitted", day), ("Approved", day), ("Activated", day)]


@pytest.mark.parametrize(
    ("status", "taken"),
    [
        ("draft", []),
        ("submitted", [("Submitted", "2025-01-01")]),
        ("approved", [("Submitted", "2025-01-01"), ("Approved", "2025-01-01")]),
        ("active", to_active("2025-01-01")),
        ("postponed", [*to_active("2025-01-01"), ("Postponed", "2025-01-01")]),
        ("cancelled", [("Cancelled", "2025-01-01")]),
        ("achieved", [*to_active("2025-01-01"), ("Closed", "2025-12-31")]),
    ],
)
def test_a_new_objective_takes_the_steps_to_its_status(
    importing: Import,
    steps: Steps,
    plan: PlanFolder,
    status: str,
    taken: list[tuple[str, str]],
) -> None:
    plan.files["check_ins.csv"] = plan.files["reaffirmations.csv"] = []
    plan.row("objectives.csv", objective_id="LIFT")["status"] = status
    importing(plan)
    assert steps("LIFT") == taken


@pytest.mark.parametrize(("status", "end"), [("cancelled", "Cancelled"), ("postponed", "Postponed")])
def test_an_end_comes_after_the_last_reading(
    importing: Import, steps: Steps, plan: PlanFolder, status: str, end: str
) -> None:
    plan.files["reaffirmations.csv"] = []
    plan.row("objectives.csv", objective_id="LIFT")["status"] = status
    importing(plan)
    assert steps("LIFT") == [*to_active("2025-01-01"), (end, "2025-03-31")]


@pytest.mark.parametrize(
    ("before", "after", "taken"),
    [
        ("submitted", "draft", [("Returned", "2026-11-23")]),
        ("draft", "active", to_active("2026-11-23")),
        ("active", "cancelled", [("Cancelled", "2026-11-23")]),
        ("active", "not_achieved", [("Closed", "2025-12-31")]),
        ("postponed", "active", [("Resumed", "2026-11-23")]),
        ("achieved", "active", [("Reopened", "2026-11-23")]),
        ("cancelled", "draft", [("Reinstated", "2026-11-23")]),
        ("cancelled", "active", [("Reinstated", "2026-11-23"), *to_active("2026-11-23")]),
        ("achieved", "partly_achieved", [("Reopened", "2026-11-23"), ("Closed", "2026-11-23")]),
    ],
)
def test_a_changed_status_takes_the_steps_between(
    importing: Import,
    steps: Steps,
    plan: PlanFolder,
    before: str,
    after: str,
    taken: list[tuple[str, str]],
) -> None:
    plan.files["check_ins.csv"] = plan.files["reaffirmations.csv"] = []
    row = plan.row("objectives.csv", objective_id="LIFT")
    row["status"] = before
    importing(plan)
    known = steps("LIFT")
    row["status"] = after
    importing(plan)
    assert steps("LIFT") == known + taken
    assert importing(plan).unchanged


def test_a_step_is_dated_by_its_row(importing: Import, steps: Steps, plan: PlanFolder) -> None:
    importing(plan)
    plan.row("objectives.csv", objective_id="LIFT").update(status="cancelled", effective_on="2025-05-05")
    importing(plan)
    assert steps("LIFT")[-1] == ("Cancelled", "2025-05-05")


@pytest.mark.parametrize(("before", "after"), [("active", "draft"), ("active", "submitted")])
def test_a_status_that_cannot_follow_names_its_cell(
    importing: Import, complaints: Complaints, plan: PlanFolder, before: str, after: str
) -> None:
    plan.files["check_ins.csv"] = plan.files["reaffirmations.csv"] = []
    row = plan.row("objectives.csv", objective_id="LIFT")
    row["status"] = before
    importing(plan)
    row["status"] = after
    (error,) = complaints(plan)
    assert (error.line, error.column) == (plan.line("objectives.csv", row), "status")
