"""Payloads of events hold ids, days and decimals as text, and None where there is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.decimals import canonical


def written(value: UUID | date | Decimal | str | None) -> str | None:
    """The value as a payload holds it: days as YYYY-MM-DD, decimals in canonical form."""
    if isinstance(value, Decimal):
        return canonical(value)
    return None if value is None else str(value)


def id_of(text: str | None) -> UUID | None:
    """The id that a payload holds."""
    return None if text is None else UUID(text)


def day_of(text: str | None) -> date | None:
    """The day that a payload holds."""
    return None if text is None else date.fromisoformat(text)


def number_of(text: str | None) -> Decimal | None:
    """The decimal that a payload holds."""
    return None if text is None else Decimal(text)
