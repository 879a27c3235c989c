"""How an objective ended, and the figures of what ended in a cycle."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.objective import Owner
from projections.alignment.queries import Alignment
from projections.moment import Moment
from tests.projections.alignment.conftest import Project
from tests.projections.alignment.story import Story, on

ENDING = ("status", "outcome", "score", "suggested_score", "zone", "note")


@pytest.fixture
def story() -> Story:
    return Story()


def close(story: Story) -> None:
    story.calls.close(
        by=story.telling.by(),
        outcome="partly_achieved",
        score=Decimal("0.75"),
        suggested_score=Decimal("0.5"),
        note="Two came late.",
    )
    story.record(story.calls)


def ending(answers: Alignment, story: Story, moment: Moment) -> list[Any]:
    found = answers.objective(moment, story.calls.id)
    assert found is not None
    return [found[name] for name in ENDING]


def test_a_closed_objective_shows_how_it_was_closed_until_it_is_reopened(
    story: Story, project: Project
) -> None:
    before = story.later()
    close(story)
    shut = story.later()
    story.calls.reopen(by=story.telling.by())
    story.record(story.calls)

    answers = Alignment(project(story.telling.log))

    said = ["closed", "partly_achieved", "0.75", "0.5", "target", "Two came late."]
    assert ending(answers, story, shut) == said
    assert ending(answers, story, before) == ["active", None, None, None, None, None]
    assert ending(answers, story, story.at()) == ["active", None, None, None, None, None]


def test_an_objective_carried_over_names_its_successor_and_that_one_its_origin(
    story: Story, project: Project
) -> None:
    successor = story.calls.succeed(
        by=story.telling.by(),
        id=story.telling.new_id(),
        origin=story.calls,
        cycle_id=story.telling.new_id(),
        starts_on=None,
        ends_on=None,
    )
    story.calls.carry_over(by=story.telling.by(), successor_id=successor.id)
    story.record(story.calls, successor)
    answers = Alignment(project(story.telling.log))

    old, new = (answers.objective(story.at(), each.id) for each in (story.calls, successor))

    assert old is not None
    assert (old["status"], old["successor_id"], old["class"]) == ("carried_over", str(successor.id), None)
    assert new is not None
    assert (new["status"], new["origin_id"], new["successor_id"]) == ("draft", str(story.calls.id), None)


def test_feedback_raises_the_version_that_a_command_must_name(story: Story, project: Project) -> None:
    by, id = story.telling.by(), story.telling.new_id()
    story.calls.give_feedback(by=by, feedback_id=id, kind="praise", text="Good.")
    story.record(story.calls)

    found = Alignment(project(story.telling.log)).objective(story.at(), story.calls.id)

    assert found is not None
    assert found["version"] == story.calls.version


def test_figures_of_a_cycle_stay_as_they_were_known(story: Story, project: Project) -> None:
    close(story)
    sealed = story.at()
    story.telling.wait(1)
    story.calls.correct_check_in(
        by=story.telling.by(), check_in_id=story.check_in_id, readings={story.visits: Decimal(9)}
    )
    story.record(story.calls)
    answers = Alignment(project(story.telling.log))

    then, now = (answers.cycle_figures(moment, story.cycle.id) for moment in (sealed, story.at()))

    assert [each["title"] for each in now] == ["Growth", "Service", "Calls"]
    assert now[2] == {
        "objective_id": str(story.calls.id), "title": "Calls", "status": "closed",
        "outcome": "partly_achieved", "score": "0.75", "progress": 0.9,
    }  # fmt: skip
    assert then[2] == {**now[2], "progress": then[2]["progress"]}
    assert then[2]["progress"] != 0.9
    assert answers.cycle_figures(story.at(), story.telling.new_id()) == []


def test_impact_shows_coverage_below_and_progress_day_by_day(story: Story, project: Project) -> None:
    team = story.objective("Team", "team", Owner(unit_id=story.sales.id))
    story.telling.wait(48)
    story.align(team, story.calls, -1)
    story.calls.postpone(by=story.telling.by())
    story.record(story.calls)
    today = story.telling.today
    days = [story.calls.first_day - timedelta(days=1), story.calls.first_day]
    days += [today + timedelta(days=number) for number in (-1, 0, 1)]
    answers = Alignment(project(story.telling.log))

    found = answers.impact(story.at(), [story.growth.id], days)

    assert [each["on"] for each in found] == [str(day) for day in days[:-1]]  # the last is yet to come
    figures = [(each["live_below"], each["coverage"]) for each in found]
    assert figures == [(0, None), (1, 1.0), (2, 1.0), (1, 0.0)]
    progress = answers.objective(on(story.at(), days[2]), story.growth.id)
    assert progress is not None
    assert [each["progress"] for each in found] == [None, 0.0, progress["progress"], None]
