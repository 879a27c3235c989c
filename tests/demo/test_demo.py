"""The demo as its users meet it: what it prints can be pasted, and what it holds is worth asking about."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.demo.conftest import PEOPLE, Demo
from tests.demo.figures import paces, story_of

pytestmark = pytest.mark.xdist_group("demo")  # one demo, however many processes test


def test_the_auditors_command_shows_a_target_before_and_after(demo: Demo) -> None:
    before, after, progress = demo.paste(demo.commands[0])
    assert before["id"] == after["id"]
    assert _targets(before) != _targets(after)
    assert progress["items"]


def _targets(objective: dict[str, Any]) -> list[Any]:
    return [each["target"] for each in objective["key_results"]]


def test_targets_were_changed_last_march_for_a_reason_on_the_way_to_the_strategy(demo: Demo) -> None:
    story = story_of(7, PEOPLE, datetime.now(UTC).date())
    march = f"{story.calendar.review_day:%Y-%m}"
    told = [step for step in story.steps if step.action == "change_target"]
    changes, paths = [], []
    for id in {step.subject for step in told if f"{step.effective_on:%Y-%m}" == march}:
        items = demo.get(f"objectives/{id}/history?field=target")["items"]
        changes += [item for item in items if item["effective_on"][:7] == march]
        paths += demo.get(f"objectives/{id}/paths?as_of={story.calendar.review_day}")["paths"]
    assert len({change["actor_name"] for change in changes} - {None}) > 1
    assert all(change["reason"] for change in changes)
    assert {change["late"] for change in changes} == {False, True}
    assert paths


def test_its_events_were_recorded_on_the_days_on_which_they_were_told(demo: Demo) -> None:
    today = datetime.now(UTC).date()
    told = Counter((step.told_on, step.effective_on) for step in story_of(7, PEOPLE, today).steps)
    recorded, after, instants = Counter[tuple[date, date]](), 0, []
    while events := demo.get(f"events?after={after}&limit=500")["items"]:
        for event in (each for each in events if each["data"]["actor"].startswith("person:")):
            day = datetime.fromisoformat(event["time"]).date()
            recorded[day, date.fromisoformat(event["data"]["effective_on"])] += 1
        instants += [event["time"] for event in events]
        after = events[-1]["position"]
    assert recorded.keys() == told.keys()
    assert all(recorded[days] >= count for days, count in told.items())
    late = sum(count for (day, since), count in recorded.items() if day > since)
    assert 0 < late < recorded.total() / 20
    assert instants == sorted(instants)
    assert min(day for day, _ in recorded) < today - timedelta(days=400)


def test_what_was_known_on_5_april_can_be_asked(demo: Demo) -> None:
    march = story_of(7, PEOPLE, datetime.now(UTC).date()).calendar.review_day
    asked = f"as_of={march}&known_at={march + timedelta(days=5)}T00:00:00Z"
    then, now = demo.get(f"alignment-health?{asked}"), demo.get(f"alignment-health?as_of={march}")
    assert then["known_at"][:10] == f"{march + timedelta(days=5)}"
    assert then["total"]["strategic"] == now["total"]["strategic"] == 8
    people, places = (demo.get(f"people?limit=500&{when}")["items"] for when in (asked, f"as_of={march}"))
    assert {each["id"] for each in people} == {each["id"] for each in places}
    assert [each["unit_id"] for each in people] != [each["unit_id"] for each in places]


def test_hrs_command_shows_what_was_known_then_and_what_is_known_now(demo: Demo) -> None:
    then, now = demo.paste(demo.commands[1])
    assert then["as_of"] == now["as_of"]
    assert then["person"]["unit_id"] != now["person"]["unit_id"]
    paths = [
        {path["objectives"][1]["id"] for mine in told["objectives"] for path in mine["paths"]}
        for told in (then, now)
    ]
    assert paths[0] != paths[1]
    assert _progress(then) != _progress(now)


def test_the_figures_are_those_of_the_story(demo: Demo) -> None:
    story = story_of(7, PEOPLE, datetime.now(UTC).date())
    listed = demo.get("objectives?live=true&limit=500")["items"]
    own = [each for each in listed if each["external_id"] and "-" in each["external_id"]]  # none carried over
    found = Counter(each["pace"] for each in own if each["pace"])
    assert found == paces(story)


def _progress(told: dict[str, list[dict[str, float | None]]]) -> list[float | None]:
    return [mine["progress"] for mine in told["objectives"]]


def test_the_clients_command_is_recorded_once_however_often_it_is_pasted(demo: Demo) -> None:
    (first,), (again,) = demo.paste(demo.commands[2]), demo.paste(demo.commands[2])
    assert first["events"] == ["objective.checked_in"]
    assert again == first


def test_its_health_shows_something_of_everything(demo: Demo) -> None:
    total = demo.get("alignment-health")["total"]
    assert total["strategic"] == 8
    for what in ("aligned", "detached", "orphan", "stale"):
        assert total[what] > 0, what
    assert 0 < total["coverage"] < 1
    assert 0 < total["silo_index"] < 1


def test_units_differ_in_how_much_they_keep_to_themselves(demo: Demo) -> None:
    units = demo.get("alignment-health")["units"]
    assert len({unit["silo_index"] for unit in units if unit["silo_index"] is not None}) > 3


def test_there_are_three_cycles_and_the_people_asked_for(demo: Demo) -> None:
    cycles = demo.get("cycles")["items"]
    people = demo.get("people?limit=500")["items"]
    assert len(cycles) == 3
    assert "active" in {cycle["status"] for cycle in cycles}
    assert PEOPLE * 0.8 <= len(people) <= PEOPLE


@pytest.mark.parametrize("status", ["active", "closed", "cancelled", "postponed"])
def test_there_are_objectives_of_every_fate(demo: Demo, status: str) -> None:
    assert demo.get(f"objectives?status={status}&limit=1")["items"]


def test_the_first_cycle_is_sealed_twice_and_some_of_its_figures_differ(demo: Demo) -> None:
    closed = [cycle for cycle in demo.get("cycles")["items"] if cycle["status"] == "closed"]
    sealed = demo.get(f"cycles/{closed[0]['id']}/sealed")
    assert len(closed) == 1
    assert [seal["reopened_at"] is not None for seal in sealed["items"]] == [True, False]
    assert sealed["items"][0]["digest"] != sealed["items"][1]["digest"]
    assert [seal["differs"] for seal in sealed["items"]] == [True, False]


def test_reviews_and_measures_can_be_asked_about(demo: Demo) -> None:
    finalised = demo.get("reviews?status=finalised&limit=1")["items"]
    assert finalised[0]["rating"] in range(1, 6)
    measures = demo.get("measures")["items"]
    assert len(measures) == 3
    assert all(measure["latest"] is not None for measure in measures)


def test_an_organisation_of_half_a_year_ago_looked_different(demo: Demo) -> None:
    now, before = demo.get("units?limit=500")["items"], demo.get("units?limit=500&as_of=2020-01-01")["items"]
    assert before == []
    assert {"Customer Insight", "Customer Care"} <= {unit["name"] for unit in now}
