"""What made the health another: every objective that counts as something else, and the events that did it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import ANY
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.objective import Owner
from projections.alignment.queries import Alignment
from projections.events import Recorded
from projections.moment import Moment, instant
from tests.histories import histories
from tests.histories.telling import YEAR
from tests.oracle import Oracle, World, measures
from tests.projections.alignment.conftest import Project
from tests.projections.alignment.health_moves import MOVES
from tests.projections.alignment.story import LONG_AGO, Story, on
from tests.projections.alignment.test_against_the_oracle import moments

SHORT = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
CLASSES = ("strategic", "aligned", "detached", "orphan")
OF_OBJECTIVES = {"aligned", "alignment_removed", "approved", "resumed", "reopened"} | {
    "postponed", "cancelled", "closed", "carried_over", "reinstated",
}  # fmt: skip
OF_MEMBERSHIP = {"transferred", "moved", "defined"}


def classes(world: World, unit: UUID | None) -> dict[str, str]:
    """Of the live objectives of the unit, by the oracle."""
    units = None if unit is None else measures.units_below(world, unit)
    return {
        str(each.id): found
        for each in world.objectives.values()
        if (units is None or measures.unit_of(world, each) in units)
        and (found := measures.class_of(world, each)) is not None
    }


def above(world: World, id: UUID) -> set[UUID]:
    """The objective and all above it."""
    objective = world.objectives.get(id)
    return {id}.union(*(above(world, parent) for parent in (objective.links if objective else ())))


def counts(event: Recorded, moment: Moment) -> bool:
    return event.recorded_at <= moment.known_at and event.effective_on <= moment.as_of


def told(event: Recorded) -> dict[str, Any]:
    return {
        "position": event.position,
        "event_id": f"{event.originator_id}:{event.version}",
        "recorded_at": instant(event.recorded_at),
        "effective_on": str(event.effective_on),
        "actor": event.data["actor"],
        "reason": event.data["reason"],
        "action": event.topic,
        "subject": {
            "type": event.topic.partition(".")[0],
            "id": str(event.originator_id),
            "title": ANY,  # of the trail, whose oracle knows it
        },
    }


def assert_explained(
    answers: Alignment, log: Sequence[Recorded], moments: tuple[Moment, Moment], unit: UUID | None
) -> None:
    change = answers.change(*moments, unit)
    worlds = [Oracle(log, moment.as_of, moment.known_at) for moment in moments]
    before, after = (classes(oracle.world, unit) for oracle in worlds)
    for side, moment, oracle in zip(("from", "to"), moments, worlds, strict=True):
        assert change[side] == {
            "as_of": str(moment.as_of),
            "known_at": instant(moment.known_at),
            "figures": oracle.health(unit)["total"],
            "units": oracle.health(unit)["units"],
        }
    found = {each["objective_id"]: (each["before"], each["after"]) for each in change["objectives"]}
    assert found == {
        id: (before.get(id), after.get(id)) for id in before | after if before.get(id) != after.get(id)
    }
    balance = Counter(now for _, now in found.values())
    balance.subtract(Counter(then for then, _ in found.values()))
    for name in CLASSES:
        assert change["to"]["figures"][name] - change["from"]["figures"][name] == balance[name]
    events = {event.position: event for event in log}
    for each in change["objectives"]:
        assert each["events"] or each.get("days") or "policy_before" in change, each
        id = UUID(each["objective_id"])
        chain = set[UUID]().union(*(above(oracle.world, id) for oracle in worlds))
        for shown in each["events"]:
            event = events[shown["position"]]
            assert shown == told(event)
            assert counts(event, moments[0]) != counts(event, moments[1])
            _, _, what = event.topic.partition(".")
            of_objectives = event.originator_id in chain and what in OF_OBJECTIVES
            assert of_objectives or (unit is not None and what in OF_MEMBERSHIP)
    assert_caused(change)
    assert_differs_beside(change, [oracle.world for oracle in worlds], unit)


def assert_caused(change: dict[str, Any]) -> None:
    """AssertionError unless each event is a cause once, of all that it is told of, the weightiest first."""
    of: dict[int, list[dict[str, Any]]] = {}
    for each in change["objectives"]:
        for event in each["events"]:
            of.setdefault(event["position"], []).append(each)
    assert {cause["position"]: set(cause["objective_ids"]) for cause in change["causes"]} == {
        position: {each["objective_id"] for each in caused} for position, caused in of.items()
    }
    for cause in change["causes"]:
        effects = [(each["before"], each["after"]) for each in of[cause["position"]]]
        alone = ("detached", "orphan")
        assert cause["lost"] == sum(was == "aligned" and now in alone for was, now in effects)
        assert cause["won"] == sum(was in alone and now == "aligned" for was, now in effects)
        assert cause["gone"] == sum(now is None for _, now in effects)
        assert cause["came"] == sum(was is None for was, _ in effects)
        assert cause["otherwise"] == sum(was in alone and now in alone for was, now in effects)
        (told_of,) = {event["event_id"] for each in of[cause["position"]] for event in each["events"]
                      if event["position"] == cause["position"]}  # fmt: skip
        assert cause["event_id"] == told_of
    weights = [(-cause["lost"], -cause["won"]) for cause in change["causes"]]
    assert weights == sorted(weights)


def assert_differs_beside(change: dict[str, Any], worlds: Sequence[World], unit: UUID | None) -> None:
    """AssertionError unless it tells what else is other of the objectives that count at both moments."""
    there = [classes(world, unit) for world in worlds]
    both = [[world.objectives[UUID(id)] for id in there[0] if id in there[1]] for world in worlds]
    paces, owners, targets = dict[str, Any](), dict[str, Any](), dict[tuple[str, str], Any]()
    for was, now in zip(*both, strict=True):
        id = str(now.id)
        paces[id] = measures.pace(worlds[0], was), measures.pace(worlds[1], now)
        owners[id] = (was.owner_unit_id, was.owner_person_id), (now.owner_unit_id, now.owner_person_id)
        for key_result in was.key_results.keys() & now.key_results.keys():
            targets[id, str(key_result)] = tuple(each.key_results[key_result].target for each in (was, now))
    assert {each["objective_id"]: (each["before"], each["after"]) for each in change["pace_changes"]} == {
        id: pair for id, pair in paces.items() if pair[0] != pair[1]
    }
    assert {each["objective_id"] for each in change["owner_changes"]} == {
        id for id, pair in owners.items() if pair[0] != pair[1]
    }
    assert {
        (each["objective_id"], each["key_result_id"]): (each["before"], each["after"])
        for each in change["target_changes"]
    } == {ids: pair for ids, pair in targets.items() if pair[0] != pair[1]}


def _campaign(project: Project, data: st.DataObject, length: int) -> None:
    telling = data.draw(histories(length=length, made_of=MOVES))
    answers, units = Alignment(project(telling.log)), [None, *(unit.id for unit in telling.units)]
    now = Moment(telling.today, telling.now)
    beginning = Moment(date.min, now.known_at)
    some = data.draw(st.lists(moments(telling), min_size=2, max_size=2))
    pairs = [
        (beginning, now),
        (some[0], some[1]),
        (on(some[0], now.as_of), now),
        (now, on(now, some[1].as_of)),
    ]
    for pair in pairs:
        assert_explained(answers, telling.log, pair, data.draw(st.sampled_from(units)))


@pytest.mark.timeout(900)
@SHORT
@given(data=st.data())
def test_every_change_of_class_is_explained(project_with_trail: Project, data: st.DataObject) -> None:
    _campaign(project_with_trail, data, length=40)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@LONG
@given(data=st.data())
def test_every_change_of_class_is_explained_in_long_histories(
    project_with_trail: Project, data: st.DataObject
) -> None:
    _campaign(project_with_trail, data, length=80)


@pytest.fixture
def story() -> Story:
    return Story()


def explained(change: dict[str, Any]) -> list[tuple[str, str | None, str | None, list[str]]]:
    return [
        (each["title"], each["before"], each["after"], [event["action"] for event in each["events"]])
        for each in change["objectives"]
    ]


def test_what_is_below_changes_by_the_event_that_was_above(story: Story, project_with_trail: Project) -> None:
    start = story.later()
    story.growth.cancel(by=story.telling.by())
    story.record(story.growth)

    change = Alignment(project_with_trail(story.telling.log)).change(start, story.at())

    assert (change["from"]["figures"]["coverage"], change["to"]["figures"]["coverage"]) == (1.0, 0.0)
    assert explained(change) == [
        ("Calls", "aligned", "detached", ["objective.cancelled"]),
        ("Growth", "strategic", None, ["objective.cancelled"]),
    ]
    events = [each["events"][0]["event_id"] for each in change["objectives"]]
    assert events == [f"{story.growth.id}:{story.growth.version}"] * 2


def test_a_late_correction_is_what_differs_on_one_day_as_known_then_and_since(
    story: Story, project_with_trail: Project
) -> None:
    then = story.later()
    story.calls.remove_alignment(by=story.telling.by(-9), parent_id=story.growth.id)
    story.record(story.calls)
    day = date(2026, 1, 15)

    answers = Alignment(project_with_trail(story.telling.log))

    change = answers.change(on(then, day), on(story.at(), day))
    assert explained(change) == [("Calls", "aligned", "orphan", ["objective.alignment_removed"])]
    assert explained(answers.change(on(then, day), on(then, day))) == []


def test_another_weight_and_an_approval_of_amendments_are_no_reason(
    story: Story, project_with_trail: Project
) -> None:
    start = Moment(date(2026, 1, 1), story.telling.now)
    story.telling.wait(24)

    def amend(weight: int) -> None:
        by = story.telling.by()
        story.calls.change_alignment_weight(by=by, parent_id=story.growth.id, weight=Decimal(weight))
        story.calls.approve(by=by)
        story.record(story.calls)

    amend(2)
    active = story.at()
    story.telling.wait(24)
    story.calls.postpone(by=story.telling.by())
    amend(3)
    answers = Alignment(project_with_trail(story.telling.log))

    def of_calls(before: Moment, after: Moment) -> list[Any]:
        found = explained(answers.change(before, after))
        return next([*each[1:]] for each in found if each[0] == "Calls")

    assert of_calls(active, story.at()) == ["aligned", None, ["objective.postponed"]]
    begun = [
        "objective.approved",
        "objective.approved",
        "objective.aligned",
    ]  # Growth, which it leads to, and Calls
    assert of_calls(start, active) == [None, "aligned", begun]


def test_what_was_linked_to_nothing_that_leads_up_is_explained_by_its_link(
    story: Story, project_with_trail: Project
) -> None:
    draft = story.objective("Draft", "team", Owner(unit_id=story.sales.id), live=False)
    alone = story.objective("Alone", "team", Owner(unit_id=story.sales.id))
    start = story.later()
    story.align(alone, draft, 0)

    linked = story.at()
    story.telling.wait(24)
    story.calls.remove_alignment(by=story.telling.by(), parent_id=story.growth.id)
    story.align(story.calls, draft, 0)
    answers = Alignment(project_with_trail(story.telling.log))

    assert explained(answers.change(start, linked)) == [
        ("Alone", "orphan", "detached", ["objective.aligned"])
    ]
    assert explained(answers.change(linked, story.at())) == [
        ("Calls", "aligned", "detached", ["objective.alignment_removed"])
    ]


def test_a_unit_loses_what_its_people_take_along(story: Story, project_with_trail: Project) -> None:
    start = story.later()
    story.ana.transfer(by=story.telling.by(), unit_id=story.support.id, manager_id=None)
    story.record(story.ana)
    answers = Alignment(project_with_trail(story.telling.log))

    lost, won, whole = (
        explained(answers.change(start, story.at(), unit))
        for unit in (story.sales.id, story.support.id, None)
    )

    assert lost == [("Calls", "aligned", None, ["person.transferred"])]
    assert won == [("Calls", None, "aligned", ["person.transferred"])]
    assert whole == []


def test_of_two_events_that_say_the_same_the_one_that_holds_first_is_the_reason(
    story: Story, project_with_trail: Project
) -> None:
    story.ana.transfer(by=story.telling.by(-2), unit_id=story.support.id, manager_id=None)
    story.record(story.ana)
    then = story.later()
    story.ana.transfer(by=story.telling.by(-9), unit_id=story.support.id, manager_id=None)
    story.record(story.ana)
    answers = Alignment(project_with_trail(story.telling.log))

    before, after = on(then, date(2026, 1, 15)), on(story.at(), date(2026, 1, 19))
    (calls,) = answers.change(before, after, story.sales.id)["objectives"]

    assert [event["effective_on"] for event in calls["events"]] == ["2026-01-12"]


def test_a_cause_says_what_it_changed_and_what_it_cost(story: Story, project_with_trail: Project) -> None:
    below = story.objective("Below", "individual", Owner(person_id=story.ana.id))
    story.align(below, story.calls, LONG_AGO)
    start = story.later()
    story.calls.postpone(by=story.telling.by())
    story.record(story.calls)
    answers = Alignment(project_with_trail(story.telling.log))

    (cause,) = answers.change(start, story.at())["causes"]

    assert cause["subject"] == {"type": "objective", "id": str(story.calls.id), "title": "Calls"}
    assert cause["unit_id"] == str(story.sales.id)
    assert cause["changes"] == [{"field": "status", "before": "active", "after": "postponed"}]
    assert (cause["lost"], cause["won"], cause["gone"], cause["came"], cause["otherwise"]) == (1, 0, 1, 0, 0)
    assert set(cause["objective_ids"]) == {str(story.calls.id), str(below.id)}


def test_pace_owner_and_targets_are_told_beside_the_class(story: Story, project_with_trail: Project) -> None:
    start = story.later()
    by = story.telling.by()
    story.calls.check_in(
        by=by, check_in_id=story.telling.new_id(), on=by.effective_on, readings={story.visits: Decimal(9)}
    )
    story.calls.change_target(by=by, key_result_id=story.visits, target=Decimal(9))
    story.calls.transfer(by=by, owner=Owner(unit_id=story.support.id))
    story.record(story.calls)

    answers = Alignment(project_with_trail(story.telling.log))
    change, at_last = (answers.change(start, on(story.at(), day)) for day in (by.effective_on, YEAR.ends_on))

    of_calls = {"objective_id": str(story.calls.id), "title": "Calls", "unit_id": str(story.support.id)}
    visits = {"key_result_id": str(story.visits), "key_result_title": "Visits"}
    assert (change["objectives"], change["causes"], change["pace_changes"]) == ([], [], [])
    paces = [(each["title"], each["before"], each["after"]) for each in at_last["pace_changes"]]
    assert paces == [("Calls", "ahead", "on_track"), ("Growth", "ahead", "on_track")]
    assert change["owner_changes"] == [
        {**of_calls, "before": {"person_id": str(story.ana.id)}, "after": {"unit_id": str(story.support.id)}}
    ]
    assert change["target_changes"] == [{**of_calls, **visits, "before": "10", "after": "9", "lowered": True}]


def test_nothing_is_told_of_what_is_hidden(story: Story, project_with_trail: Project) -> None:
    below = story.objective("Below", "individual", Owner(person_id=story.ana.id))
    story.align(below, story.calls, LONG_AGO)
    start = story.later()
    story.calls.postpone(by=story.telling.by())
    story.record(story.calls)
    connection = project_with_trail(story.telling.log)

    change = Alignment(connection, frozenset({str(story.calls.id)})).change(start, story.at())

    assert change["causes"] == []
    assert [(each["title"], each["events"], each["events_withheld"]) for each in change["objectives"]] == [
        (None, [], 1),
        ("Below", [], 1),
    ]
