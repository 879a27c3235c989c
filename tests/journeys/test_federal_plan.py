"""A published plan goes in by one import; any date can then be asked, as known at any instant."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from application.plan import import_plan
from application.plan.ids import Identities
from application.store import Store, decode
from projections.alignment.queries import Alignment
from projections.directory.queries import Directory
from projections.follower import Follower
from projections.freshness import high_water_mark, wait_for
from projections.moment import Moment
from projections.read_models import READ_MODELS
from tests.plan_folders import FEDERAL, PlanFolder, published_plan, real_folder
from tests.projections.log import connected
from tests.projections.running import running

TODAY = date(2026, 11, 23)
ASKED = date(2022, 9, 30)
BEFORE = date(2021, 9, 30)
COUNTS = ("strategic", "aligned", "detached", "orphan")


@pytest.fixture
def connection(dsn: str) -> Iterator[Connection[Any]]:
    with connected(dsn) as connection:
        yield connection


@pytest.fixture
def imported(
    store: Store, dsn: str, connection: Connection[Any]
) -> Iterator[Callable[[PlanFolder], dict[str, int]]]:
    """Imports a folder and waits until the read models, kept by a follower, have it; the events recorded."""

    def run(plan: PlanFolder) -> dict[str, int]:
        report = import_plan(store, plan.write(), source="published", today=TODAY)
        assert report.position is not None
        assert wait_for(connection, report.position, timeout=60)
        return report.events

    with running(Follower(dsn, READ_MODELS, decode)):
        yield run


def plans(path: Path) -> list[PlanFolder]:
    made_up = published_plan(path / "made-up", departments=3, goals=4, objectives=5)
    real = [PlanFolder(path / "federal", real_folder(FEDERAL).files)] if FEDERAL.exists() else []
    return [made_up, *real]


@pytest.fixture(params=["made-up", *(["federal"] if FEDERAL.exists() else [])])
def plan(request: pytest.FixtureRequest, tmp_path: Path) -> PlanFolder:
    return next(plan for plan in plans(tmp_path) if plan.path.name == request.param)


def now(connection: Connection[Any]) -> datetime:
    return high_water_mark(connection)[1]


def health(connection: Connection[Any], as_of: date, known_at: datetime) -> dict[str, Any]:
    total: dict[str, Any] = Alignment(connection).health(Moment(as_of, known_at))["total"]
    return total


def expected(plan: PlanFolder) -> tuple[int, int, int, int]:
    """Counted from the rows, all of which are active: strategic, aligned, detached, orphan."""
    rows = plan.files["objectives.csv"]
    linked = {row["objective_id"] for row in plan.files["alignments.csv"]}
    strategic = sum(row["level"] == "strategic" for row in rows)
    return strategic, len(linked), 0, len(rows) - strategic - len(linked)


def test_the_health_of_a_day_follows_from_the_plan(
    imported: Callable[[PlanFolder], dict[str, int]], plan: PlanFolder, connection: Connection[Any]
) -> None:
    imported(plan)
    total = health(connection, ASKED, now(connection))
    strategic, aligned, detached, orphan = (total[name] for name in COUNTS)
    assert (strategic, aligned, detached, orphan) == expected(plan)
    assert total["coverage"] == round(aligned / (aligned + orphan), 6)
    if plan.path.name == "federal":
        assert (strategic, aligned, orphan, total["coverage"]) == (117, 351, 90, round(351 / 441, 6))


def test_nothing_is_there_before_the_plan_began_and_nothing_known_before_it_came(
    imported: Callable[[PlanFolder], dict[str, int]], plan: PlanFolder, connection: Connection[Any]
) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    imported(plan)
    for as_of, known_at in ((BEFORE, now(connection)), (ASKED, before), (TODAY, before)):
        moment = Moment(as_of, known_at)
        assert [health(connection, as_of, known_at)[name] for name in COUNTS] == [0, 0, 0, 0]
        assert Alignment(connection).objectives(moment).items == []
        assert Directory(connection).units(moment).items == []


def test_a_goal_changed_late_changes_the_answers_as_known_now_and_none_as_known_before(
    imported: Callable[[PlanFolder], dict[str, int]], plan: PlanFolder, connection: Connection[Any]
) -> None:
    imported(plan)
    first, id = now(connection), objective_of(plan.files["alignments.csv"][0])
    goals = [row["objective_id"] for row in plan.files["objectives.csv"] if row["level"] == "strategic"]
    plan.files["alignments.csv"][0].update(aligned_to_id=goals[-1], effective_on="2022-04-01")
    assert imported(plan) == {"objective.aligned": 1, "objective.alignment_removed": 1}
    later, paths = now(connection), Alignment(connection).paths

    def top(as_of: date, known_at: datetime) -> str:
        found = paths(Moment(as_of, known_at), id)
        assert found is not None
        ((*_, strategic),) = [path["objectives"] for path in found["paths"]]
        return str(strategic["id"])

    moved, day_before = str(Identities("published").objective(goals[-1])), date(2022, 3, 31)
    assert top(ASKED, later) == moved
    assert top(ASKED, first) == top(day_before, later) == top(day_before, first) != moved


def objective_of(row: dict[str, str]) -> UUID:
    return Identities("published").objective(row["objective_id"])


def test_a_corrected_reading_changes_the_progress_as_known_now_alone(
    imported: Callable[[PlanFolder], dict[str, int]], plan: PlanFolder, connection: Connection[Any]
) -> None:
    imported(plan)
    first = now(connection)
    reading = plan.row("check_ins.csv", key_result_id=increasing(plan)["key_result_id"], on="2022-09-30")
    id = objective_of(increasing(plan))
    reading["value"] = increasing(plan)["target"]
    assert imported(plan) == {"objective.check_in_corrected": 1}

    def value(known_at: datetime) -> tuple[str, float]:
        found = Alignment(connection).objective(Moment(ASKED, known_at), id)
        assert found is not None
        (read,) = [k for k in found["key_results"] if k["external_id"] == reading["key_result_id"]]
        return read["reading"]["value"], read["attainment"]

    assert value(now(connection))[1] == 1
    assert value(first)[1] != 1


def increasing(plan: PlanFolder) -> dict[str, str]:
    """A key result that has not reached its target on the day asked about."""
    last = {
        row["key_result_id"]: row["value"] for row in plan.files["check_ins.csv"] if row["on"] == "2022-09-30"
    }
    return next(
        row
        for row in plan.files["key_results.csv"]
        if row["kind"] == "increase" and last.get(row["key_result_id"], row["target"]) != row["target"]
    )
