"""A read model is given recorded events, decoded, in the order of their positions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID

import orjson

Decode: TypeAlias = Callable[[str, bytes], dict[str, Any]]
"""Turns (topic, state as stored) into the event's fields; anything it raises parks the aggregate."""
NOT_DATA = frozenset({"timestamp", "originator_topic"})
"""The framework keeps these fields for itself, a clock that is not the store's among them."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event of the log.

    `data` holds the whole decoded state, provenance (actor, reason, command_id, effective_on) included, all
    of it JSON primitives. `recorded_at` is aware, in UTC; the events of one save share it, and events of
    different saves never do.
    """

    position: int
    originator_id: UUID
    version: int
    topic: str
    recorded_at: datetime
    effective_on: date
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event whose state could not be decoded: no read model can apply it, each has to park its
    aggregate.
    """

    position: int
    originator_id: UUID
    topic: str
    error: str


def plain_json(topic: str, state: bytes) -> dict[str, Any]:
    """Decode a state that is a plain JSON object; ValueError when it is anything else."""
    data = orjson.loads(state)
    if not isinstance(data, dict):
        raise ValueError(f"the state of a {topic} event is not a JSON object")
    return data
