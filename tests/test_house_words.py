"""House rules about words: every field and parameter says what it is, in which unit, and how it looks."""

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from web.api.documents import document
from web.schemas.choices import name_choices
from web.schemas.words import UNIT, describe, described, words

DOCUMENT: dict[str, Any] = orjson.loads(document())


def _places() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(where it is, what says it, its schema) of every field and parameter."""
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            for parameter in operation if method == "parameters" else operation.get("parameters", []):
                yield f"{path}?{parameter['name']}", parameter, parameter["schema"]
    yield from _fields_below(DOCUMENT["components"]["schemas"], "")
    yield from _fields_below(DOCUMENT["components"]["responses"], "")
    yield from _fields_below(DOCUMENT["paths"], "")


def _fields_below(node: Any, at: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for key, each in node.items() if isinstance(node, dict) else enumerate(node):
        if key == "properties":
            yield from ((f"{at}.{name}", field, field) for name, field in each.items())
        if isinstance(each, dict | list) and key not in ("example", "examples"):
            yield from _fields_below(each, f"{at}/{key}")


PLACES = list(_places())


def _kinds(schema: dict[str, Any]) -> set[str]:
    kinds = schema.get("type", [])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _is_made_of_fields(schema: dict[str, Any]) -> bool:
    """Its fields have examples of their own."""
    return (
        any(key in schema for key in ("$ref", "allOf", "anyOf", "properties"))
        and "object" not in _kinds(schema)
    ) or "$ref" in schema.get("items", {})


def test_there_is_something_to_say() -> None:
    assert len(PLACES) > 1_000


def test_every_field_and_parameter_says_what_it_is() -> None:
    assert [at for at, said, _ in PLACES if not said.get("description", "").endswith(".")] == []


def test_every_number_has_a_unit() -> None:
    numbers = [
        (at, said)
        for at, said, schema in PLACES
        if _kinds(schema) & {"integer", "number"} or schema.get("format") == "decimal"
    ]
    assert len(numbers) > 200
    assert [at for at, said in numbers if not said.get(UNIT) or said[UNIT] not in said["description"]] == []


def test_every_field_and_parameter_has_an_example_of_its_type() -> None:
    wrong = []
    for at, said, schema in PLACES:
        if not _is_made_of_fields(schema):
            examples = [said["example"]] if "example" in said else said.get("examples", [None])
            if not all(_is_of(example, schema) for example in examples):
                wrong.append((at, examples))
    assert wrong == []


def _is_of(example: Any, schema: dict[str, Any]) -> bool:
    types = {
        "string": str,
        "integer": int,
        "number": int | float,
        "boolean": bool,
        "array": list,
        "object": dict,
    }
    kinds = _kinds(schema) - {"null"} or set(types)
    fits = any(isinstance(example, types[kind]) for kind in kinds)
    pattern = schema.get("pattern", "")
    matches = not isinstance(example, str) or re.search(pattern, example) is not None
    return fits and matches and example in schema.get("enum", [example])


def test_every_line_is_for_something() -> None:
    used = {id(word) for word, _, _ in described(DOCUMENT)}
    assert [name for name, word in words().items() if id(word) not in used] == []


def test_a_field_that_has_no_line_is_left_as_it_is_and_found_by_that() -> None:
    field = {"type": "integer"}
    document = {"components": {"schemas": {"Shape": {"properties": {"unheard_of": field}}}}, "paths": {}}

    assert describe(document) == document


@pytest.mark.parametrize(
    ("at", "description", "unit", "example"),
    [
        ("Unit.kind", "How large a part of the organisation the unit is.", None, "organisation"),
        ("KeyResult.kind", "How the key result is measured", None, "increase"),
        ("Figures.live", "The objectives that count on the day:", "objectives", 114),
        (
            "Lists.live",
            "The path of the list of what the number counts.",
            None,
            "/api/v1/objectives?class=orphan",
        ),
    ],
)
def test_the_line_of_a_shape_goes_before_that_of_the_name(
    at: str, description: str, unit: str | None, example: Any
) -> None:
    shape, name = at.split(".")
    field = DOCUMENT["components"]["schemas"][shape]["properties"][name]
    assert field["description"].startswith(description)
    assert (field.get(UNIT), field["examples"]) == (unit, [example])


def test_the_line_of_a_path_goes_before_that_of_the_parameter_for_files_too() -> None:
    said = {at: parameter["description"] for at, parameter, _ in PLACES if "?q" in at}
    assert said["/api/v1/audit?q"] == said["/api/v1/audit.{format}?q"] != said["/api/v1/objectives?q"]


def test_a_set_of_words_has_one_name_wherever_it_stands() -> None:
    """By the field, or where fields of that name have other words too, by what has an id."""
    status = {"enum": ["open", "done"], "type": "string"}
    shapes = {
        "TaskSummary": {
            "properties": {"id": {}, "status": status, "size": {"enum": ["small", "large", None]}}
        },
        "Task": {"properties": {"id": {}, "status": status}},
        "At": {"properties": {"status": {"enum": ["open", "done", None]}}},
        "Tool": {"properties": {"id": {}, "status": {"enum": ["whole", "broken"]}}},
    }
    sorting = {"name": "sort", "schema": {"type": "array", "items": {"enum": ["size", "-size"]}}}
    size = {"name": "size", "schema": {"enum": ["small", "large"]}}
    asked = {"operationId": "list_tasks", "parameters": [sorting, size]}

    named = name_choices({"components": {"schemas": shapes}, "paths": {"/tasks": {"get": asked}}})

    schemas = named["components"]["schemas"]
    assert {name: schemas[name]["enum"] for name in schemas.keys() - shapes.keys()} == {
        "TaskStatus": ["open", "done"],
        "ToolStatus": ["whole", "broken"],
        "Size": ["small", "large"],
        "Sort": ["size", "-size"],
    }
    reference = {"$ref": "#/components/schemas/TaskStatus"}
    assert schemas["Task"]["properties"]["status"] == reference
    assert schemas["At"]["properties"]["status"] == {"anyOf": [reference, {"type": "null"}]}
    assert named["paths"]["/tasks"]["get"]["parameters"][1]["schema"] == {"$ref": "#/components/schemas/Size"}
    assert schemas["Sort"]["x-enum-varnames"] == ["SIZE", "SIZE_FALLING"]
