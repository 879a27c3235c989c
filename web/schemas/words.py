"""Every field and parameter of the OpenAPI document is given its description, unit and example here, from
the lines of words.md beside this file.
"""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

Doc = dict[str, Any]
PAGE = "words.md"
BASE = "/api/v1/"
UNIT = "x-unit"
SEVERAL = "One value, or several: the parameter given several times, or commas between the values."
_LINE = re.compile(r"^\| (`.+`) \| (.+?) \| (.*?) ?\| ?(?:`(.+)`)? \|$", re.MULTILINE)
EXAMPLES = {
    "uuid": "5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11",
    "date": "2026-03-31",
    "date-time": "2026-03-31T09:15:00.000000Z",
}
"""Format -> what is an example of it."""


@dataclass(frozen=True)
class Word:
    """Says what a field is; `example` is as it stands in the line."""

    says: str
    unit: str | None
    example: str | None


@cache
def words() -> dict[str, Word]:
    """Each name of words.md with its line; raises ValueError for a name that has two."""
    text = files("web.schemas").joinpath(PAGE).read_text(encoding="utf-8")
    found: dict[str, Word] = {}
    for names, says, unit, example in _LINE.findall(text):
        for name in re.findall(r"`([^`]+)`", names):
            if name in found:
                raise ValueError(f"{PAGE} says {name} twice")
            found[name] = Word(says, unit or None, example or None)
    return found


def word_of(shape: str, field: str) -> Word | None:
    """The line of a field of a shape, which goes before that of the name alone; None if there is neither."""
    known = words()
    return known.get(f"{shape}.{field}") or known.get(field)


def describe(document: Doc) -> Doc:
    """The document with the words in it. What has none stays without; a test fails for it."""
    document = deepcopy(document)
    for word, said, schema in described(document):
        if word is not None:
            several = said is not schema and schema.get("type") == "array"
            unit = f"Unit: {word.unit}." if word.unit else ""
            said["description"] = " ".join(filter(None, (word.says, unit, SEVERAL if several else "")))
            if word.unit:
                said[UNIT] = word.unit
        example = _example(word, schema)
        if example is not None:
            said.update({"example": example} if said is not schema else {"examples": [example]})
    return document


def described(document: Doc) -> Iterator[tuple[Word | None, Doc, Doc]]:
    """(the word, what it is put into, the schema) of every field and parameter. What is put into a field is
    put into its schema. The line of a shape or a path goes before that of the name alone.
    """
    known = words()
    for name, field, schema in _fields(document, ""):
        yield word_of(name, field), schema, schema
    for path, item in document["paths"].items():
        about = path.removeprefix(BASE).removesuffix(".{format}")
        for parameters in (
            each if key == "parameters" else each.get("parameters", ()) for key, each in item.items()
        ):
            for parameter in parameters:
                name = parameter["name"]
                yield known.get(f"{about}?{name}") or known.get(f"?{name}"), parameter, parameter["schema"]


def _fields(node: Any, name: str) -> Iterator[tuple[str, str, Doc]]:
    """(name of the shape, field, schema) of every field of every schema below."""
    for key, each in node.items() if isinstance(node, dict) else enumerate(node):
        if key == "properties":
            yield from ((name, field, schema) for field, schema in each.items())
        if isinstance(each, dict | list) and key not in ("example", "examples"):
            yield from _fields(each, str(key))


def _example(word: Word | None, schema: Doc) -> Any:
    kinds = schema.get("type", ())
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    if word is not None and word.example is not None:
        return word.example if "string" in kinds or not kinds else json.loads(word.example)
    if "enum" in schema:
        return schema["enum"][0]
    if "boolean" in kinds:
        return True
    if "array" in kinds:
        one = _example(None, schema["items"])
        return None if one is None else [one]
    return EXAMPLES.get(schema.get("format", ""))
