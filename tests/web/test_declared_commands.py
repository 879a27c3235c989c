"""Commands that are declared by their use case: the fields of the body are the arguments that it takes."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Any, get_args, get_type_hints
from uuid import UUID

import pytest
from marshmallow import Schema, fields, missing

import web.api
from web.api.routes import Routes
from web.schemas.fields import Day, Exact, Flag, Id

PROVENANCE = {"effective_on", "reason"}
OWN = {"self", "act", "by", "id"}
"""Parameters that no body gives; `id` is chosen where something is created."""
GIVES = {fields.String: str, fields.Integer: int, Flag: bool, Id: UUID, Day: date, Exact: Decimal}


def _declared() -> Iterator[Any]:
    for module in pkgutil.iter_modules(web.api.__path__, "web.api."):
        for routes in vars(importlib.import_module(module.name)).values():
            if isinstance(routes, Routes) and routes.import_name == module.name:
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
def test_a_field_is_of_the_type_that_the_use_case_takes(use_case: Callable[..., Any], shape: Schema) -> None:
    hints = get_type_hints(inspect.unwrap(use_case))
    for name in shape.fields.keys() - PROVENANCE:
        field, wanted = shape.fields[name], hints[name]
        for kind, gives in GIVES.items():
            if isinstance(field, kind):
                assert gives in (wanted, *get_args(wanted)), name
        if field.allow_none:
            assert NoneType in get_args(wanted), name
