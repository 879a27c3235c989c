"""Published readings give the attainment that the formula says, worked out here from the files alone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from application.plan import import_plan
from application.plan.ids import Identities
from application.store import Store, decode
from projections.alignment.queries import Alignment
from projections.follower import Follower, connect
from projections.moment import Moment
from projections.read_models import READ_MODELS
from tests.plan_folders import FEDERAL, QUARTERS, PlanFolder, Row, published_plan, real_folder
from tests.projections.log import connected

TODAY = date(2026, 11, 23)
DAYS = [date(2021, 12, 30), *map(date.fromisoformat, QUARTERS), date(2022, 5, 15), date(2022, 10, 1), TODAY]
KINDS = {"increase", "decrease", "milestone", "maintain_at_least", "maintain_at_most", "observe"}


@pytest.fixture(params=["made-up", *(["federal"] if FEDERAL.exists() else [])])
def plan(request: pytest.FixtureRequest, tmp_path: Path) -> PlanFolder:
    if request.param == "federal":
        return PlanFolder(tmp_path / "federal", real_folder(FEDERAL).files)
    return published_plan(tmp_path / "made-up", departments=2, goals=1, objectives=1)


@pytest.fixture
def alignment(store: Store, dsn: str, plan: PlanFolder) -> Iterator[Alignment]:
    """The read model once it has the plan."""
    import_plan(store, plan.write(), source="published", today=TODAY)
    with connect(dsn) as connection:
        Follower(dsn, READ_MODELS, decode).catch_up(connection)
    with connected(dsn) as connection:
        yield Alignment(connection)


def last_value(readings: list[Row], day: date) -> Fraction | None:
    """Of the latest reading at or before the day."""
    until = [(row["on"], row["value"]) for row in readings if row["on"] <= day.isoformat()]
    return Fraction(max(until)[1]) if until else None


def formula(row: Row, value: Fraction | None) -> Fraction | None:
    """The share of the way from baseline to target, whichever of the two is greater; of what is to be
    maintained, whether it is.
    """
    if value is None or row["kind"] == "observe":
        return None
    target = Fraction(row["target"])
    match row["kind"]:
        case "maintain_at_least":
            return Fraction(1 if value >= target else 0)
        case "maintain_at_most":
            return Fraction(1 if value <= target else 0)
    return (value - Fraction(row["baseline"])) / (target - Fraction(row["baseline"]))


def to_six_places(share: Fraction | None) -> float | None:
    return None if share is None else float(round(share, 6))


def expected(plan: PlanFolder, day: date) -> dict[str, tuple[float | None, float | None]]:
    """Key result -> attainment, and progress: attainment kept within 0 and 1, 0 before the first reading."""
    readings: dict[str, list[Row]] = {}
    for row in plan.files["check_ins.csv"]:
        readings.setdefault(row["key_result_id"], []).append(row)
    figures = {}
    for row in plan.files["key_results.csv"]:
        attained = formula(row, last_value(readings.get(row["key_result_id"], []), day))
        progress = (
            None if row["kind"] == "observe" else min(max(attained or Fraction(0), Fraction(0)), Fraction(1))
        )
        figures[row["key_result_id"]] = (to_six_places(attained), to_six_places(progress))
    return figures


def answered(alignment: Alignment, plan: PlanFolder, day: date) -> dict[str, tuple[Any, Any]]:
    moment, ids = Moment(day, datetime.now(UTC)), Identities("published")
    figures = {}
    for objective in {row["objective_id"] for row in plan.files["key_results.csv"]}:
        found = alignment.objective(moment, ids.objective(objective))
        assert found is not None
        for each in found["key_results"]:
            figures[each["external_id"]] = (each["attainment"], each["progress"])
    return figures


def test_every_key_result_attains_what_the_formula_says(alignment: Alignment, plan: PlanFolder) -> None:
    for day in DAYS:
        assert answered(alignment, plan, day) == expected(plan, day), day


def test_the_plan_has_key_results_of_every_kind_and_targets_below_the_baseline(plan: PlanFolder) -> None:
    rows = plan.files["key_results.csv"]
    assert {row["kind"] for row in rows} == KINDS
    falling = {
        row["kind"]
        for row in rows
        if row["baseline"] and row["target"] and Fraction(row["target"]) < Fraction(row["baseline"])
    }
    assert {"decrease", "maintain_at_least"} <= falling


def test_some_are_short_of_the_baseline_some_beyond_the_target_and_some_on_the_way(plan: PlanFolder) -> None:
    figures = [
        attained for day in DAYS for attained, _ in expected(plan, day).values() if attained is not None
    ]
    assert min(figures) < 0
    assert max(figures) > 1
    assert any(0 < figure < 1 and len(str(figure)) == len("0.123456") for figure in figures)
