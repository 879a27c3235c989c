"""The demo as its users meet it: what it prints can be pasted, and what it holds is worth asking about."""

from datetime import UTC, datetime

import pytest

from tests.demo.conftest import PEOPLE, Demo
from web.demo.calendar import calendar
from web.demo.steps import Chance
from web.demo.story import tell

pytestmark = pytest.mark.xdist_group("demo")  # one demo, however many processes test


def test_the_auditors_command_shows_a_target_before_and_after(demo: Demo) -> None:
    before, after, progress = demo.paste(demo.commands[0])
    assert before["id"] == after["id"]
    assert before["key_results"][0]["target"] != after["key_results"][0]["target"]
    assert progress["items"]


def test_targets_were_changed_last_march_for_a_reason_on_the_way_to_the_strategy(demo: Demo) -> None:
    march = calendar(Chance(7), datetime.now(UTC).date()).review_day
    told = tell(7, PEOPLE, datetime.now(UTC).date()).history
    ids = {
        step.subject
        for step in told
        if step.action == "change_target" and f"{step.effective_on:%Y-%m}" == f"{march:%Y-%m}"
    }
    changes, paths = [], []
    for id in ids:
        items = demo.get(f"objectives/{id}/history?field=target")["items"]
        changes += [item for item in items if item["effective_on"][:7] == f"{march:%Y-%m}"]
        paths += demo.get(f"objectives/{id}/paths?as_of={march}")["paths"]
    assert len({change["actor_name"] for change in changes} - {None}) > 1
    assert all(change["reason"] for change in changes)
    assert {change["late"] for change in changes} == {True}
    assert paths


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
