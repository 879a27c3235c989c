"""What the events of an objective share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from domain import aggregate
from domain.ids import read
from domain.objective.values import Owner

if TYPE_CHECKING:
    from domain.objective.objective import Objective

OWNERS = {"owner_unit_id": "owned_by", "owner_person_id": "owned_by"}


class ObjectiveEvent(aggregate.Event):
    """Storage: `apply` only assigns, so that old events always load."""


class Amending(ObjectiveEvent):
    """`amendment`: made after the approval; the objective shows `amended` until it is approved again."""

    amendment: bool

    def apply(self, aggregate: Objective) -> None:
        if self.amendment:
            aggregate.amended_at = self.originator_version


def owner_of(unit_id: str | None, person_id: str | None) -> Owner | None:
    """The owner that a payload names; None if it names none."""
    return Owner(read(unit_id), read(person_id)) if unit_id or person_id else None


def day_of(text: str | None) -> date | None:
    """A day that a payload may hold."""
    return None if text is None else date.fromisoformat(text)


def number_of(text: str | None) -> Decimal | None:
    """A decimal that a payload may hold."""
    return None if text is None else Decimal(text)


def readings_of(payload: list[dict[str, str | None]]) -> dict[UUID, Decimal | None]:
    """[{key_result_id, value}] as key result -> value; None is a reading that was withdrawn."""
    return {UUID(str(reading["key_result_id"])): number_of(reading["value"]) for reading in payload}
