"""The story before it is loaded: the same for the same seed, and told in an order that can be loaded."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import pytest

from web.demo.loading import stages
from web.demo.story import Story, tell

TODAY = date(2026, 11, 23)
# The first and last days of half-years, around 31 March, a leap day.
DAYS = [date(2026, 1, 1), date(2026, 3, 30), date(2026, 3, 31), date(2026, 6, 30), date(2028, 2, 29), TODAY]


@pytest.fixture(scope="module")
def story() -> Story:
    return tell(1, 300, TODAY)


def test_the_same_seed_tells_the_same_story(story: Story) -> None:
    assert tell(1, 300, TODAY) == story


def test_another_seed_tells_another_story(story: Story) -> None:
    assert tell(2, 300, TODAY).steps != story.steps


def test_it_is_as_large_as_promised(story: Story) -> None:
    defined = Counter(step.arguments["level"] for step in story.history if "level" in step.arguments)
    assert story.count("people") == 300
    assert story.count("cycles") == 3
    assert 1100 <= story.count("objectives") <= 1500
    assert defined["strategic"] < defined["department"] < defined["team"] < defined["individual"]


def test_units_are_of_four_kinds(story: Story) -> None:
    kinds = {
        step.arguments["kind"]
        for step in story.history
        if (step.use_case, step.action) == ("units", "define")
    }
    assert kinds == {"organisation", "division", "department", "team"}


def test_all_that_happens_to_objectives_happens_in_it(story: Story) -> None:
    actions = {step.action for step in story.steps if step.use_case == "objectives"}
    assert actions >= {
        *(
            "define",
            "commit",
            "submit",
            "return_",
            "approve",
            "activate",
            "postpone",
            "resume",
            "reaffirm",
            "cancel",
        ),
        *(
            "close",
            "check_in",
            "correct_check_in",
            "change_target",
            "revise",
            "transfer",
            "align",
            "remove_alignment",
        ),
    }


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_nothing_lies_after_today_and_the_review_day_is_in_a_cycle(today: date) -> None:
    story = tell(1, 100, today)
    assert all(
        step.told_on <= today and step.effective_on <= today + timedelta(days=365) for step in story.steps
    )
    assert story.calendar.review_day <= today
    assert story.calendar.reviewed_cycle in story.calendar.cycles
    assert story.corrections


@pytest.mark.parametrize("people", [60, 100, 300])
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_two_people_changed_a_target_in_the_last_march(today: date, people: int) -> None:
    story = tell(7, people, today)
    march = story.calendar.review_day
    changes = [
        step
        for step in story.history
        if step.action == "change_target" and f"{step.effective_on:%Y-%m}" == f"{march:%Y-%m}"
    ]
    assert march <= today < march + timedelta(days=366)
    assert len({step.actor for step in changes}) > 1
    assert all(step.reason for step in changes)
    assert any(step.told_on > step.effective_on for step in changes)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_a_stage_names_only_what_earlier_stages_defined(today: date) -> None:
    story = tell(3, 100, today)
    defined: set[UUID] = set()
    every = {step.subject for step in story.history if step.action == "define"}
    for stage in stages(story.history):
        for track in stage:
            named = {id for step in track for id in step.references()} & every
            assert named <= defined | {track[0].subject}
        defined |= {track[0].subject for track in stage}


def test_the_steps_of_one_aggregate_stay_in_order(story: Story) -> None:
    staged = [step for stage in stages(story.history) for track in stage for step in track]
    subject = story.running
    assert [step for step in staged if step.subject == subject] == [
        step for step in story.history if step.subject == subject
    ]


def test_corrections_are_about_days_up_to_the_review_day(story: Story) -> None:
    assert all(step.effective_on <= story.calendar.review_day for step in story.corrections)
    assert all(step.reason for step in story.corrections)
    assert {"transfer", "align", "remove_alignment", "correct_check_in"} == {
        step.action for step in story.corrections
    }


def test_a_change_after_approval_has_a_reason(story: Story) -> None:
    assert all(
        step.reason for step in story.steps if step.action in ("change_target", "revise", "transfer", "move")
    )
