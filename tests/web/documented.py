"""An answer beside what the OpenAPI document says of it, field by field."""

import re
from collections.abc import Iterator
from typing import Any

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of each operation of the document."""
    for path, item in document["paths"].items():
        for method in item.keys() - {"parameters"}:
            yield method, path, item[method]


def differences(answer: Any, schema: Any, document: dict[str, Any], at: str = "") -> list[str]:
    """The pointers of fields that the schema does not have, or that it has and the answer has not, and of
    instants that do not end in Z. What is an object of any fields may have any.
    """
    shape = _resolved(schema, document, answer)
    if isinstance(answer, dict) and "properties" in shape:
        known = shape["properties"]
        missing = set(shape.get("required", ())) - answer.keys()
        found = [f"{at}/{name} is not documented" for name in answer.keys() - known.keys()]
        found += [f"{at}/{name} is missing" for name in missing]
        for name in answer.keys() & known.keys():
            found += differences(answer[name], known[name], document, f"{at}/{name}")
        return found
    if isinstance(answer, list):
        items = shape.get("items", {})
        return [each for one in answer for each in differences(one, items, document, f"{at}/-")]
    if isinstance(answer, dict):
        return [each for name in answer for each in differences(answer[name], {}, document, f"{at}/{name}")]
    if isinstance(answer, str) and INSTANT.fullmatch(answer) and not answer.endswith("Z"):
        return [f"{at} is not in UTC, written with a Z: {answer}"]
    return []


def _resolved(schema: Any, document: dict[str, Any], answer: Any) -> dict[str, Any]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return _resolved(document["components"]["schemas"][name], document, answer)
    if "anyOf" in schema:  # an object, or null
        chosen = [each for each in schema["anyOf"] if (each.get("type") == "null") == (answer is None)]
        return _resolved(chosen[0], document, answer) if chosen else {}
    return dict(schema)
