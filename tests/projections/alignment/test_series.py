"""A series says of each of its days what health says of that day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.cycle import Cycle
from domain.objective import Owner
from domain.person import Person
from projections.alignment.queries import Alignment
from projections.alignment.queries.series import MOST_POINTS_OF_UNITS
from projections.moment import Moment
from tests.histories import Telling, histories
from tests.histories.telling import YEAR
from tests.oracle import Oracle
from tests.projections.alignment.conftest import Project
from tests.projections.alignment.health_moves import MOVES
from tests.projections.alignment.story import Story, on
from tests.projections.alignment.test_against_the_oracle import moments

SHORT = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


def days_around(telling: Telling) -> st.SearchStrategy[list[date]]:
    """All the days on which something changes, or some around them and before and after everything."""
    days = sorted({event.effective_on for event in telling.log})
    near = [day + timedelta(days=off) for day in days for off in (-1, 0, 1, 8, 31)]
    far = [days[0] - timedelta(days=40), days[-1] + timedelta(days=400), date.min, date.max]
    some = st.sets(st.sampled_from([*near, *far]), min_size=1, max_size=12).map(sorted)
    return st.one_of(st.just(days), some)


def counted(figures: dict[str, Any], *beside: str) -> dict[str, Any]:
    """The figures but for those that follow from progress, which points do not have."""
    return {name: each for name, each in figures.items() if name not in ("progress", "paces", *beside)}


def points(
    answers: Alignment, moment: Moment, days: Sequence[date], unit: UUID | None, cycle: UUID | None
) -> list[dict[str, Any]]:
    healths = ((day, answers.health(on(moment, day), unit, cycle)) for day in days)
    return [{"on": str(day), **counted(health["total"])} for day, health in healths]


def points_of_units(
    answers: Alignment, moment: Moment, days: Sequence[date], unit: UUID | None, cycle: UUID | None
) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for day in days:
        for each in answers.health(on(moment, day), unit, cycle)["units"]:
            point = {"on": str(day), **counted(each, "unit_id", "status")}
            found.setdefault(each["unit_id"], []).append(point)
    return [{"unit_id": id, "points": found[id]} for id in sorted(found)]


def assert_agrees(
    answers: Alignment,
    moment: Moment,
    days: Sequence[date],
    unit: UUID | None,
    cycle: UUID | None = None,
) -> None:
    series = answers.series(moment, days, unit, cycle, by_unit=True)
    assert series is not None
    assert series["points"] == points(answers, moment, days, unit, cycle)
    assert series["units"] == points_of_units(answers, moment, days, unit, cycle)
    alone = answers.series(moment, days, unit, cycle)
    assert alone == {**series, "units": []}


def _campaign(project: Project, data: st.DataObject, length: int) -> None:
    telling = data.draw(histories(length=length, made_of=MOVES))
    connection = project(telling.log)
    answers, units = Alignment(connection), [None, *(unit.id for unit in telling.units)]
    cycles = [None, *(cycle.id for cycle in telling.cycles)]
    for moment in [Moment(telling.today, telling.now), *data.draw(st.lists(moments(telling), max_size=2))]:
        days = data.draw(days_around(telling))
        of = data.draw(st.sampled_from(units)), data.draw(st.sampled_from(cycles))
        assert_agrees(answers, moment, days, *of)
        first = Oracle(telling.log, days[0], moment.known_at).health()["total"]
        series = answers.series(moment, days)
        assert series is not None
        assert series["points"][0] == {"on": str(days[0]), **counted(first)}


@pytest.mark.timeout(900)
@SHORT
@given(data=st.data())
def test_every_point_is_the_health_of_its_day(project: Project, data: st.DataObject) -> None:
    _campaign(project, data, length=40)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@LONG
@given(data=st.data())
def test_every_point_is_the_health_of_its_day_in_long_histories(
    project: Project, data: st.DataObject
) -> None:
    _campaign(project, data, length=80)


@pytest.fixture
def story() -> Story:
    return Story()


def test_day_by_day_it_shows_what_began_and_ended(story: Story, project: Project) -> None:
    story.telling.wait(24 * 5)
    story.growth.cancel(by=story.telling.by(-2))
    story.record(story.growth)
    answers, first = Alignment(project(story.telling.log)), story.growth.first_day - timedelta(days=1)
    days = [first + timedelta(days=number) for number in range(40)]

    series = answers.series(story.at(), days)

    assert series is not None
    shown = [(each["on"], each["aligned"], each["detached"], each["stale"]) for each in series["points"]]
    turns = [
        each
        for before, each in zip([None, *shown], shown, strict=False)
        if not before or before[1:] != each[1:]
    ]
    assert turns == [
        ("2026-01-04", 0, 0, 0),
        ("2026-01-05", 1, 0, 3),
        ("2026-01-10", 1, 0, 2),  # Calls is checked in
        ("2026-01-23", 0, 1, 1),  # Growth, which Calls is aligned to, is cancelled
        ("2026-02-10", 0, 1, 2),  # the check-in was 31 days ago
    ]


def test_a_late_change_is_in_the_series_as_known_since(story: Story, project: Project) -> None:
    then = story.later()
    story.growth.cancel(by=story.telling.by(-1))
    story.record(story.growth)
    answers, days = Alignment(project(story.telling.log)), [story.telling.today]

    known = [answers.series(moment, days) for moment in (then, story.at())]

    assert [found and found["points"][0]["coverage"] for found in known] == [1.0, 0.0]


def test_before_its_owner_and_its_cycle_are_there_an_objective_is_of_no_unit_and_stale_after_30_days(
    story: Story, project: Project
) -> None:
    late = story.telling.by()
    cycle = Cycle.define(
        by=late,
        id=story.telling.new_id(),
        name="Soon",
        starts_on=YEAR.starts_on,
        ends_on=YEAR.ends_on,
        cadence_days=5,
    )
    bo = Person.define(
        by=late,
        id=story.telling.new_id(),
        name="Bo",
        email=None,
        job_title=None,
        unit_id=story.sales.id,
        manager_id=None,
    )
    story.cycle = cycle
    objective = story.objective("Early", "team", Owner(person_id=bo.id))
    objective.reaffirm(by=story.telling.by(-14))
    story.telling.record([objective, cycle, bo])
    answers, first = Alignment(project(story.telling.log)), story.growth.first_day
    days = [first + timedelta(days=number) for number in range(50)]

    for unit in (None, story.sales.id):
        assert_agrees(answers, story.at(), days, unit)
    series = answers.series(story.at(), days, story.sales.id)
    assert series is not None
    turn = story.telling.today - first
    assert [series["points"][turn.days + off]["live"] for off in (-1, 0)] == [2, 3]


def test_of_a_unit_nobody_knows_there_is_nothing_to_count(story: Story, project: Project) -> None:
    answers, nobody = Alignment(project(story.telling.log)), UUID(int=7)

    series = answers.series(story.at(), [story.telling.today], nobody, by_unit=True)

    assert series is not None
    assert (series["points"][0]["live"], series["units"]) == (0, [])


def test_points_of_too_many_units_are_not_given(story: Story, project: Project) -> None:
    answers, day = Alignment(project(story.telling.log)), story.telling.today
    days = [day + timedelta(days=number) for number in range(MOST_POINTS_OF_UNITS // 3 + 1)]

    assert answers.series(story.at(), days, by_unit=True) is None
    assert answers.series(story.at(), days[1:], story.sales.id, by_unit=True) is not None
