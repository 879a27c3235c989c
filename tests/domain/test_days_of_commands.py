"""A day before 1900 or after 2200 is a typing error, in every command that takes one."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.aggregate import Aggregate
from domain.cycle import Cycle
from domain.measure import Measure
from domain.objective import Objective, Revision
from domain.refusals import InvalidValue, OutOfTime
from tests.domain.case import by, given, id_of
from tests.domain.stories import CHECK, FIRST, KEY, YEAR, draft, objective_in
from tests.event_classes import aggregate_classes

OF_ANOTHER_AGE = (date(26, 3, 31), date(1899, 12, 31), date(2201, 1, 1), date(9999, 12, 31))
PERIOD = ("starts_on", "ends_on")


def cycle(**days: date) -> Cycle:
    known: dict[str, Any] = {"starts_on": YEAR.starts_on, "ends_on": YEAR.ends_on}
    return given(Cycle.define(by=by(FIRST), id=id_of("cycle"), name="2026", **known | days))


def measure() -> Measure:
    aim: dict[str, Any] = {"direction": "increase", "baseline": Decimal(1), "target": Decimal(2)}
    about = {"name": "Engagement", "unit_of_measure": None, "objective_ids": [id_of("goal")]}
    return given(Measure.define(by=by(FIRST), id=id_of("measure"), **aim | about))


def succeed(**days: date) -> Objective:
    known: dict[str, Any] = {"starts_on": None, "ends_on": None}
    return Objective.succeed(
        by=by(), id=id_of("new"), origin=objective_in("active"), cycle_id=id_of("next"), **known | days
    )


COMMANDS: dict[tuple[str, str], Callable[..., object]] = {
    **{("Cycle.define", name): cycle for name in PERIOD},
    **{("Cycle.revise", name): lambda **days: cycle().revise(by=by(), **days) for name in PERIOD},
    **{("Objective.define", name): draft for name in PERIOD},
    **{
        ("Objective.revise", name): lambda **days: draft().revise(
            by=by(), revision=Revision(**days), cycle=YEAR
        )
        for name in PERIOD
    },
    **{("Objective.succeed", name): succeed for name in PERIOD},
    ("Objective.check_in", "on"): lambda on: objective_in("active").check_in(
        by=by(), check_in_id=CHECK, on=on, readings={KEY: Decimal(1)}
    ),
    ("Objective.withdraw_reaffirmation", "on"): lambda on: objective_in("active").withdraw_reaffirmation(
        by=by(reason="a slip"), on=on
    ),
    ("Measure.record_reading", "on"): lambda on: measure().record_reading(
        by=by(), reading_id=id_of("reading"), on=on, value=Decimal(1)
    ),
}


def taken(kind: type[Aggregate]) -> set[tuple[str, str]]:
    """The commands of an aggregate with the days that each takes, beside the effective date."""
    found = set()
    for name, command in inspect.getmembers(
        kind, lambda each: inspect.isfunction(each) or inspect.ismethod(each)
    ):
        given = inspect.signature(command).parameters
        if "by" in given and name != "record" and not name.startswith("_"):
            shown = {field: str(each.annotation) for field, each in given.items()}
            if shown.pop("revision", None):
                shown |= {field.name: str(field.type) for field in fields(Revision)}
            found |= {
                (f"{kind.__name__}.{name}", field) for field, said in shown.items() if "date" in said.split()
            }
    return found


@pytest.mark.parametrize("kind", aggregate_classes(), ids=lambda kind: str(kind.__name__))
def test_every_command_that_takes_a_day_is_held_to_the_bounds(kind: type[Aggregate]) -> None:
    assert taken(kind) == {command for command in COMMANDS if command[0].startswith(f"{kind.__name__}.")}


@pytest.mark.parametrize("day", OF_ANOTHER_AGE, ids=str)
@pytest.mark.parametrize("command", COMMANDS, ids=".".join)
def test_a_day_of_another_age_is_refused_by_the_name_of_its_field(
    command: tuple[str, str], day: date
) -> None:
    _, field = command
    with pytest.raises((InvalidValue, OutOfTime)) as refused:
        COMMANDS[command](**{field: day})
    assert [error.pointer for error in refused.value.errors] == [f"/{field}"]


def test_a_cycle_that_was_defined_in_another_age_can_be_put_right() -> None:
    """The bounds are of what is said now, and not of what was recorded before there were any."""
    wrong = cycle()
    wrong.take_in(FIRST, {"starts_on": "0026-01-01", "ends_on": "2026-12-31"})
    wrong.revise(by=by(), ends_on=date(2026, 11, 30))
    wrong.revise(by=by(), starts_on=date(2026, 1, 1))
    assert wrong.period.starts_on == date(2026, 1, 1)
