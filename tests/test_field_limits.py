"""The limits of fields stand once: in the domain, which bodies and the page about limits go by."""

import ast
from pathlib import Path

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields, validate

from tests import field_limits
from web.schemas.fields import DECIMAL_PATTERN, Exact, Shape

ROOT = Path(__file__).parent.parent
BODIES = [ROOT / "web" / "schemas" / f"{name}.py" for name in ("bodies", "directory", "feedback", "measures")]
BODIES += [ROOT / "web" / "schemas" / f"{name}.py" for name in ("objectives", "reviews")]
BOUNDED = {"line", "text", "whole", "many"}


def test_the_page_is_what_the_code_gives() -> None:
    assert field_limits.FILE.read_text() == field_limits.text(), "python -m tests.field_limits writes it"


@pytest.mark.parametrize("file", BODIES, ids=lambda file: str(file.stem))
def test_no_body_has_a_bound_of_its_own(file: Path) -> None:
    """A bound that stands twice drifts apart: a unit of measure had 100 characters here and 200 there."""
    calls = [each for each in ast.walk(ast.parse(file.read_text())) if isinstance(each, ast.Call)]
    own = [
        ast.unparse(call)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in BOUNDED
        for argument in call.args
        if isinstance(argument, ast.Constant) and argument.value not in (0, 1)
    ]
    assert own == []


@pytest.mark.parametrize("shape", field_limits.shapes(), ids=lambda shape: str(shape.__name__))
def test_the_openapi_document_has_every_limit(shape: type[Shape]) -> None:
    spec = APISpec("Throughline", "1", "3.1.0", plugins=[MarshmallowPlugin()])
    spec.components.schema("Body", schema=shape())
    shown = spec.to_dict()["components"]["schemas"]["Body"].get("properties", {})
    for name, field in shape().fields.items():
        if isinstance(field, Exact):
            assert shown[name]["pattern"] == DECIMAL_PATTERN
        for each in field.validators:
            if isinstance(each, validate.Length):
                assert shown[name]["maxItems" if isinstance(field, fields.List) else "maxLength"] == each.max
            if isinstance(each, validate.Range):
                assert (shown[name]["minimum"], shown[name]["maximum"]) == (each.min, each.max)
