"""Measures are linked to strategic objectives that exist."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.measures import Measures
from domain.measure import Measure
from domain.refusals import StrategicOnly, UnknownReference
from tests.application.organisation import START, Organisation, act

MARCH = date(2026, 3, 1)


def define(organisation: Organisation, *objectives: UUID, **fields: Any) -> UUID:
    known: dict[str, Any] = {
        "name": "Engagement",
        "unit_of_measure": None,
        "direction": "increase",
        "baseline": Decimal(60),
        "target": Decimal(80),
    }
    measures = Measures(organisation.store)
    return measures.define(act(), **known | fields, objective_ids=list(objectives)).id


def test_a_measure_is_found_from_each_of_its_objectives(organisation: Organisation) -> None:
    goals = [organisation.new_objective(level="strategic") for _ in range(2)]
    id = define(organisation, *goals)
    for goal in goals:
        assert organisation.store.mentioning(goal, "measures") == [id]


def test_an_objective_that_is_unknown_or_not_strategic_is_named(organisation: Organisation) -> None:
    goal, team = organisation.new_objective(level="strategic"), organisation.new_objective()
    with pytest.raises(UnknownReference) as unknown:
        define(organisation, goal, uuid4())
    with pytest.raises(StrategicOnly) as refused:
        define(organisation, goal, team)
    assert unknown.value.errors[0].pointer == refused.value.errors[0].pointer == "/objective_ids/1"


def test_readings_are_recorded_and_corrected(organisation: Organisation) -> None:
    measures, id = (
        Measures(organisation.store),
        define(organisation, organisation.new_objective(level="strategic")),
    )
    reading = uuid4()
    measures.record_reading(act(None), id, on=MARCH, value=Decimal(65), reading_id=reading)
    answer = measures.correct_reading(act(None, "misread"), id, reading, value=Decimal(70), source="survey")

    assert answer.events == ("measure.reading_corrected",)
    measure = organisation.store.load(Measure, id)
    assert (measure.value_on(START), measure.value_on(MARCH)) == (None, Decimal(70))


def test_a_revision_links_it_only_to_strategic_objectives(organisation: Organisation) -> None:
    goal, other = (organisation.new_objective(level="strategic") for _ in range(2))
    measures, id = Measures(organisation.store), define(organisation, goal)
    with pytest.raises(StrategicOnly) as refused:
        measures.revise(act(None, "a slip"), id, objective_ids=[goal, organisation.new_objective()])
    assert refused.value.errors[0].pointer == "/objective_ids/1"
    measures.revise(act(None, "a slip"), id, objective_ids=[goal, other])
    assert organisation.store.mentioning(other, "measures") == [id]
