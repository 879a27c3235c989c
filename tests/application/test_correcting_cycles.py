"""A cycle is corrected while it is not sealed, and what is in it still fits."""

from datetime import date

import pytest

from application.carrying_over import NewAlignment
from domain.cycle import Cycle
from domain.period import Period
from domain.refusals import PeriodsDoNotOverlap, StillInUse
from tests.application.organisation import START, UNSMART, Organisation, act

SUMMER, AUTUMN = date(2026, 7, 1), date(2026, 10, 1)


def approved(organisation: Organisation, **fields: object) -> str:
    """With a period of its own, which nobody waived."""
    id = organisation.new_objective(**{"starts_on": START, "ends_on": AUTUMN, **fields})  # type: ignore[arg-type]
    waivers = [waiver for waiver in UNSMART if waiver.criterion != "T"]
    organisation.objectives.submit(act(), id, waivers=waivers)
    organisation.objectives.approve(act(), id)
    return str(id)


def test_a_shorter_cycle_is_refused_for_what_would_reach_beyond_it(organisation: Organisation) -> None:
    beyond = approved(organisation)
    with pytest.raises(StillInUse) as refused:
        organisation.cycles.revise(act(), organisation.cycle, ends_on=SUMMER)
    assert refused.value.members == {"objectives": [beyond]}

    organisation.cycles.revise(act(), organisation.cycle, ends_on=AUTUMN)
    assert organisation.store.load(Cycle, organisation.cycle).period == Period(START, AUTUMN)


def test_a_cycle_is_not_moved_away_from_what_its_objectives_are_linked_to(
    organisation: Organisation,
) -> None:
    march = date(2026, 3, 31)
    parent = organisation.new_objective(level="strategic", starts_on=START, ends_on=march)
    organisation.new_objective(starts_on=None, ends_on=None, alignments=[NewAlignment(parent, "contributes")])
    with pytest.raises(PeriodsDoNotOverlap):
        organisation.cycles.revise(act(), organisation.cycle, starts_on=SUMMER)


def test_rules_and_name_are_corrected_whatever_is_in_it(organisation: Organisation) -> None:
    approved(organisation)
    done = organisation.cycles.revise(act(), organisation.cycle, name="FY 2026", cadence_days=90)
    assert done.events == ("cycle.revised",)
