"""Where people and units belonged at all times."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections import directory
from projections.directory.queries import Directory
from projections.moment import Moment
from tests.histories import histories
from tests.oracle import Oracle, World, shapes
from tests.projections.alignment.story import Story
from tests.projections.alignment.test_against_the_oracle import moments
from tests.projections.spans import assert_says, turning_days
from tests.projections.tables import Project, projecting

SHORT = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def project(server: str) -> Iterator[Project]:
    with projecting(server, directory.READ_MODEL) as project:
        yield project


def of_person(world: World, id: UUID) -> dict[str, Any] | None:
    found = world.people.get(id)
    return None if found is None else {
        "unit_id": str(found.unit_id), "manager_id": shapes.text(found.manager_id), "status": found.status
    }  # fmt: skip


def of_unit(world: World, id: UUID) -> dict[str, Any] | None:
    found = world.units.get(id)
    return None if found is None else {"parent_id": shapes.text(found.parent_id), "status": found.status}


def without_names(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: span[name] for name in span if not name.endswith("_name")} for span in spans]


@SHORT
@given(data=st.data())
def test_membership_is_told_as_it_was_day_by_day(project: Project, data: st.DataObject) -> None:
    telling = data.draw(histories())
    answers, moment = Directory(project(telling.log)), data.draw(moments(telling))
    some = data.draw(st.lists(st.sampled_from(turning_days(telling)), max_size=6))
    worlds = {day: Oracle(telling.log, day, moment.known_at).world for day in some}
    for person in telling.people:
        spans = without_names(answers.membership_of_person(moment, person.id))
        assert_says(spans, {day: of_person(worlds[day], person.id) for day in some})
    for unit in telling.units:
        spans = without_names(answers.membership_of_unit(moment, unit.id))
        assert_says(spans, {day: of_unit(worlds[day], unit.id) for day in some})


def test_a_span_has_the_name_that_the_unit_had_last_while_it_lasted(project: Project) -> None:
    story = Story()
    story.telling.wait(24)
    by = story.telling.by
    for days, name in ((-14, "Selling"), (-5, "Growing"), (20, "Winning")):
        story.sales.rename(by=by(days), name=name)
    story.ana.transfer(by=by(-9), unit_id=story.support.id, manager_id=None)
    story.ana.transfer(by=by(-3), unit_id=story.sales.id, manager_id=None)
    story.ana.transfer(by=by(30), unit_id=story.company.id, manager_id=None)
    story.telling.record([story.sales, story.ana])
    answers = Directory(project(story.telling.log))

    spans = answers.membership_of_person(story.at(), story.ana.id)

    assert [(span["from"], span["to"], span["unit_name"]) for span in spans] == [
        ("2026-01-05", "2026-01-12", "Selling"),
        ("2026-01-12", "2026-01-18", "Support"),
        ("2026-01-18", "2026-02-20", "Growing"),  # what lies ahead of the day asked about is not looked at
        ("2026-02-20", None, "Company"),
    ]
    assert answers.membership_of_unit(story.at(), story.sales.id) == [
        {
            "from": "2026-01-05", "to": None, "parent_id": str(story.company.id),
            "parent_name": "Company", "status": "active",
        }
    ]  # fmt: skip


def test_nobody_belonged_anywhere_before_it_was_known(project: Project) -> None:
    story = Story()
    answers = Directory(project(story.telling.log))
    earlier = Moment(date(2026, 1, 20), story.telling.log[0].recorded_at.replace(year=2025))
    assert answers.membership_of_person(earlier, story.ana.id) == []
    assert answers.membership_of_unit(earlier, story.sales.id) == []
