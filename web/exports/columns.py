"""The columns of a list, as the schema of its items promises them, however many rows there are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields

TEXT, INTEGER, NUMBER, DECIMAL, BOOLEAN, DAY, INSTANT, JSON = (
    "text",
    "integer",
    "number",
    "decimal",
    "boolean",
    "day",
    "instant",
    "json",
)
KINDS = frozenset({TEXT, INTEGER, NUMBER, DECIMAL, BOOLEAN, DAY, INSTANT, JSON})
_OF_FORMAT = {"date": DAY, "date-time": INSTANT, "decimal": DECIMAL}
_OF_TYPE = {"string": TEXT, "integer": INTEGER, "number": NUMBER, "boolean": BOOLEAN}
_OF_FIELD = ((fields.Integer, INTEGER), (fields.Boolean, BOOLEAN), (fields.String, TEXT))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `path` leads to its value in an item, `name` is the path with dots.

    A value of kind `json` is a list, or whatever has no columns of its own; it goes into its cell as JSON. Of
    a list of objects `nested` is their schema. `names_something` tells that the values are ids.
    """

    path: tuple[str, ...]
    kind: str
    names_something: bool = False
    nested: Schema | None = None

    @property
    def name(self) -> str:
        return ".".join(self.path)

    def of(self, item: Mapping[str, Any]) -> Any:
        """The value of an item; None where it, or what it would be in, is absent."""
        value: Any = item
        for step in self.path:
            value = value.get(step) if isinstance(value, dict) else None
        return value


def columns_of(schema: Schema) -> tuple[Column, ...]:
    """The columns of the items of a schema, in the order in which it declares them."""
    return tuple(_below(schema, ()))


def described(columns: Iterable[Column]) -> str:
    """The columns with their kinds, in one line."""
    return " ".join(f"{column.name}:{column.kind}" for column in columns)


def columns_in(description: str) -> list[Column]:
    """The columns that `described` put into a line."""
    named = (each.rpartition(":") for each in description.split())
    return [Column((name,), kind) for name, _, kind in named]


def _below(schema: Schema, path: tuple[str, ...]) -> Iterator[Column]:
    for name, field in schema.fields.items():
        here = (*path, field.data_key or name)
        if isinstance(field, fields.Nested) and not field.many:
            yield from _below(field.schema, here)
        else:
            inner = getattr(field, "inner", None)
            nested = inner.schema if isinstance(inner, fields.Nested) else None
            yield Column(here, _kind(field), field.metadata.get("format") == "uuid", nested)


def _kind(field: fields.Field[Any]) -> str:
    form = field.metadata.get("type")
    if form is None:
        return next((kind for type_, kind in _OF_FIELD if isinstance(field, type_)), JSON)
    types = {form} if isinstance(form, str) else set(form)
    types.discard("null")
    if types == {"string"}:
        return _OF_FORMAT.get(field.metadata.get("format", ""), TEXT)
    return _OF_TYPE.get(types.pop(), JSON) if len(types) == 1 else JSON
