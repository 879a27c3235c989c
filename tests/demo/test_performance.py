"""The story of reviews, feedback and measures before it is loaded."""

from collections import Counter, defaultdict
from datetime import date
from uuid import UUID

import pytest

from application.carrying_over import successor_of
from tests.demo.figures import story_of
from web.demo.reviews import STUCK
from web.demo.steps import Step
from web.demo.story import Story

TODAY = date(2026, 11, 23)
DAYS = [date(2026, 1, 1), date(2026, 3, 31), date(2026, 6, 30), date(2026, 7, 20), date(2028, 2, 29), TODAY]
STATE_AFTER = {
    "open": "opened",
    "self_assess": "self_assessed",
    "assess": "assessed",
    "calibrate": "calibrated",
    "share": "shared",
    "acknowledge": "acknowledged",
    "appeal": "appealed",
    "finalise": "finalised",
    "withdraw": "withdrawn",
}


@pytest.fixture(scope="module")
def story() -> Story:
    return story_of(1, 300, TODAY)


def reviews_of(story: Story, cycle: int) -> list[list[Step]]:
    """The steps of each review of the cycle."""
    tracks: dict[UUID, list[Step]] = defaultdict(list)
    for step in story.steps:
        if step.use_case == "reviews":
            tracks[step.subject].append(step)
    wanted = story.calendar.cycles[cycle].id
    return [track for track in tracks.values() if track[0].arguments["cycle_id"] == wanted]


def state(track: list[Step]) -> str:
    last = track[-1]
    return STATE_AFTER.get(last.action) or str(last.arguments["decision"])


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_review_of_the_first_cycle_has_ended(today: date) -> None:
    states = Counter(state(track) for track in reviews_of(story_of(1, 120, today), 0))
    assert states.keys() <= {"finalised", "withdrawn"}
    assert states["finalised"] > 10


def test_reviews_of_the_second_cycle_are_in_every_state(story: Story) -> None:
    assert {state(track) for track in reviews_of(story, 1)} == {*STUCK, "finalised", "withdrawn"}


def test_reviews_of_the_cycle_that_runs_have_only_begun(story: Story) -> None:
    assert {state(track) for track in reviews_of(story, 2)} <= {"opened", "withdrawn"}


def test_ratings_are_calibrated_up_and_down_and_appeals_decided_both_ways(story: Story) -> None:
    shifts, decisions = Counter[int](), Counter[str]()
    for track in (track for cycle in (0, 1) for track in reviews_of(story, cycle)):
        said = {step.action: step.arguments for step in track}
        if "calibrate" in said:
            shifts[int(str(said["calibrate"]["rating"])) - int(str(said["assess"]["rating"]))] += 1
        decisions[str(said.get("decide_appeal", {}).get("decision"))] += 1
    assert shifts.keys() == {-1, 0, 1}
    assert {"upheld", "amended"} <= decisions.keys()


def test_three_different_people_rate_calibrate_and_decide(story: Story) -> None:
    for track in (track for cycle in (0, 1) for track in reviews_of(story, cycle)):
        actors = {step.action: step.actor for step in track}
        reviewed = f"person:{track[0].arguments['person_id']}"
        roles = [reviewed, *(actors.get(action) for action in ("assess", "calibrate", "decide_appeal"))]
        there = [role for role in roles if role]
        assert len(set(there)) == len(there)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_first_cycle_is_sealed_put_right_and_sealed_again(today: date) -> None:
    story = story_of(1, 120, today)
    first = story.calendar.cycles[0]
    closed, reopened, again = (
        step
        for step in story.steps
        if step.subject == first.id and step.action in ("close", "reopen") and step.reason
    )
    assert [closed.action, reopened.action, again.action] == ["close", "reopen", "close"]
    assert first.ends_on < closed.told_on < reopened.told_on < again.told_on < today
    between = [step for step in story.steps if reopened.told_on < step.told_on < again.told_on]
    in_first = [step for step in between if step.effective_on <= first.ends_on]
    assert [step.action for step in in_first] == ["correct_check_in"] * 8


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_nothing_in_a_sealed_cycle_changes(today: date) -> None:
    story = story_of(1, 120, today)
    first = story.calendar.cycles[0].id
    inside = {
        step.subject for step in story.steps if step.arguments.get("cycle_id") == first and step.is_creation
    }
    sealed = False
    for step in story.steps:
        if step.subject == first:
            sealed = step.action == "close"
        assert not sealed or step.subject not in inside or step.action == "carry_over"
    assert sealed


def test_what_is_carried_over_lives_on(story: Story) -> None:
    carried = [step for step in story.steps if step.action == "carry_over"]
    heirs = {successor_of(step.subject, UUID(str(step.arguments["cycle_id"]))) for step in carried}
    alive = Counter(step.action for step in story.steps if step.subject in heirs)
    assert alive["activate"] == len(heirs) >= 10
    assert alive["check_in"] > 3 * len(heirs)


def test_feedback_is_of_every_kind_open_and_private_and_never_ones_own(story: Story) -> None:
    given = [step for step in story.steps if step.action == "give_feedback"]
    assert {step.arguments["kind"] for step in given} == {"praise", "concern", "suggestion"}
    assert {step.arguments["visibility"] for step in given} == {"open", "private"}
    assert any(step.action == "withdraw_feedback" for step in story.steps)
    owners = {
        step.subject: step.arguments["owner"]
        for step in story.steps
        if (step.use_case, step.action) == ("objectives", "define")
    }
    for step in given:
        owner = owners.get(step.subject)  # none for what was carried over
        assert not isinstance(owner, dict) or step.actor != f"person:{owner.get('person_id')}"


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_three_measures_are_linked_to_strategic_objectives_and_read_every_month(today: date) -> None:
    story = story_of(1, 120, today)
    levels = {step.subject: step.arguments["level"] for step in story.steps if "level" in step.arguments}
    measures = [step for step in story.steps if step.use_case == "measures"]
    defined = [step for step in measures if step.action == "define"]
    assert len(defined) == 3
    for measure in defined:
        linked = measure.arguments["objective_ids"]
        assert isinstance(linked, list)
        assert {levels[id] for id in linked} == {"strategic"}
        months = [step.effective_on for step in measures
                  if step.subject == measure.subject and step.action == "record_reading"]  # fmt: skip
        assert len({(day.year, day.month) for day in months}) == len(months) >= 2
    assert sum(step.action == "correct_reading" for step in measures) == 1
