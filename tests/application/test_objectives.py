"""What commands on objectives need of one another: parents, children, cycles, owners."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from application.carrying_over import NewAlignment
from application.objectives import NewKeyResult
from domain.objective import Owner, Revision
from domain.refusals import AlignmentLoop, InvalidValue, NotSmart, PeriodsDoNotOverlap, UnknownReference
from tests.application.organisation import START, UNSMART, Organisation, act, key_result

MARCH, MAY, YEAR_END = date(2026, 3, 1), date(2026, 5, 1), date(2026, 12, 31)


def test_an_objective_is_defined_with_its_key_results_and_alignments_in_one_go(
    organisation: Organisation,
) -> None:
    goal = organisation.new_objective(level="strategic")

    id = organisation.new_objective(goal, key_results=[key_result(), key_result("7")])

    objective = organisation.load(id)
    assert [link.parent_id for link in objective.links_up()] == [goal]
    assert [k.aim.target for k in objective.key_results_on(START)] == [100, 7]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"cycle_id": uuid4()}, "/cycle_id"),
        ({"owner": Owner(person_id=uuid4())}, "/owner/person_id"),
        ({"owner": Owner(unit_id=uuid4())}, "/owner/unit_id"),
        ({"alignments": [NewAlignment(uuid4(), "contributes")]}, "/alignments/0/objective_id"),
    ],
)
def test_what_is_unknown_is_named_and_nothing_is_half_recorded(
    organisation: Organisation, fields: dict[str, Any], pointer: str
) -> None:
    organisation.new_objective()
    before = organisation.store.recorder.max_notification_id()

    with pytest.raises(UnknownReference) as refused:
        organisation.new_objective(key_results=[key_result()], **fields)

    assert refused.value.errors[0].pointer == pointer
    assert organisation.store.recorder.max_notification_id() == before


def test_a_bad_part_of_the_body_is_named_by_its_place(organisation: Organisation) -> None:
    flat = NewKeyResult("Revenue", "increase", None, Decimal(1), Decimal(1))

    with pytest.raises(InvalidValue) as refused:
        organisation.new_objective(key_results=[key_result(), flat])

    assert refused.value.errors[0].pointer == "/key_results/1/target"


def test_objectives_never_align_in_a_loop_of_any_depth(organisation: Organisation) -> None:
    top = organisation.new_objective()
    middle = organisation.new_objective(top)
    bottom = organisation.new_objective(middle)

    with pytest.raises(AlignmentLoop) as refused:
        organisation.objectives.align(act(MARCH), top, objective_id=bottom, kind="supports")

    assert refused.value.members["path"] == [str(id) for id in (top, bottom, middle, top)]
    assert organisation.load(top).version == 1


def test_a_late_link_that_would_close_a_loop_in_the_past_alone_is_refused(organisation: Organisation) -> None:
    upper = organisation.new_objective()
    lower = organisation.new_objective(upper)
    organisation.objectives.remove_alignment(act(MAY), lower, upper)

    organisation.objectives.align(act(MAY), upper, objective_id=lower, kind="contributes")
    with pytest.raises(AlignmentLoop) as refused:
        organisation.objectives.align(act(MARCH), upper, objective_id=lower, kind="contributes")

    assert (refused.value.members["from"], refused.value.members["to"]) == ("2026-03-01", "2026-05-01")


def test_a_contributing_child_makes_an_objective_measurable(organisation: Organisation) -> None:
    goal = organisation.new_objective(level="strategic", description="More of it")
    organisation.objectives.commit(act(), goal, confidence=7)
    with pytest.raises(NotSmart) as refused:
        organisation.objectives.submit(act(), goal)
    assert refused.value.members["missing"] == ["M"]

    organisation.new_objective(goal, live=True)

    assert organisation.objectives.submit(act(), goal).events == ("objective.submitted",)


def test_a_child_in_draft_does_not_make_an_objective_measurable(organisation: Organisation) -> None:
    goal = organisation.new_objective(level="strategic")
    organisation.new_objective(goal)

    with pytest.raises(NotSmart) as refused:
        organisation.objectives.submit(act(), goal, waivers=UNSMART[:1] + UNSMART[2:])

    assert refused.value.members["missing"] == ["M"]


def test_a_period_goes_on_overlapping_those_below(organisation: Organisation) -> None:
    goal = organisation.new_objective(level="strategic")
    organisation.new_objective(goal, ends_on=date(2026, 6, 30))

    with pytest.raises(PeriodsDoNotOverlap):
        organisation.objectives.revise(act(), goal, changes=Revision(starts_on=date(2026, 9, 1)))

    organisation.objectives.revise(act(), goal, changes=Revision(starts_on=date(2026, 6, 1)))


def test_the_score_at_closing_is_suggested_from_progress(organisation: Organisation) -> None:
    parent = organisation.new_objective(live=True)
    child = organisation.new_objective(parent, live=True, key_results=[key_result()])
    reading = {organisation.load(child).key_results_on(START)[0].id: Decimal(25)}
    organisation.objectives.check_in(act(None), child, on=MARCH, readings=reading)

    organisation.objectives.close(act(MAY), parent, outcome="partly_achieved")

    ending = organisation.load(parent).ending
    assert ending is not None
    assert ending.score == Decimal("0.25")


def test_a_new_owner_must_exist_on_the_day(organisation: Organisation) -> None:
    id, person = organisation.new_objective(), organisation.new_person(on=MAY)

    with pytest.raises(UnknownReference) as refused:
        organisation.objectives.transfer(act(MARCH), id, owner=Owner(person_id=person))
    assert refused.value.errors[0].pointer == "/person_id"

    organisation.objectives.transfer(act(MAY), id, owner=Owner(person_id=person))
    assert organisation.load(id).owner.at(YEAR_END) == Owner(person_id=person)
