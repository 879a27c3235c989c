"""The values that commands on objectives are made of, and those that their decisions rest on from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.checks import one_of, optional_text, text
from domain.keep import KEEP, Keep
from domain.payload import id_of, written
from domain.period import Period
from domain.provenance import REASON_LENGTH
from domain.refusals import InvalidValue
from domain.timeline import Span
from domain.window import Window

STRATEGIC = "strategic"
LEVELS = (STRATEGIC, "department", "team", "individual")
OPEN, PRIVATE = VISIBILITIES = ("open", "private")
OUTCOMES = ("achieved", "partly_achieved", "not_achieved")
CONTRIBUTES, SUPPORTS = LINK_KINDS = ("contributes", "supports")
CRITERIA = ("S", "M", "A", "R", "T")
TITLE_LENGTH = 500
DESCRIPTION_LENGTH = 20_000
NOTE_LENGTH = 5_000
CONFIDENCES = (0, 10)  # the lowest and the highest
FEEDBACK_KINDS = ("praise", "concern", "suggestion")
FEEDBACK_LENGTH = 20_000


@dataclass(frozen=True)
class Owner:
    """Exactly one of a unit and a person. Raises InvalidValue otherwise."""

    unit_id: UUID | None = None
    person_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.unit_id is None) == (self.person_id is None):
            raise InvalidValue.at("/owner", "must be exactly one of unit_id and person_id")


def owner_fields(owner: Owner | None) -> dict[str, str | None]:
    """The owner as events hold it."""
    return {
        "owner_unit_id": written(owner.unit_id) if owner else None,
        "owner_person_id": written(owner.person_id) if owner else None,
    }


def owner_of(unit_id: str | None, person_id: str | None) -> Owner | None:
    """The owner that an event names; None if it names none."""
    return Owner(id_of(unit_id), id_of(person_id)) if unit_id or person_id else None


Said = str | date | UUID | None
OF_A_DRAFT = ("level", "cycle_id")  # they are corrected from the first day on


@dataclass(frozen=True)
class Revision:
    """Changes of content; fields left out stay. Description and days may be set to None. Level and cycle are
    those of a draft, from its first day on.
    """

    title: str | Keep = KEEP
    description: str | Keep | None = KEEP
    starts_on: date | Keep | None = KEEP
    ends_on: date | Keep | None = KEEP
    visibility: str | Keep = KEEP
    level: str | Keep = KEEP
    cycle_id: UUID | Keep = KEEP

    def given(self) -> dict[str, Said]:
        """The fields that are to change."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in values if value is not KEEP}

    def checked(self) -> dict[str, Said]:
        """As `given`, with values as they will be recorded. Raises InvalidValue."""
        given = self.given()
        if isinstance(self.title, str):
            given["title"] = text(self.title, "/title", TITLE_LENGTH)
        if isinstance(self.description, str):
            given["description"] = optional_text(self.description, "/description", DESCRIPTION_LENGTH)
        if isinstance(self.visibility, str):
            given["visibility"] = one_of(self.visibility, VISIBILITIES, "/visibility")
        if isinstance(self.level, str):
            given["level"] = one_of(self.level, LEVELS, "/level")
        return given


@dataclass(frozen=True)
class Waiver:
    """Leaves one letter of SMART unchecked, with the reason why."""

    criterion: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """SMART needs this from outside on the effective date: the cycle's period, and whether another objective
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
    """An owner committed, as confident as that, 0..10. It counts only while they own the objective."""

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
    """It was closed so."""

    outcome: str
    score: Decimal | None
    note: str | None


def waivers_of(given: Sequence[Waiver]) -> list[dict[str, str]]:
    """The payload of waivers: each letter once, each with a reason, in the order of SMART. Raises
    InvalidValue.
    """
    payload: list[dict[str, str]] = []
    for place, waiver in enumerate(given):
        letter = one_of(waiver.criterion, CRITERIA, f"/waivers/{place}/criterion")
        if any(earlier["criterion"] == letter for earlier in payload):
            raise InvalidValue.at(f"/waivers/{place}/criterion", "is waived twice")
        reason = text(waiver.reason, f"/waivers/{place}/reason", REASON_LENGTH)
        payload.append({"criterion": letter, "reason": reason})
    return sorted(payload, key=lambda waiver: CRITERIA.index(waiver["criterion"]))
