"""Commands that are declared by their use case: the fields of the body are the arguments that it takes."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from types import ModuleType, NoneType
from typing import Any, get_args, get_type_hints
from uuid import UUID

import pytest
from marshmallow import Schema, fields, missing

import web.api
from application.change_plans import ChangePlans
from application.cycles import Cycles
from application.measures import Measures
from application.objectives import Objectives
from application.people import People
from application.policies import Policies
from application.reviews import Reviews
from application.store.topics import AGGREGATES
from application.units import Units
from domain.aggregate import Aggregate
from domain.change_plan import ChangePlan
from domain.cycle import Cycle
from domain.measure import Measure
from domain.objective import Objective
from domain.person import Person
from domain.policy import Policy
from domain.review import Review
from domain.unit import Unit
from web.api.routes import Routes
from web.schemas.fields import DayField, Exact, Flag, Id

PROVENANCE = {"effective_on", "reason"}
OWN = {"self", "act", "by", "id"}
"""Parameters that no body gives; `id` is chosen where something is created."""
NOT_GIVEN = {"comment_id", "feedback_id", "reading_id", "key_result_id"}
"""Ids that the service draws for commands by HTTP."""
GIVES = {fields.String: str, fields.Integer: int, Flag: bool, Id: UUID, DayField: date, Exact: Decimal}


CASES = {
    ChangePlan: ChangePlans,
    Cycle: Cycles,
    Measure: Measures,
    Objective: Objectives,
    Person: People,
    Policy: Policies,
    Review: Reviews,
    Unit: Units,
}


def _routes() -> Iterator[tuple[ModuleType, Routes]]:
    for found in pkgutil.iter_modules(web.api.__path__, "web.api."):
        module = importlib.import_module(found.name)
        for routes in vars(module).values():
            if isinstance(routes, Routes) and routes.import_name == module.__name__:
                yield module, routes


def _declared() -> Iterator[Any]:
    for _, routes in _routes():
        for use_case, shape in routes.declared:
            yield pytest.param(use_case, shape, id=f"{routes.name}.{use_case.__name__}")


EVERY = list(_declared())


def _parameters(use_case: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The parameters that the body has to give; those by position are the ids of the path."""
    found = inspect.signature(use_case).parameters
    return {
        name: one
        for name, one in found.items()
        if name not in OWN and one.kind is inspect.Parameter.KEYWORD_ONLY
    }


def _commands(kind: type[Aggregate]) -> set[str]:
    """The methods of an aggregate by which somebody changes it: those that take `by`."""
    return {
        name
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if "by" in (parameters := inspect.signature(method).parameters) and "event" not in parameters
        if not name.startswith(("_", "check_change", "check_fact", "check_step"))
    }


@pytest.mark.parametrize("kind", AGGREGATES, ids=lambda kind: str(kind.TOPIC))
def test_every_command_of_an_aggregate_can_be_posted(kind: type[Aggregate]) -> None:
    """A declared use case has the name of the command, and so has a route that is a function."""
    own = [(module, routes) for module, routes in _routes() if routes.of is CASES[kind]]
    posted = {use_case.__name__ for _, routes in own for use_case, _ in routes.declared}
    posted |= {name for module, _ in own for name in vars(module)}
    assert own
    left = _commands(kind) - posted
    assert not left, f"web/api has no route for {left} of {kind.__name__}"


def test_most_commands_are_declared_so() -> None:
    assert len(EVERY) > 30


@pytest.mark.parametrize(("use_case", "shape"), EVERY)
def test_the_body_has_no_field_that_the_use_case_does_not_take(
    use_case: Callable[..., Any], shape: Schema
) -> None:
    assert shape.fields.keys() - PROVENANCE - _parameters(use_case).keys() == set()


@pytest.mark.parametrize(("use_case", "shape"), EVERY)
def test_the_body_gives_every_argument_that_the_use_case_needs(
    use_case: Callable[..., Any], shape: Schema
) -> None:
    for name, parameter in _parameters(use_case).items():
        if parameter.default is inspect.Parameter.empty:
            assert shape.fields[name].required or shape.fields[name].load_default is not missing, name


@pytest.mark.parametrize(("use_case", "shape"), EVERY)
def test_the_body_can_give_every_argument_that_the_use_case_takes(
    use_case: Callable[..., Any], shape: Schema
) -> None:
    left = _parameters(use_case).keys() - shape.fields.keys() - NOT_GIVEN
    assert not left, f"the body of {use_case.__qualname__} cannot give {left}"


@pytest.mark.parametrize(("use_case", "shape"), EVERY)
def test_a_field_is_of_the_type_that_the_use_case_takes(use_case: Callable[..., Any], shape: Schema) -> None:
    hints = get_type_hints(inspect.unwrap(use_case))
    for name in shape.fields.keys() - PROVENANCE:
        field, wanted = shape.fields[name], hints[name]
        for kind, gives in GIVES.items():
            if isinstance(field, kind):
                assert gives in (wanted, *get_args(wanted)), name
        if field.allow_none:
            assert NoneType in get_args(wanted), name
