"""The event classes of the domain, found rather than listed, so that none escapes the checks."""

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import domain
from domain.aggregate import Aggregate, Event

OPTIONAL = frozenset({"traceparent"})
"""Stored only where there is one."""


def aggregate_classes() -> list[type[Aggregate]]:
    """Every aggregate of the domain, by name; the states that they derive from are none."""
    _import_all_of_domain()
    found = (kind for kind in _below(Aggregate) if _of_domain(kind) and _is_leaf(kind))
    return sorted(found, key=lambda kind: kind.__qualname__)


def event_classes() -> list[type[Event]]:
    """Every event class of the domain that can be recorded: those with a topic of their own, and those that
    nothing derives from, which ought to have one.
    """
    _import_all_of_domain()
    found = {kind for kind in _below(Event) if _of_domain(kind) and (own_topic(kind) or _is_leaf(kind))}
    return sorted(found, key=lambda kind: (kind.__module__, kind.__qualname__))


def own_topic(kind: type) -> str | None:
    """The TOPIC written in this very class; one inherited does not count."""
    topic = vars(kind).get("TOPIC")
    return topic if isinstance(topic, str) else None


def version_of(kind: type) -> int:
    """The version of the shape that the class has now."""
    return int(getattr(kind, "class_version", 1))


def fields_of(kind: type[Any]) -> set[str]:
    """The names of all fields that every event of this class has."""
    return {field.name for field in dataclasses.fields(kind)} - OPTIONAL


def snake(name: str) -> str:
    """KeyResultAdded -> key_result_added."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _import_all_of_domain() -> None:
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)


def _of_domain(kind: type) -> bool:
    return kind.__module__.split(".")[0] == "domain"


def _is_leaf(kind: type) -> bool:
    return not kind.__subclasses__()


def _below(kind: type) -> Iterator[type[Any]]:
    children: list[type[Any]] = kind.__subclasses__()
    for child in children:
        yield child
        yield from _below(child)
