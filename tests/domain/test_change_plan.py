"""A change plan: its changes, and the steps of its life."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.change_plan import ACTIONS, MOST_CHANGES, WHY_LENGTH, Change, ChangePlan
from domain.provenance import Provenance
from domain.refusals import (
    AlreadyExists,
    ForbiddenTransition,
    InvalidValue,
    LimitReached,
    OutOfTime,
    ReasonRequired,
)
from domain.room import MOST

UNIT, PERSON, OBJECTIVE, OTHER = (UUID(int=number) for number in range(1, 5))
TODAY = date(2026, 6, 30)
BY = Provenance("person:a", UUID(int=9), TODAY, TODAY, "two teams do the same")
CANCEL = Change("cancel_objective", objective_id=OBJECTIVE)
GOOD: dict[str, dict[str, Any]] = {
    "move_unit": {"unit_id": UNIT, "parent_id": None},
    "transfer_person": {"person_id": PERSON, "unit_id": UNIT, "manager_id": OTHER},
    "cancel_objective": {"objective_id": OBJECTIVE},
    "transfer_objective": {"objective_id": OBJECTIVE, "owner_person_id": PERSON},
    "align_objective": {"objective_id": OBJECTIVE, "parent_id": OTHER, "kind": "supports", "weight": "2.50"},
    "remove_alignment": {"objective_id": OBJECTIVE, "parent_id": OTHER},
}


def drafted(**given: Any) -> ChangePlan:
    said: dict[str, Any] = {"title": "One team", "changes": [CANCEL], "position": 7}
    return ChangePlan.draft(by=BY, id=uuid4(), **{**said, **given})


@pytest.mark.parametrize("action", ACTIONS)
def test_a_change_is_read_as_it_was_written(action: str) -> None:
    change = Change.checked({"action": action, **GOOD[action]}, "/changes/0")
    assert Change.read(change.payload()) == change
    assert set(change.payload()) == {"action"} | {name for name, value in GOOD[action].items() if value}
    subjects = {"move_unit": UNIT, "transfer_person": PERSON}
    assert change.subject_id == subjects.get(action, OBJECTIVE)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_change_has_the_fields_that_its_action_takes(action: str) -> None:
    good = {"action": action, **GOOD[action]}
    for name in ("unit_id", "person_id", "objective_id", "owner_unit_id", "owner_person_id"):
        if name not in good:
            with pytest.raises(InvalidValue) as refused:
                Change.checked({**good, name: OTHER}, "/changes/3")
            assert refused.value.errors[0].pointer.startswith(
                "/changes/3/owner" if "owner" in name else "/changes/3/"
            )
    first = next(iter(GOOD[action]))
    with pytest.raises(InvalidValue, match=f"/changes/3/{first}"):
        Change.checked({**good, first: None}, "/changes/3")


def test_a_link_contributes_with_a_weight_of_one_unless_it_says_otherwise() -> None:
    said = {"action": "align_objective", "objective_id": OBJECTIVE, "parent_id": OTHER}
    change = Change.checked(said, "")
    assert (change.kind, change.weight) == ("contributes", Decimal(1))
    for wrong in ({"kind": "blocks"}, {"weight": "0"}):
        with pytest.raises(InvalidValue):
            Change.checked({**said, **wrong}, "")


def test_it_is_open_then_approved_then_carried_out() -> None:
    plan = drafted()
    assert (plan.status, plan.why, plan.position) == ("open", BY.reason, 7)
    with pytest.raises(ForbiddenTransition):
        plan.apply(BY)
    plan.approve(replace(BY, actor="person:b"))
    plan.approve(BY)
    plan.apply(BY)
    plan.apply(BY)
    assert [type(each).__name__ for each in plan.pending_events] == ["Drafted", "Approved", "Applied"]
    for refused in (plan.withdraw, plan.approve):
        with pytest.raises(ForbiddenTransition):
            refused(BY)
    with pytest.raises(ForbiddenTransition):
        plan.revise(BY, title="More", changes=[CANCEL], position=8, moved=False)


def test_a_revision_opens_it_again_and_whoever_said_it_does_not_approve() -> None:
    plan = drafted()
    plan.approve(BY)
    plan.revise(replace(BY, actor="person:b"), title="One team", changes=[CANCEL], position=9, moved=False)
    assert plan.status == "approved"
    plan.revise(replace(BY, actor="person:b"), title="One team", changes=[CANCEL], position=9, moved=True)
    assert (plan.status, plan.position, plan.awaiting) == ("open", 9, {"person:a", "person:b"})
    plan.withdraw(BY)
    plan.withdraw(BY)
    plan.revise(BY, title="Two teams", changes=[CANCEL], position=9, moved=False)
    assert (plan.status, plan.title) == ("open", "Two teams")


def test_it_needs_a_reason_and_changes_and_days_in_order() -> None:
    with pytest.raises(ReasonRequired):
        ChangePlan.draft(by=replace(BY, reason=None), id=uuid4(), title="X", changes=[CANCEL], position=1)
    long = replace(BY, reason="x" * (WHY_LENGTH + 1))
    with pytest.raises(InvalidValue, match="/reason"):
        ChangePlan.draft(by=long, id=uuid4(), title="X", changes=[CANCEL], position=1)
    for changes in ([], [CANCEL] * (MOST_CHANGES + 1)):
        with pytest.raises(InvalidValue, match="/changes"):
            drafted(changes=changes)
    plan = drafted()
    with pytest.raises(ReasonRequired):
        plan.withdraw(replace(BY, reason=None))
    for day in (date(2026, 6, 29), date(2026, 7, 1)):
        with pytest.raises(OutOfTime):
            plan.approve(replace(BY, effective_on=day))


def test_a_comment_is_recorded_once_and_there_is_room_for_so_many() -> None:
    plan, id = drafted(), uuid4()
    plan.comment(BY, comment_id=id, text="Not yet.")
    plan.comment(BY, comment_id=id, text="Not yet.")
    assert len(plan.comments) == 1
    with pytest.raises(AlreadyExists):
        plan.comment(BY, comment_id=id, text="Now.")
    for _ in range(MOST["comments on a change plan"] - 1):
        plan.comment(BY, comment_id=uuid4(), text="Once more.")
    with pytest.raises(LimitReached):
        plan.comment(BY, comment_id=uuid4(), text="One too many.")


def test_there_is_room_for_so_many_revisions() -> None:
    plan = drafted()
    for number in range(MOST["revisions of a change plan"]):
        plan.revise(BY, title=f"Version {number}", changes=[CANCEL], position=7, moved=False)
    with pytest.raises(LimitReached):
        plan.revise(BY, title="One too many", changes=[CANCEL], position=7, moved=False)
