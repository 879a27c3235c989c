"""Aggregates to bytes and back, as they are, without going through their events.

The bytes are JSON. Text, whole numbers, booleans and null are themselves; an object of the domain is an
object, its class under the empty name; everything else is a list that begins with what it is. They mean
something to the code that wrote them, and to no other.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache
from importlib import import_module
from typing import Any
from uuid import UUID

import orjson

PLAIN = frozenset({str, int, bool, type(None)})
HOME = "domain."  # of all classes whose instances may be frozen
CLASS = ""


def freeze(value: object) -> bytes:
    """`TypeError` if there is something in the value that is not foreseen here."""
    return orjson.dumps(_frozen(value))


def thaw(frozen: bytes) -> Any:
    """Gives the value that was frozen. Anything else raises a LookupError, TypeError, ValueError,
    AttributeError or ImportError.
    """
    return _thawed(orjson.loads(frozen))


def _frozen(value: Any) -> Any:
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind in _FREEZERS:
        return _FREEZERS[kind](value)
    name = f"{kind.__module__}:{kind.__qualname__}"
    if not name.startswith(HOME):
        raise TypeError(f"a snapshot cannot hold a {name}")
    if isinstance(value, Enum):
        return ["enum", name, value.value]
    return {CLASS: name, **{field: _frozen(part) for field, part in vars(value).items()}}


def _thawed(value: Any) -> Any:
    kind = type(value)
    if kind is list:
        return _THAWERS[value[0]](*value[1:])
    if kind is not dict:
        return value
    made: object = object.__new__(_class(value.pop(CLASS)))
    state = {field: part if type(part) in PLAIN else _thawed(part) for field, part in value.items()}
    vars(made).update(state)  # not attribute by attribute: the class may be frozen
    return made


def _all_frozen(values: Iterable[Any]) -> list[Any]:
    return [_frozen(value) for value in values]


def _all_thawed(values: Iterable[Any]) -> list[Any]:
    return [value if type(value) in PLAIN else _thawed(value) for value in values]


@cache
def _class(name: str) -> type:
    if not name.startswith(HOME):
        raise LookupError(f"{name} is no class of the domain")
    module, _, path = name.partition(":")
    found: Any = import_module(module)
    for step in path.split("."):
        found = getattr(found, step)
    if not isinstance(found, type):
        raise TypeError(f"{name} is no class")
    return found


_FREEZERS: dict[type, Callable[[Any], list[Any]]] = {
    list: lambda value: ["list", _all_frozen(value)],
    tuple: lambda value: ["tuple", _all_frozen(value)],
    set: lambda value: ["set", _all_frozen(value)],
    dict: lambda value: ["dict", _all_frozen(value), _all_frozen(value.values())],
    UUID: lambda value: ["uuid", value.hex],
    Decimal: lambda value: ["decimal", str(value)],
    Fraction: lambda value: ["fraction", str(value)],
    date: lambda value: ["date", value.isoformat()],
    datetime: lambda value: ["datetime", value.isoformat()],
}
_THAWERS: dict[str, Callable[..., Any]] = {
    "list": _all_thawed,
    "tuple": lambda values: tuple(_all_thawed(values)),
    "set": lambda values: set(_all_thawed(values)),
    "dict": lambda keys, values: dict(zip(_all_thawed(keys), _all_thawed(values), strict=True)),
    "uuid": lru_cache(maxsize=10_000)(UUID),  # the same few ids stand everywhere in an aggregate
    "decimal": Decimal,
    "fraction": Fraction,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "enum": lambda name, value: _class(name)(value),
}
