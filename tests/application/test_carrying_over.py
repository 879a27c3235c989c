"""An objective ends in one cycle and its successor begins in another, in one go."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from application.carrying_over import NewAlignment, successor_of
from domain.objective import Revision
from domain.refusals import (
    AlreadyExists,
    CycleSealed,
    ForbiddenTransition,
    InvalidValue,
    OutOfTime,
    PeriodsDoNotOverlap,
    Refusal,
    StillInUse,
    UnknownReference,
)
from tests.application.cycles import JUNE, NEXT, Season
from tests.application.organisation import TODAY, act


def test_the_answer_is_about_the_successor_and_both_change_in_one_save(season: Season) -> None:
    season.read(40, date(2026, 3, 1))
    cycle = season.next_cycle()

    answer = season.objectives.carry_over(
        act(JUNE), season.objective, cycle_id=cycle, starts_on=NEXT[0], ends_on=NEXT[1]
    )

    assert sorted(answer.events) == [
        "objective.carried_over",
        "objective.defined",
        "objective.key_result_added",
    ]
    origin, successor = season.load(season.objective), season.load(answer.id)
    assert (origin.status, origin.successor_id) == ("carried_over", successor.id)
    assert (successor.origin_id, successor.cycle_id, successor.version) == (origin.id, cycle, 2)
    assert successor.key_results_on(TODAY)[0].aim.baseline == Decimal(40)
    assert season.store.mentioning(origin.id, "carried_from") == [successor.id]


def test_carrying_over_again_changes_nothing_and_to_other_days_or_cycles_is_refused(season: Season) -> None:
    cycle = season.next_cycle()
    first = season.objectives.carry_over(act(JUNE), season.objective, cycle_id=cycle)
    again = season.objectives.carry_over(act(JUNE), season.objective, cycle_id=cycle)
    assert (again.id, again.events) == (first.id, ())
    others: list[dict[str, Any]] = [
        {"cycle_id": cycle, "starts_on": NEXT[0]},
        {"cycle_id": season.next_cycle()},
    ]
    for other in others:
        with pytest.raises(ForbiddenTransition) as refused:
            season.objectives.carry_over(act(JUNE), season.objective, **other)
        assert refused.value.members["status"] == "carried_over"


def test_it_goes_to_another_cycle_that_exists_and_is_not_sealed(season: Season) -> None:
    with pytest.raises(InvalidValue):
        season.objectives.carry_over(act(JUNE), season.objective, cycle_id=season.cycle)
    with pytest.raises(UnknownReference):
        season.objectives.carry_over(act(JUNE), season.objective, cycle_id=season.objective)
    sealed = season.next_cycle()
    season.cycles.activate(act(), sealed)
    season.cycles.close(act(), sealed)
    with pytest.raises(CycleSealed) as refused:
        season.objectives.carry_over(act(JUNE), season.objective, cycle_id=sealed)
    assert refused.value.members == {"cycle_id": str(sealed)}
    assert season.load(season.objective).status == "active"


def test_nothing_is_carried_over_before_it_was_there(season: Season) -> None:
    with pytest.raises(OutOfTime) as refused:
        season.objectives.carry_over(act(date(2025, 12, 1)), season.objective, cycle_id=season.next_cycle())

    assert [error.pointer for error in refused.value.errors] == ["/effective_on"]


def test_a_repetition_is_one_even_after_the_successor_was_revised(season: Season) -> None:
    cycle = season.next_cycle()
    command: dict[str, Any] = {"cycle_id": cycle, "starts_on": NEXT[0], "ends_on": NEXT[1]}
    successor = season.objectives.carry_over(act(JUNE), season.objective, **command).id
    season.objectives.revise(act(JUNE), successor, changes=Revision(starts_on=date(2027, 2, 1)))

    assert season.objectives.carry_over(act(JUNE), season.objective, **command).events == ()


def test_the_successor_has_the_links_and_the_external_id_that_are_asked_for(season: Season) -> None:
    cycle = season.next_cycle()
    top = season.new_objective(cycle_id=cycle, starts_on=NEXT[0], ends_on=NEXT[1])
    second = season.new_objective(cycle_id=cycle, starts_on=NEXT[0], ends_on=NEXT[1])
    links = [NewAlignment(top, "contributes", Decimal(2)), NewAlignment(second, "supports")]
    command: dict[str, Any] = {"cycle_id": cycle, "starts_on": NEXT[0], "ends_on": NEXT[1]}

    asked = command | {"alignments": links, "external_id": "O-7"}
    answer = season.objectives.carry_over(act(JUNE), season.objective, **asked)

    successor = season.load(answer.id)
    assert answer.events.count("objective.aligned") == 2
    assert successor.external_id == "O-7"
    assert {(link.parent_id, link.kind, link.weight) for link in successor.links_on(JUNE)} == {
        (top, "contributes", Decimal(2)),
        (second, "supports", Decimal(1)),
    }
    assert season.objectives.carry_over(act(JUNE), season.objective, **asked).events == ()
    for other in ({"external_id": "O-8"}, {"alignments": [NewAlignment(top, "supports")]}):
        with pytest.raises(ForbiddenTransition):
            season.objectives.carry_over(act(JUNE), season.objective, **(asked | other))


def test_a_link_that_the_successor_cannot_have_ends_nothing(season: Season) -> None:
    """Neither one to what is not there, nor one to itself, nor to another period."""
    cycle = season.next_cycle()
    before = season.load(season.objective).version
    early = season.new_objective()
    for parent, refusal in (
        (cycle, UnknownReference),
        (successor_of(season.objective, cycle), Refusal),
        (early, PeriodsDoNotOverlap),
    ):
        with pytest.raises(refusal) as refused:
            season.objectives.carry_over(
                act(JUNE),
                season.objective,
                cycle_id=cycle,
                starts_on=NEXT[0],
                ends_on=NEXT[1],
                alignments=[NewAlignment(parent, "contributes")],
            )
        assert all(error.pointer.startswith("/alignments/0") for error in refused.value.errors)
        assert season.load(season.objective).version == before


def test_what_was_carried_over_is_reinstated_once_what_it_went_on_as_is_cancelled(season: Season) -> None:
    cycle = season.next_cycle()
    successor = season.objectives.carry_over(act(JUNE), season.objective, cycle_id=cycle).id
    with pytest.raises(StillInUse) as refused:
        season.objectives.reinstate(act(JUNE), season.objective)
    assert refused.value.members == {"objectives": [str(successor)]}

    season.objectives.cancel(act(JUNE), successor)
    season.objectives.reinstate(act(JUNE), season.objective)
    origin = season.load(season.objective)
    assert (origin.status, origin.successor_id) == ("active", None)
    with pytest.raises(AlreadyExists) as exists:
        season.objectives.carry_over(act(JUNE), season.objective, cycle_id=cycle)
    assert exists.value.members == {"id": str(successor)}


def test_a_sealed_cycle_gives_nothing_back(season: Season) -> None:
    season.objectives.cancel(act(JUNE), season.objective)
    season.cycles.close(act(JUNE), season.cycle)
    with pytest.raises(CycleSealed):
        season.objectives.reinstate(act(JUNE), season.objective)
