"""What commands on objectives are made of, and what their decisions rest on from outside the aggregate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from uuid import UUID

from domain.checks import one_of, text
from domain.period import Period
from domain.provenance import REASON_LENGTH
from domain.refusals import InvalidValue
from domain.timeline import Span
from domain.window import Window

LEVELS = ("strategic", "department", "team", "individual")
VISIBILITIES = ("open", "private")
OUTCOMES = ("achieved", "partly_achieved", "not_achieved")
LINK_KINDS = ("contributes", "supports")
CRITERIA = ("S", "M", "A", "R", "T")
TITLE_LENGTH = 500
DESCRIPTION_LENGTH = 20_000
NOTE_LENGTH = 5_000
FEEDBACK_KINDS = ("praise", "concern", "suggestion")
FEEDBACK_LENGTH = 20_000


class Keep(Enum):
    """The mark of a field that stays as it is, where None is a value of its own."""

    KEEP = "keep"


KEEP = Keep.KEEP


@dataclass(frozen=True)
class Owner:
    """Exactly one of a unit and a person. Raises InvalidValue otherwise."""

    unit_id: UUID | None = None
    person_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.unit_id is None) == (self.person_id is None):
            raise InvalidValue.at("/owner", "must be exactly one of unit_id and person_id")


@dataclass(frozen=True)
class Revision:
    """What is to change; fields left out stay. Description and days may be set to None."""

    title: str | Keep = KEEP
    description: str | Keep | None = KEEP
    starts_on: date | Keep | None = KEEP
    ends_on: date | Keep | None = KEEP
    visibility: str | Keep = KEEP

    def given(self) -> dict[str, str | date | None]:
        """The fields that are to change."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in values if value is not KEEP}


@dataclass(frozen=True)
class Waiver:
    """Leaves one letter of SMART unchecked, with the reason why."""

    criterion: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """What SMART needs from outside on the effective date: the cycle's period, and whether another objective
    contributes to this one.
    """

    cycle: Period
    has_contributing_child: bool


@dataclass(frozen=True)
class Parent:
    """The objective to align to; `periods` as its `Objective.periods` gives them."""

    id: UUID
    level: str
    periods: Sequence[Span[Period]]


@dataclass(frozen=True)
class Neighbour:
    """An objective linked up or down in `window`, whose periods a revision must go on overlapping."""

    id: UUID
    periods: Sequence[Span[Period]]
    window: Window


@dataclass(frozen=True)
class Commitment:
    """Who committed, and how confident they were, 0..10. It counts only while they own the objective."""

    owner: Owner | None
    confidence: int


@dataclass(frozen=True)
class Feedback:
    """A remark of `actor` on a day; `private` ones are for the owner, those above, and the giver."""

    on: date
    actor: str
    kind: str
    text: str
    visibility: str
    withdrawn_on: date | None = None


@dataclass(frozen=True)
class Ending:
    """How it was closed."""

    outcome: str
    score: Decimal | None
    note: str | None


def waivers_of(given: Sequence[Waiver]) -> list[dict[str, str]]:
    """The payload of waivers: each letter once, each with a reason. Raises InvalidValue."""
    payload: list[dict[str, str]] = []
    for place, waiver in enumerate(given):
        letter = one_of(waiver.criterion, CRITERIA, f"/waivers/{place}/criterion")
        if any(earlier["criterion"] == letter for earlier in payload):
            raise InvalidValue.at(f"/waivers/{place}/criterion", "is waived twice")
        reason = text(waiver.reason, f"/waivers/{place}/reason", REASON_LENGTH)
        payload.append({"criterion": letter, "reason": reason})
    return payload
