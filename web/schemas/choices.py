"""Every set of words to choose from gets a schema and a name of its own in the OpenAPI document, so that a
generated client has one type for it, wherever it stands.
"""

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Doc = dict[str, Any]
Values = tuple[str, ...]
OWN = ("type", "enum")


def name_choices(document: Doc) -> Doc:
    """The document with a schema for each set: called by the field if no other set has a field of that name,
    else by the shape and the field.
    """
    document = deepcopy(document)
    schemas = document["components"]["schemas"]
    places: dict[Values, list[tuple[str, str, Doc]]] = defaultdict(list)
    for shape, field, schema in _choices(document):
        places[tuple(value for value in schema["enum"] if value is not None)].append((shape, field, schema))
    sets_of: dict[str, set[Values]] = defaultdict(set)
    for values, found in places.items():
        for _, field, _ in found:
            sets_of[_camel(field)].add(values)
    for values, found in places.items():
        shape, field = min(
            ((shape, field) for shape, field, _ in found), key=lambda place: _rank(place, schemas)
        )
        alone = len(sets_of[_camel(field)]) == 1 and _camel(field) not in schemas
        name = _camel(field) if alone else _camel(shape.removesuffix("Shown")) + _camel(field)
        schemas[name] = {"type": "string", "enum": list(values), **_called(values)}
        for _, _, schema in found:
            _refer(schema, name)
    return document


def _choices(document: Doc) -> Iterator[tuple[str, str, Doc]]:
    """(shape or operation, field or parameter, schema) of what is one word of several, or some of them."""
    for shape, schema in document["components"]["schemas"].items():
        for field, of in schema.get("properties", {}).items():
            yield from ((shape, field, each) for each in (of, of.get("items", {})) if "enum" in each)
    for item in document["paths"].values():
        for operation in (each for key, each in item.items() if key != "parameters"):
            for parameter in [*item.get("parameters", ()), *operation.get("parameters", ())]:
                place, of = (operation["operationId"], parameter["name"]), parameter["schema"]
                yield from ((*place, each) for each in (of, of.get("items", {})) if "enum" in each)


def _rank(place: tuple[str, str], schemas: Doc) -> tuple[bool, int, str]:
    """The shape that has an id has the word of its own, rather than one that only mentions it."""
    shape, _ = place
    return "id" not in schemas.get(shape, {}).get("properties", {}), len(shape), shape


def _refer(schema: Doc, name: str) -> None:
    if "enum" in schema:  # a parameter of two operations is seen twice
        null, reference = None in schema["enum"], {"$ref": f"#/components/schemas/{name}"}
        for key in OWN:
            schema.pop(key, None)
        schema.update({"anyOf": [reference, {"type": "null"}]} if null else reference)


def _called(values: Values) -> Doc:
    """Names for the words that are none, for generated clients: -title is TITLE_FALLING."""
    names = [f"{value[1:]}_falling" if value.startswith("-") else value for value in values]
    return {} if names == list(values) else {"x-enum-varnames": [name.upper() for name in names]}


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.replace("-", "_").split("_"))
