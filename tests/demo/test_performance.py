"""The story of reviews, feedback and measures before it is loaded."""

from collections import Counter, defaultdict
from datetime import date
from uuid import UUID

import pytest

from web.demo.loading import stages
from web.demo.reviews import STUCK
from web.demo.steps import Step, by_person
from web.demo.story import Story, tell

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
    return tell(1, 300, TODAY)


def reviews_of(story: Story, cycle: int) -> list[list[Step]]:
    """The steps of each review of the cycle."""
    tracks: dict[UUID, list[Step]] = defaultdict(list)
    for step in story.history:
        if step.use_case == "reviews":
            tracks[step.subject].append(step)
    wanted = story.calendar.cycles[cycle].id
    return [track for track in tracks.values() if track[0].arguments["cycle_id"] == wanted]


def state(track: list[Step]) -> str:
    last = track[-1]
    return STATE_AFTER.get(last.action) or str(last.arguments["decision"])


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_review_of_the_first_cycle_has_ended(today: date) -> None:
    states = Counter(state(track) for track in reviews_of(tell(2, 120, today), 0))
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
        reviewed = by_person(UUID(str(track[0].arguments["person_id"])))
        roles = [reviewed, *(actors.get(action) for action in ("assess", "calibrate", "decide_appeal"))]
        there = [role for role in roles if role]
        assert len(set(there)) == len(there)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_first_cycle_is_sealed_put_right_and_sealed_again(today: date) -> None:
    story = tell(2, 120, today)
    first = story.calendar.cycles[0].id
    turns = [(step.action, step.reason is not None) for step in story.closing if step.subject == first]
    assert turns == [("close", True), ("reopen", True), ("close", True)]
    between = [step.action for step in story.closing[-9:-1]]
    assert between == ["correct_check_in"] * 8
    assert story.closing[-1].subject == first


def test_a_cycle_turns_while_nothing_else_happens(story: Story) -> None:
    for stage in stages(story.closing):
        steps = [step for track in stage for step in track]
        assert len(steps) == 1 or not any(step.use_case == "cycles" for step in steps)


def test_what_is_carried_over_waits_for_that_and_lives_on(story: Story) -> None:
    heirs = {step.makes for step in story.history if step.makes}
    alive = Counter(step.action for step in story.history if step.subject in heirs)
    assert alive["activate"] == len(heirs) >= 10
    for stage in stages(story.history):
        made = {step.makes for track in stage for step in track if step.makes}
        assert made.isdisjoint({track[0].subject for track in stage})


def test_feedback_is_of_every_kind_open_and_private_and_never_ones_own(story: Story) -> None:
    given = [step for step in story.history if step.action == "give_feedback"]
    assert {step.arguments["kind"] for step in given} == {"praise", "concern", "suggestion"}
    assert {step.arguments["visibility"] for step in given} == {"open", "private"}
    assert any(step.action == "withdraw_feedback" for step in story.history)
    owners = {
        step.subject: step.arguments["owner"]
        for step in story.history
        if (step.use_case, step.action) == ("objectives", "define")
    }
    for step in given:
        owner = owners[step.subject]
        assert not isinstance(owner, dict) or step.actor != f"person:{owner.get('person_id')}"


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_three_measures_are_linked_to_strategic_objectives_and_read_every_month(today: date) -> None:
    story = tell(2, 120, today)
    levels = {step.subject: step.arguments["level"] for step in story.history if "level" in step.arguments}
    measures = [step for step in story.history if step.use_case == "measures"]
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
