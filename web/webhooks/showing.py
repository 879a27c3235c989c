"""Rows as answers show them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from projections.moment import instant


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row in JSON primitives."""
    return {name: _primitive(value) for name, value in row.items()}


def _primitive(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return str(value) if isinstance(value, UUID) else value


def delivery_id(subscription_id: UUID, position: int) -> str:
    """The header webhook-id: the same however often an event is sent to a subscription, and no other's."""
    return f"{subscription_id}-{position}"
