"""What another system calls a thing is corrected from the first day on, and never without a reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.cycle import Cycle
from domain.external_id import Named
from domain.measure import Measure
from domain.objective import Objective
from domain.person import Person
from domain.refusals import AlreadyExists, InvalidValue, OutOfTime, ReasonRequired
from domain.unit import Unit
from tests.domain.case import TODAY, by, given, id_of, recorded, refused

FIRST = date(2026, 1, 1)


def _unit() -> Named:
    return Unit.define(by=by(FIRST), id=id_of("unit"), name="Sales", kind="team", parent_id=None)


def _person() -> Named:
    known = {"name": "Ana", "email": None, "job_title": None, "unit_id": id_of("unit"), "manager_id": None}
    return Person.define(by=by(FIRST), id=id_of("person"), **known)  # type: ignore[arg-type]


def _cycle() -> Named:
    last = date(2026, 12, 31)
    return Cycle.define(by=by(FIRST), id=id_of("cycle"), name="2026", starts_on=FIRST, ends_on=last)


def _measure() -> Named:
    aim = {"baseline": Decimal(1), "target": Decimal(2)}
    known = {"name": "Share", "unit_of_measure": None, "direction": "increase"}
    return Measure.define(by=by(FIRST), id=id_of("m"), objective_ids=[id_of("o")], **known, **aim)  # type: ignore[arg-type]


def _objective() -> Objective:
    said = {"title": "Grow", "description": None, "level": "team", "cycle_id": id_of("cycle")}
    return Objective.define(by=by(FIRST), id=id_of("o"), owner=None, starts_on=None, ends_on=None, **said)  # type: ignore[arg-type]


EVERY = pytest.mark.parametrize("begin", [_unit, _person, _cycle, _measure, _objective])


@EVERY
def test_it_is_corrected_from_the_first_day_on_and_back_and_to_none(begin: Callable[[], Named]) -> None:
    subject = given(begin())
    for name, before in (("X-1", None), ("X-2", "X-1"), (None, "X-2")):
        subject.correct_external_id(by(reason="a slip"), external_id=name)
        event = vars(subject.collect_events()[0])
        assert (event["external_id"], event["external_id_before"]) == (name, before)
        assert (event["effective_on"], subject.external_id) == (str(FIRST), name)
    subject.correct_external_id(by(), external_id=" ")
    assert recorded(subject) == []


@EVERY
def test_it_needs_a_reason_and_no_other_day_and_may_not_be_too_long(begin: Callable[[], Named]) -> None:
    subject = given(begin())
    with refused(subject, ReasonRequired):
        subject.correct_external_id(by(), external_id="X-1")
    for day in (FIRST - timedelta(days=1), TODAY):
        with refused(subject, OutOfTime):
            subject.correct_external_id(by(day, "a slip"), external_id="X-1")
    with refused(subject, InvalidValue):
        subject.correct_external_id(by(reason="a slip"), external_id="x" * 201)
    subject.correct_external_id(by(FIRST, "a slip"), external_id="X-1")
    assert subject.external_id == "X-1"


def test_that_of_a_key_result_is_no_other_ones_of_the_objective() -> None:
    objective = given(_objective())
    assert isinstance(objective, Objective)
    for name in ("KR-1", "KR-2"):
        _add(objective, name)
    objective.collect_events()
    with refused(objective, AlreadyExists) as refusal:
        _add(objective, "kr-1", "another")
    assert refusal.value.errors[0].pointer == "/external_id"
    with refused(objective, AlreadyExists):
        objective.revise_key_result(by(), id_of("KR-1"), external_id="kr-2")
    objective.revise_key_result(by(), id_of("KR-1"), external_id=None)
    objective.revise_key_result(replace(by()), id_of("KR-2"), external_id="KR-1")
    events = [vars(event) for event in objective.pending_events]
    assert [(e["after"], e["before"]) for e in events] == [
        ({"external_id": None}, {"external_id": "KR-1"}),
        ({"external_id": "KR-1"}, {"external_id": "KR-2"}),
    ]


def _add(objective: Objective, name: str, id: str | None = None) -> None:
    objective.add_key_result(
        by(), key_result_id=id_of(id or name), title=name, kind="increase", unit_of_measure=None,
        baseline=Decimal(0), target=Decimal(1), external_id=name,
    )  # fmt: skip
