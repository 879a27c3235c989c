"""A named period: preparation -> active -> closed, which seals it; it may be reopened, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from domain import aggregate
from domain.aggregate import Aggregate, Creation
from domain.checks import NAME_LENGTH, optional_text, text, whole
from domain.period import Period
from domain.provenance import Provenance
from domain.refusals import CycleSealed, ForbiddenTransition, InvalidValue, ReasonRequired
from domain.sealing import Seal

CADENCE_DAYS, LONGEST_CADENCE = 30, 3660
APPEAL_DAYS, LONGEST_APPEAL = 10, 366
LOWEST_GRADE, HIGHEST_GRADE = 0, 100
DEFAULT_SCALE: Mapping[str, Any] = {
    "lowest": 1,
    "highest": 5,
    "labels": [
        "unsatisfactory",
        "below expectations",
        "meets expectations",
        "above expectations",
        "outstanding",
    ],
}


class Status(StrEnum):
    PREPARATION = "preparation"
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True)
class Move:
    """One step: from which status to which; `repeats` is the event that has had this effect already."""

    origin: Status
    goal: Status
    repeats: str


STEPS = {
    "activate": Move(Status.PREPARATION, Status.ACTIVE, "activated"),
    "close": Move(Status.ACTIVE, Status.CLOSED, "closed"),
    "reopen": Move(Status.CLOSED, Status.ACTIVE, "reopened"),
}


class Cycle(Aggregate):
    TOPIC = "cycle"

    class Event(aggregate.Event):
        pass

    class Defined(Event, Creation):
        TOPIC = "cycle.defined"
        name: str
        starts_on: str
        ends_on: str
        cadence_days: int
        appeal_days: int
        rating_scale: dict[str, Any]
        external_id: str | None

        def apply(self, aggregate: Cycle) -> None:
            super().apply(aggregate)
            aggregate.name = self.name
            aggregate.period = Period(date.fromisoformat(self.starts_on), date.fromisoformat(self.ends_on))
            aggregate.cadence_days = self.cadence_days
            aggregate.appeal_days = self.appeal_days
            aggregate.rating_scale = dict(self.rating_scale)
            aggregate.external_id = self.external_id
            aggregate.last_step = ("defined", self.day)

    class Activated(Event):
        TOPIC = "cycle.activated"

        def apply(self, aggregate: Cycle) -> None:
            aggregate.status, aggregate.last_step = Status.ACTIVE, ("activated", self.day)

    class Closed(Event):
        """`seal`: {digest, algorithm, objectives, reviews, position}; None where it was closed unsealed,
        which version 1 was.
        """

        TOPIC = "cycle.closed"
        class_version = 2
        seal: dict[str, Any] | None

        def apply(self, aggregate: Cycle) -> None:
            aggregate.status, aggregate.last_step = Status.CLOSED, ("closed", self.day)
            aggregate.seal = None if self.seal is None else Seal(**self.seal)

        @staticmethod
        def upcast_v1_v2(payload: dict[str, Any]) -> None:
            payload["seal"] = None

    class Reopened(Event):
        TOPIC = "cycle.reopened"

        def apply(self, aggregate: Cycle) -> None:
            aggregate.status, aggregate.last_step = Status.ACTIVE, ("reopened", self.day)

    def __init__(self) -> None:
        super().__init__()
        self.name = ""
        self.period = Period(date.min, date.max)
        self.cadence_days = CADENCE_DAYS
        self.appeal_days = APPEAL_DAYS
        self.rating_scale: dict[str, Any] = {}
        self.external_id: str | None = None
        self.status = Status.PREPARATION
        self.last_step = ("defined", date.min)
        self.seal: Seal | None = None  # the last one, also after a reopening

    @classmethod
    def define(
        cls,
        *,
        by: Provenance,
        id: UUID,
        name: str,
        starts_on: date,
        ends_on: date,
        cadence_days: int = CADENCE_DAYS,
        appeal_days: int = APPEAL_DAYS,
        rating_scale: Mapping[str, Any] | None = None,
        external_id: str | None = None,
    ) -> Self:
        """A new cycle, at most one year ahead; `rating_scale` is {lowest, highest, labels}, one label for
        each grade.
        """
        aggregate.check_day(by.effective_on, date.min, aggregate.one_year_after(by.today))
        period = Period(starts_on, ends_on)
        return cls.begin(
            cls.Defined,
            by,
            id,
            name=text(name, "/name", NAME_LENGTH),
            starts_on=period.starts_on.isoformat(),
            ends_on=period.ends_on.isoformat(),
            cadence_days=whole(cadence_days, "/cadence_days", 1, LONGEST_CADENCE),
            appeal_days=whole(appeal_days, "/appeal_days", 0, LONGEST_APPEAL),
            rating_scale=_scale(DEFAULT_SCALE if rating_scale is None else rating_scale),
            external_id=optional_text(external_id, "/external_id", NAME_LENGTH),
        )

    @property
    def sealed(self) -> bool:
        """Returns whether every command on what is in it is refused."""
        return self.status == Status.CLOSED

    def check_not_sealed(self) -> None:
        """Raises CycleSealed while it is closed."""
        if self.sealed:
            raise CycleSealed.of(self.id)

    def activate(self, by: Provenance) -> None:
        if not self._holds("activate"):
            self.check_step("activate", by)
            self.record(self.Activated, by)

    def close(self, by: Provenance, *, seal: Seal) -> None:
        """That everything in it has ended, and what the seal says, is the caller's to see to."""
        self.check_step("close", by)
        self.record(self.Closed, by, seal=seal.payload())

    def reopen(self, by: Provenance) -> None:
        """Needs a reason."""
        if self._holds("reopen"):
            return
        self.check_step("reopen", by)
        if by.reason is None:
            raise ReasonRequired.at("/reason", "reopening a cycle needs a reason")
        self.record(self.Reopened, by)

    def check_step(self, action: str, by: Provenance) -> None:
        """Raises CycleSealed, ForbiddenTransition or OutOfTime unless the step may be taken now."""
        if action != "reopen":
            self.check_not_sealed()
        if self.status != STEPS[action].origin:
            allowed = [name for name, step in STEPS.items() if step.origin == self.status]
            raise ForbiddenTransition.of("a cycle", action, self.status, allowed)
        aggregate.check_day(by.effective_on, self.last_step[1], by.today)

    def _holds(self, action: str) -> bool:
        """Returns whether the last step had this effect already."""
        move = STEPS[action]
        return self.status == move.goal and self.last_step[0] == move.repeats


def _scale(given: Mapping[str, Any]) -> dict[str, Any]:
    lowest = whole(given.get("lowest"), "/rating_scale/lowest", LOWEST_GRADE, HIGHEST_GRADE)
    highest = whole(given.get("highest"), "/rating_scale/highest", lowest + 1, HIGHEST_GRADE)
    labels = given.get("labels", [])
    listed = isinstance(labels, Sequence) and not isinstance(labels, str)
    if not listed or len(labels) not in (0, highest - lowest + 1):
        raise InvalidValue.at("/rating_scale/labels", "must hold one label for each grade, or none")
    checked = [text(str(label), f"/rating_scale/labels/{i}", NAME_LENGTH) for i, label in enumerate(labels)]
    return {"lowest": lowest, "highest": highest, "labels": checked}
