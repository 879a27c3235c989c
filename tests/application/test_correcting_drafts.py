"""The level and the cycle of a draft are corrected while all that names it goes on being right."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from application.verification import verify
from domain.cycle import Cycle
from domain.objective import Owner, Revision
from domain.refusals import (
    AlreadyExists,
    CycleSealed,
    ForbiddenTransition,
    InvalidValue,
    PeriodsDoNotOverlap,
    Refusal,
    StillInUse,
    StrategicOnly,
    UnknownReference,
)
from tests.application.cycles import JUNE, Season, act_as
from tests.application.organisation import START, Organisation, act
from tests.application.test_measures import define as define_measure

MARCH = date(2026, 3, 1)


def correct(organisation: Organisation, id: UUID, **changes: object) -> tuple[str, ...]:
    """Without a date, as on a day on which nobody thinks of the first one."""
    return organisation.objectives.revise(act(None), id, changes=Revision(**changes)).events  # type: ignore[arg-type]


def refused(
    organisation: Organisation, kind: type[Refusal], pointer: str, id: UUID, **changes: object
) -> Refusal:
    """Nothing is recorded, and the refusal names the field."""
    before = organisation.store.recorder.max_notification_id()
    with pytest.raises(kind) as refusal:
        correct(organisation, id, **changes)
    assert organisation.store.recorder.max_notification_id() == before
    assert [error.pointer for error in refusal.value.errors] == [pointer]
    return refusal.value


@pytest.mark.parametrize("level", ["strategic", "department", "individual"])
def test_the_level_of_a_draft_becomes_any_other(organisation: Organisation, level: str) -> None:
    id = organisation.new_objective()
    assert correct(organisation, id, level=level) == ("objective.revised",)
    assert organisation.load(id).level == level
    assert correct(organisation, id, level=level) == ()


def test_the_strategy_aligns_only_to_the_strategy_looking_up(organisation: Organisation) -> None:
    department = organisation.new_objective(level="department")
    below = organisation.new_objective(department)
    refusal = refused(organisation, StrategicOnly, "/level", below, level="strategic")
    assert f"{below} is aligned to {department} from {START}" in refusal.detail
    correct(organisation, department, level="strategic")
    correct(organisation, below, level="strategic")


def test_the_strategy_aligns_only_to_the_strategy_looking_down(organisation: Organisation) -> None:
    top = organisation.new_objective(level="strategic")
    for live in (False, True):
        below = organisation.new_objective(top, level="strategic", live=live)
        refusal = refused(organisation, StrategicOnly, "/level", top, level="department")
        assert str(below) in refusal.detail
        organisation.objectives.remove_alignment(act(), below, top)
    correct(organisation, top, level="department")


def test_a_link_of_the_past_counts_too(organisation: Organisation) -> None:
    """Level and cycle hold from the first day on, and rules hold on every day."""
    department = organisation.new_objective(level="department")
    below = organisation.new_objective(department)
    organisation.objectives.remove_alignment(act(MARCH), below, department)
    refusal = refused(organisation, StrategicOnly, "/level", below, level="strategic")
    assert f"from {START} until {MARCH}" in refusal.detail


def test_a_measure_keeps_its_objective_strategic(organisation: Organisation) -> None:
    goal = organisation.new_objective(level="strategic")
    measure = define_measure(organisation, goal)
    assert str(measure) in refused(organisation, StrategicOnly, "/level", goal, level="team").detail


def test_a_draft_goes_to_another_cycle_that_is_open(season: Season) -> None:
    id, coming = season.new_objective(), season.next_cycle()
    assert correct(season, id, cycle_id=coming) == ("objective.revised",)
    assert season.load(id).cycle_id == coming
    assert correct(season, id, cycle_id=coming) == ()


def test_a_cycle_that_is_unknown_or_sealed_takes_no_draft(season: Season) -> None:
    sealed = season.cycle
    season.end_all()
    season.close_cycle()
    draft = season.new_objective(cycle_id=season.next_cycle(), starts_on=None, ends_on=None)
    refused(season, UnknownReference, "/cycle_id", draft, cycle_id=uuid4())
    with pytest.raises(CycleSealed):
        correct(season, draft, cycle_id=sealed)


def test_a_draft_without_a_period_shares_days_with_what_it_is_linked_to(season: Season) -> None:
    id = season.new_objective(season.objective, starts_on=None, ends_on=None)
    coming = season.next_cycle()
    refused(season, PeriodsDoNotOverlap, "/cycle_id", id, cycle_id=coming)
    changes = Revision(cycle_id=coming, starts_on=START, ends_on=JUNE)
    assert season.objectives.revise(act(START), id, changes=changes).events == ("objective.revised",)
    assert season.load(id).cycle_id == coming


def test_a_review_keeps_its_objectives_in_its_cycle_until_it_is_withdrawn(season: Season) -> None:
    draft = season.new_objective(owner=Owner(person_id=season.ana))
    review, coming = season.open_review(draft), season.next_cycle()
    refusal = refused(season, StillInUse, "/cycle_id", draft, cycle_id=coming)
    assert refusal.members["reviews"] == [str(review)]
    season.reviews.withdraw(act_as("hr"), review)
    correct(season, draft, cycle_id=coming)


def test_what_was_carried_over_does_not_go_back_to_the_cycle_it_came_from(season: Season) -> None:
    coming = season.next_cycle()
    later = season.cycles.define(
        act(), name="2028", starts_on=date(2028, 1, 1), ends_on=date(2028, 12, 31)
    ).id
    new = season.objectives.carry_over(act(JUNE), season.objective, cycle_id=coming).id
    refused(season, InvalidValue, "/cycle_id", new, cycle_id=season.cycle)
    correct(season, new, cycle_id=later)
    with pytest.raises((ForbiddenTransition, AlreadyExists)):  # it is not there any more
        season.objectives.carry_over(act(JUNE), season.objective, cycle_id=coming)


def test_a_seal_is_of_what_is_in_the_cycle_and_not_of_drafts_that_left_it(season: Season, dsn: str) -> None:
    coming = season.next_cycle()
    leaves = season.new_objective()
    comes = season.new_objective(cycle_id=coming)
    back = season.new_objective()
    for id, cycle in ((leaves, coming), (comes, season.cycle), (back, coming), (back, season.cycle)):
        correct(season, id, cycle_id=cycle)
    season.end_all()
    for id in (comes, back):
        season.objectives.cancel(act(JUNE), id)
    season.close_cycle()

    assert season.seal.objectives == 3
    correct(season, leaves, level="department")  # it is nothing to the sealed cycle
    assert verify(dsn).faults == ()


def test_a_seal_stays_right_when_a_draft_comes_after_a_reopening(season: Season, dsn: str) -> None:
    season.end_all()
    season.close_cycle()
    season.cycles.reopen(act(JUNE), season.cycle)
    draft = season.new_objective(cycle_id=season.next_cycle())
    correct(season, draft, cycle_id=season.cycle)
    assert verify(dsn).faults == ()
    with pytest.raises(Refusal) as refusal:
        season.close_cycle()
    assert refusal.value.members["open"] == [str(draft)]


def test_the_days_of_a_cycle_are_not_held_by_a_draft_that_left_it(season: Season) -> None:
    year = season.new_objective(starts_on=None, ends_on=None)
    season.new_objective(year, starts_on=START, ends_on=MARCH)
    with pytest.raises(PeriodsDoNotOverlap):
        season.cycles.revise(act(), season.cycle, starts_on=JUNE)
    half = season.cycles.define(act(), name="First half", starts_on=START, ends_on=JUNE).id
    correct(season, year, cycle_id=half)
    season.cycles.revise(act(), season.cycle, starts_on=JUNE)
    assert season.store.load(Cycle, season.cycle).period.starts_on == JUNE
