"""Nothing grows without bound, and a refusal names the bound; what is there can be changed and ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest

from domain import room
from domain.aggregate import Aggregate
from domain.cycle import Cycle
from domain.objective import Objective, Revision
from domain.person import Person
from domain.policy import Policy, built_in
from domain.refusals import LimitReached
from domain.rules import VERSION_1
from domain.unit import Unit
from tests.domain.case import by, given, id_of, refused
from tests.domain.stories import (
    CHECK,
    FIRST,
    KEY,
    YEAR,
    add_key_result,
    align,
    draft,
    give_feedback,
    objective_in,
    parent,
)
from tests.domain.test_measure import measure, read

DAY = date(2026, 6, 1)


def test_key_results_are_bounded_and_those_that_were_removed_count() -> None:
    objective = draft()
    for number in range(200):
        add_key_result(objective, key_result_id=id_of(f"key result {number}"))
    given(objective, lambda each: each.remove_key_result(by(DAY), id_of("key result 7")))
    with refused(objective, LimitReached) as refusal:
        add_key_result(objective, key_result_id=id_of("one more"))
    assert refusal.value.members == {"limit": 200}
    assert refusal.value.detail == "there is room for 200 key results of an objective, and no more"
    given(objective, lambda each: each.reinstate_key_result(by(DAY, "by mistake"), id_of("key result 7")))


def test_links_are_bounded_and_those_that_there_are_can_be_changed() -> None:
    objective = draft()
    for number in range(200):
        align(objective, parent(f"goal {number}"))
    given(objective)
    with refused(objective, LimitReached) as refusal:
        align(objective, parent("one more"))
    assert refusal.value.members == {"limit": 200}
    align(objective, parent("goal 7"), weight=Decimal(3))


def test_policies_are_bounded() -> None:
    first = built_in(by=by(FIRST, "came along"), rules=VERSION_1)
    adopted = [first]
    for number in range(199):
        adopted.append(
            Policy.adopt(
                by=by(DAY, "so"), id=id_of(str(number)), before=first, others=adopted, name=f"{number}"
            )
        )
    with pytest.raises(LimitReached) as refusal:
        Policy.adopt(by=by(DAY, "so"), id=id_of("one more"), before=first, others=adopted, name="one more")
    assert refusal.value.members == {"limit": 200}


def _check_in(objective: Objective, id: str) -> None:
    objective.check_in(by(), check_in_id=id_of(id), on=DAY, readings={}, confidence=5)


def _unit() -> Unit:
    return Unit.define(by=by(FIRST), id=id_of("unit"), name="Sales", kind="team", parent_id=None)


def _person() -> Person:
    place: dict[str, Any] = {"email": None, "job_title": None, "unit_id": id_of("unit"), "manager_id": None}
    return Person.define(by=by(FIRST), id=id_of("ana"), name="Ana", **place)


def _cycle() -> Cycle:
    return Cycle.define(
        by=by(FIRST), id=id_of("cycle"), name="Year", starts_on=YEAR.starts_on, ends_on=YEAR.ends_on
    )


def _ran() -> Objective:
    return given(objective_in("active"), lambda each: _check_in(each, "check-in"))


CHANGES: dict[str, tuple[Callable[[], Aggregate], Callable[[Any], None]]] = {
    "a title": (draft, lambda each: each.revise(by(), revision=Revision(title="Another"), cycle=YEAR)),
    "a target": (_ran, lambda each: each.change_target(by(reason="so"), KEY, target=Decimal(7))),
    "a check-in": (_ran, lambda each: _check_in(each, "another")),
    "a correction": (
        _ran,
        lambda each: each.correct_check_in(by(reason="so"), CHECK, readings={}, confidence=6),
    ),
    "a reaffirmation": (_ran, lambda each: each.reaffirm(by())),
    "feedback": (_ran, lambda each: give_feedback(each, feedback_id=id_of("other"))),
    "a reading": (measure, read),
    "a name of a unit": (_unit, lambda each: each.rename(by(DAY), name="Selling")),
    "a place of a person": (
        _person,
        lambda each: each.transfer(by(DAY), unit_id=id_of("other"), manager_id=None),
    ),
    "a name of a cycle": (_cycle, lambda each: each.revise(by(DAY), name="The year")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changes_of_one_thing_are_bounded(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make, act = CHANGES[change]
    thing = given(make())
    monkeypatch.setitem(cast(dict[str, int], room.MOST), "changes of one thing", thing.version)
    with refused(thing, LimitReached) as refusal:
        act(thing)
    assert refusal.value.members == {"limit": thing.version}
    monkeypatch.setitem(cast(dict[str, int], room.MOST), "changes of one thing", thing.version + 1)
    act(thing)
    assert len(thing.pending_events) == 1


def test_what_has_no_room_left_can_still_be_brought_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = _ran()
    monkeypatch.setitem(cast(dict[str, int], room.MOST), "changes of one thing", 1)
    objective.close(replace(by(), reason="done"), outcome="achieved")
    assert objective.status == "closed"
