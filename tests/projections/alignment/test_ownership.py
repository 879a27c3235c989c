"""Whose an objective was at all times, and what a unit has."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.alignment.queries import Alignment
from projections.moment import Moment
from tests.histories import histories
from tests.oracle import Oracle, World, measures, shapes
from tests.projections.alignment.conftest import Project
from tests.projections.alignment.story import Story, on
from tests.projections.alignment.test_against_the_oracle import moments
from tests.projections.spans import assert_says, turning_days

SHORT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def owned_as(world: World, id: UUID) -> dict[str, Any] | None:
    objective = world.objectives.get(id)
    if objective is None:
        return None
    summary = shapes.summary(world, objective)
    return {"owner": summary["owner"], "unit_id": summary["unit_id"]}


def of_unit(oracle: Oracle, unit: UUID) -> dict[str, Any] | None:
    world = oracle.world
    if unit not in world.units:
        return None
    people = [
        str(id) for id, each in world.people.items() if each.unit_id == unit and each.status == "active"
    ]
    owned = (each["id"] for each in oracle.objectives(unit=unit))
    objectives = [world.objectives[UUID(id)] for id in owned]
    return {
        "unit": {
            "id": str(unit),
            "parent_id": shapes.text(world.units[unit].parent_id),
            "status": world.units[unit].status,
            "people": sorted(people),
        },
        "objectives": [
            {**shapes.full(world, each), **shapes.paths(world, each)}
            for each in objectives
            if measures.unit_of(world, each) == unit
        ],
        **oracle.heading,
    }


@pytest.mark.timeout(900)
@SHORT
@given(data=st.data())
def test_what_is_owned_is_told_as_it_was_day_by_day(project: Project, data: st.DataObject) -> None:
    telling = data.draw(histories())
    answers, days = Alignment(project(telling.log)), turning_days(telling)
    moment = data.draw(moments(telling))
    some = data.draw(st.lists(st.sampled_from(days), max_size=6))
    worlds = {day: Oracle(telling.log, day, moment.known_at).world for day in some}
    told = answers.ownership(moment, [str(each.id) for each in telling.objectives])
    for objective in telling.objectives:
        spans = told.get(str(objective.id), [])
        assert_says(spans, {day: owned_as(worlds[day], objective.id) for day in some})
    oracle = Oracle(telling.log, moment.as_of, moment.known_at)
    for unit in telling.units:
        assert answers.unit(moment, unit.id) == of_unit(oracle, unit.id)


@pytest.fixture
def story() -> Story:
    return Story()


def test_an_objective_follows_its_owner_through_a_transfer(story: Story, project: Project) -> None:
    then = story.later()
    story.ana.transfer(by=story.telling.by(-9), unit_id=story.support.id, manager_id=None)
    story.record(story.ana)
    answers, id = Alignment(project(story.telling.log)), str(story.calls.id)

    before, now = (answers.ownership(moment, [id])[id] for moment in (then, story.at()))

    ana = {"person_id": str(story.ana.id)}
    sales, support = str(story.sales.id), str(story.support.id)
    assert before == [{"from": "2026-01-05", "to": None, "owner": ana, "unit_id": sales}]
    assert now == [
        {"from": "2026-01-05", "to": "2026-01-12", "owner": ana, "unit_id": sales},
        {"from": "2026-01-12", "to": None, "owner": ana, "unit_id": support},
    ]


def test_a_unit_has_its_own_objectives_and_those_of_its_people(story: Story, project: Project) -> None:
    story.telling.wait(24)
    story.ana.transfer(by=story.telling.by(-9), unit_id=story.support.id, manager_id=None)
    story.record(story.ana)
    answers, now = Alignment(project(story.telling.log)), story.at()

    def titles(unit: UUID, day: date) -> list[str]:
        found = answers.unit(on(now, day), unit)
        assert found is not None
        return [each["title"] for each in found["objectives"]]

    assert titles(story.sales.id, date(2026, 1, 11)) == ["Growth", "Calls"]
    assert titles(story.sales.id, date(2026, 1, 12)) == ["Growth"]
    assert titles(story.support.id, date(2026, 1, 12)) == ["Service", "Calls"]
    assert titles(story.company.id, date(2026, 1, 12)) == []  # they are those of the units below it
    assert answers.unit(Moment(date(2026, 1, 4), now.known_at), story.sales.id) is None
    assert answers.unit(now, UUID(int=7)) is None


def test_of_what_was_never_defined_nothing_is_told(story: Story, project: Project) -> None:
    answers = Alignment(project(story.telling.log))
    assert answers.ownership(story.at(), [str(UUID(int=7))]) == {}
