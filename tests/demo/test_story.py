"""The story before it is loaded: the same for the same seed, believable, and told at the time it is about."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from tests.demo.figures import paces, story_of, told
from web.demo.steps import Step
from web.demo.story import Story, tell

TODAY = date(2026, 11, 23)


def _days(short: date, *others: tuple[int, int, int]) -> list[Any]:
    return [short, *(pytest.param(date(*other), marks=pytest.mark.long) for other in others)]


# The first and last days of half-years, around 31 March, a leap day.
DAYS = _days(TODAY, (2026, 1, 1), (2026, 3, 30), (2026, 3, 31), (2026, 6, 30), (2028, 2, 29))
# Late enough in a half-year for anything to be behind.
UNDER_WAY = _days(TODAY, (2026, 2, 20), (2026, 4, 6), (2026, 6, 30), (2027, 9, 1), (2027, 12, 31))
# What the organisation learns late: everything else is told on its own day.
LATE = {"check_in", "correct_check_in", "transfer", "move", "change_target", "align", "remove_alignment"}


@pytest.fixture(scope="module")
def story() -> Story:
    return story_of(1, 300, TODAY)


def defined(story: Story) -> dict[UUID, Any]:
    """What is said of each objective when it is defined."""
    steps = (step for step in story.steps if (step.use_case, step.action) == ("objectives", "define"))
    return {step.subject: step.arguments for step in steps}


def test_the_same_seed_tells_the_same_story(story: Story) -> None:
    assert tell(1, 300, TODAY) == story


def test_another_seed_tells_another_story(story: Story) -> None:
    assert story_of(2, 300, TODAY).steps != story.steps


def test_it_is_as_large_as_promised(story: Story) -> None:
    levels = Counter(each["level"] for each in defined(story).values())
    assert story.count("people") == 300
    assert story.count("cycles") == 3
    assert 1100 <= story.count("objectives") <= 1500
    assert levels["strategic"] < levels["department"] < levels["team"] < levels["individual"]


def test_units_are_of_four_kinds(story: Story) -> None:
    units = [step for step in story.steps if (step.use_case, step.action) == ("units", "define")]
    kinds = {unit.arguments["kind"] for unit in units}
    assert kinds == {"organisation", "division", "department", "team"}


def test_all_that_happens_to_objectives_happens_in_it(story: Story) -> None:
    actions = {step.action for step in story.steps if step.use_case == "objectives"}
    lifecycle = {"define", "commit", "submit", "return_", "approve", "activate", "postpone", "resume"}
    facts = {"change_target", "revise", "transfer", "align", "remove_alignment"}
    assert actions >= lifecycle | facts | {"reaffirm", "cancel", "close", "check_in", "correct_check_in"}


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_nothing_lies_after_today_and_the_review_day_is_in_a_cycle(today: date) -> None:
    story = story_of(1, 120, today)
    ahead = timedelta(days=365)
    assert all(step.told_on <= today and step.effective_on <= today + ahead for step in story.steps)
    assert story.calendar.review_day <= story.known_later <= today
    assert story.calendar.reviewed_cycle in story.calendar.cycles


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_it_is_told_over_eighteen_months_each_instant_after_the_one_before(today: date) -> None:
    timed = list(story_of(1, 120, today).timed())
    instants = [at for _, at in timed if at is not None]
    days = {step.told_on for step, _ in timed}
    assert (max(days) - min(days)).days > 400
    assert all(earlier < later for earlier, later in pairwise(instants))
    assert all(at is None or at.date() == step.told_on for step, at in timed)
    assert all((at is None) == (step.told_on == today) for step, at in timed)
    assert max(instants) < datetime.combine(today, datetime.min.time(), UTC)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_only_what_is_learned_late_is_told_late(today: date) -> None:
    story = story_of(1, 120, today)
    late = [step for step in story.steps if step.is_late]
    assert {step.action for step in late} <= LATE | {"correct_reading"}
    assert len(late) < len(story.steps) / 20
    corrections = [step for step in story.steps if step.action == "correct_check_in"]
    assert all(step.is_late and step.reason for step in corrections)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_what_was_ana_aligned_to_is_known_later(today: date) -> None:
    story = story_of(1, 120, today)
    hers = {id for id, said in defined(story).items() if said["owner"] == {"person_id": story.ana}}
    march = story.calendar.review_day
    late = [step for step in story.steps if step.is_late and step.told_on >= story.known_later]
    about_her = {step.action for step in late if step.subject in hers | {story.ana}}
    assert {"transfer", "align", "remove_alignment"} <= about_her
    assert all(step.effective_on <= march for step in late if step.subject == story.ana)
    assert any(step.action == "correct_check_in" and step.subject in hers for step in story.steps)


@pytest.mark.parametrize("people", [60, 120, 300])
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_two_people_changed_a_target_in_the_last_march(today: date, people: int) -> None:
    story = story_of(1, people, today)
    march = story.calendar.review_day
    changes = [step for step in story.steps if step.action == "change_target" and _in(step, march)]
    assert march <= today < march + timedelta(days=366)
    assert len({step.actor for step in changes}) > 1
    assert all(step.reason for step in changes)
    assert any(step.is_late for step in changes)


def _in(step: Step, month: date) -> bool:
    return (step.effective_on.year, step.effective_on.month) == (month.year, month.month)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_a_step_names_only_what_was_defined_before(today: date) -> None:
    story = story_of(1, 120, today)
    made = {step.subject for step in story.steps if step.is_creation}
    there: set[UUID] = set()
    for step in story.steps:
        there |= {step.subject} if step.is_creation else set()
        assert {id for id in _ids_in(step.arguments) if id in made} <= there, step


def _ids_in(value: object) -> set[UUID]:
    if isinstance(value, UUID):
        return {value}
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return {id for each in inner for id in _ids_in(each)}


def test_a_change_after_approval_has_a_reason(story: Story) -> None:
    changes = {"change_target", "revise", "transfer", "move"}
    assert all(step.reason for step in story.steps if step.action in changes)


@pytest.mark.parametrize("today", UNDER_WAY, ids=str)
@pytest.mark.parametrize(("seed", "people"), [(1, 300), (2, 300)])
def test_most_objectives_are_on_track_on_the_last_day(seed: int, people: int, today: date) -> None:
    found = paces(story_of(seed, people, today))
    share = {name: count / found.total() for name, count in found.items()}
    assert found.total() > 300
    assert 0.6 <= share.get("ahead", 0) + share["on_track"] <= 0.8
    assert 0.13 <= share["behind"] <= 0.28
    assert 0 < share.get("off_track", 0) <= 0.12


@pytest.mark.parametrize("today", [date(2026, 7, 3), date(2027, 1, 20)], ids=str)
def test_nothing_is_off_track_when_the_half_year_has_only_begun(today: date) -> None:
    found = paces(story_of(1, 120, today))
    assert found["off_track"] == 0
    assert found["ahead"] + found["on_track"] > 0.8 * found.total()


@pytest.mark.parametrize("seed", [1, 7])
def test_no_figure_is_one_that_cannot_be(seed: int) -> None:
    story = story_of(seed, 300, TODAY)
    units = {
        each["key_result_id"]: each["unit_of_measure"]
        for said in defined(story).values()
        for each in said["key_results"]
    }
    values: list[tuple[str, Decimal]] = []
    for objective in told(story).values():
        values += ((units[id], value) for id, (_, value) in objective.values.items())
        values += (
            (units[id], aim["target"]) for id, aim in objective.aims.items() if aim["target"] is not None
        )
    for step in story.steps:
        readings = step.arguments.get("readings")
        if isinstance(readings, dict):
            values += ((units[id], value) for id, value in readings.items() if id in units)
    assert len(values) > 10_000
    assert all(value >= 0 for _, value in values)
    assert all(value <= 100 for unit, value in values if unit.startswith("%"))
    counted = [value for unit, value in values if unit in ("cases", "faults", "people", "guides", "jobs")]
    assert counted
    assert all(value == int(value) for value in counted)


def test_a_corrected_reading_differs_from_the_first(story: Story) -> None:
    read: dict[object, Any] = {}
    for step in story.steps:
        if step.action == "check_in":
            read[step.arguments["check_in_id"]] = step.arguments["readings"]
        elif step.action == "correct_check_in" and isinstance(better := step.arguments["readings"], dict):
            before = read[step.arguments["check_in_id"]]
            assert any(before[id] != value for id, value in better.items())


@pytest.mark.parametrize("people", [70, 300])
@pytest.mark.parametrize("today", DAYS, ids=str)
def test_what_is_private_is_private(today: date, people: int) -> None:
    story = story_of(1, people, today)
    private = {id for id, said in defined(story).items() if said["visibility"] == "private"}
    remarks = [step.arguments for step in story.steps if step.action == "give_feedback"]
    about_private = [
        step.arguments["visibility"]
        for step in story.steps
        if step.action == "give_feedback" and step.subject in private
    ]
    assert {said["level"] for id, said in defined(story).items() if id in private} == {"individual"}
    assert set(about_private) <= {"private"}
    assert about_private or people < 300
    assert {each["visibility"] for each in remarks} == {"open", "private"}
    assert story.running not in private
    assert story.amended not in private
