"""Ids in payloads are text; in aggregates they are UUIDs."""

from __future__ import annotations

from uuid import UUID


def written(id: UUID | None) -> str | None:
    """An id as a payload holds it."""
    return None if id is None else str(id)


def read(id: str | None) -> UUID | None:
    """An id as an aggregate holds it."""
    return None if id is None else UUID(id)
