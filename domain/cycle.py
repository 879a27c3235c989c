"""A named period: preparation -> active -> closed, which seals it; it may be reopened, with a reason. Until
it is sealed its name, its days and its rules may be corrected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from domain import aggregate, external_id
from domain.aggregate import Creation
from domain.checks import EARLIEST, NAME_LENGTH, days, optional_text, text, whole
from domain.external_id import Named
from domain.keep import KEEP, Keep
from domain.period import Period
from domain.provenance import Provenance
from domain.refusals import CycleSealed, ForbiddenTransition, InvalidValue, ReasonRequired
from domain.sealing import Seal
from domain.steps import Steps
from domain.timeline import Timeline

CADENCE_DAYS, LONGEST_CADENCE = 30, 3660
APPEAL_DAYS, LONGEST_APPEAL = 10, 366
LOWEST_GRADE, HIGHEST_GRADE = 0, 100
PERIOD, STARTS_ON, ENDS_ON = "period", "starts_on", "ends_on"
REVISED = ("name", PERIOD, "cadence_days", "appeal_days")
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


class Cycle(Named):
    TOPIC = "cycle"

    class Event(aggregate.Event):
        pass

    class Defined(Event, Creation):
        TOPIC = "cycle.defined"
        CLAIMS: ClassVar[dict[str, str]] = {"external_id": "cycle_external_id"}
        name: str
        starts_on: str
        ends_on: str
        cadence_days: int
        appeal_days: int
        rating_scale: dict[str, Any]
        external_id: str | None

        def apply(self, aggregate: Cycle) -> None:
            super().apply(aggregate)
            aggregate.take_in(self.day, vars(self))
            aggregate.rating_scale = dict(self.rating_scale)
            aggregate.external_id = self.external_id
            aggregate.steps.add("defined", self.day)

    class Revised(Event):
        """`after` and `before`: the fields that changed of name, cadence_days, appeal_days, and of starts_on
        and ends_on, which are there together.
        """

        TOPIC = "cycle.revised"
        after: dict[str, Any]
        before: dict[str, Any]

        def apply(self, aggregate: Cycle) -> None:
            aggregate.take_in(self.day, self.after)

    class ExternalIdCorrected(external_id.Corrected, Event):
        TOPIC = "cycle.external_id_corrected"
        CLAIMS: ClassVar[dict[str, str]] = {"external_id": "cycle_external_id"}

    class Activated(Event):
        TOPIC = "cycle.activated"

        def apply(self, aggregate: Cycle) -> None:
            aggregate.steps.add("activated", self.day, Status.ACTIVE, self.reason)

    class Closed(Event):
        """`seal`: {digest, algorithm, objectives, reviews, position}; None where it was closed unsealed,
        which version 1 was.
        """

        TOPIC = "cycle.closed"
        class_version = 2
        seal: dict[str, Any] | None

        def apply(self, aggregate: Cycle) -> None:
            aggregate.steps.add("closed", self.day, Status.CLOSED, self.reason)
            aggregate.seal = None if self.seal is None else Seal(**self.seal)

        @staticmethod
        def upcast_v1_v2(payload: dict[str, Any]) -> None:
            payload["seal"] = None

    class Reopened(Event):
        TOPIC = "cycle.reopened"

        def apply(self, aggregate: Cycle) -> None:
            aggregate.steps.add("reopened", self.day, Status.ACTIVE, self.reason)

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, Timeline[Any]] = {name: Timeline() for name in REVISED}
        self.rating_scale: dict[str, Any] = {}
        self.steps: Steps[Status] = Steps(Status.PREPARATION)
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
        aggregate.check_day(by.effective_on, EARLIEST, aggregate.one_year_after(by.today))
        days(starts_on=starts_on, ends_on=ends_on)
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
    def status(self) -> Status:
        """The status today."""
        return self.steps.status

    @property
    def period(self) -> Period:
        """Its first and last day, as it has them in the end: what is in it is judged by these."""
        first, last = self.facts["period"].at(date.max) or (date.min, date.max)
        return Period(first, last)

    @property
    def appeal_days(self) -> int:
        """The days after the sharing of a review, as it has them in the end."""
        return self.facts["appeal_days"].at(date.max) or 0

    def take_in(self, day: date, said: Mapping[str, Any]) -> None:
        """Sets those of the fields that can be revised which an event says."""
        for name in REVISED:
            if name == PERIOD and STARTS_ON in said:
                value = (date.fromisoformat(said[STARTS_ON]), date.fromisoformat(said[ENDS_ON]))
                self.facts[name].set(day, value)
            elif name in said:
                self.facts[name].set(day, said[name])

    @property
    def sealed(self) -> bool:
        """Returns whether every command on what is in it is refused."""
        return self.status == Status.CLOSED

    def check_not_sealed(self) -> None:
        """Raises CycleSealed while it is closed."""
        if self.sealed:
            raise CycleSealed.of(self.id)

    def revise(
        self,
        by: Provenance,
        *,
        name: str | Keep = KEEP,
        starts_on: date | Keep = KEEP,
        ends_on: date | Keep = KEEP,
        cadence_days: int | Keep = KEEP,
        appeal_days: int | Keep = KEEP,
    ) -> None:
        """Corrects it while it is not sealed. That everything in it still fits is the caller's to check."""
        self.check_not_sealed()
        self.check_fact_date(by)
        given = {STARTS_ON: starts_on, ENDS_ON: ends_on}
        days(**{field: day for field, day in given.items() if not isinstance(day, Keep)})
        now = {field: line.at(by.effective_on) for field, line in self.facts.items()}
        first, last = now[PERIOD] or (date.min, date.max)
        period = Period(
            first if isinstance(starts_on, Keep) else starts_on,
            last if isinstance(ends_on, Keep) else ends_on,
        )
        wanted: dict[str, Any] = {PERIOD: (period.starts_on, period.ends_on)}
        if not isinstance(name, Keep):
            wanted["name"] = text(name, "/name", NAME_LENGTH)
        if not isinstance(cadence_days, Keep):
            wanted["cadence_days"] = whole(cadence_days, "/cadence_days", 1, LONGEST_CADENCE)
        if not isinstance(appeal_days, Keep):
            wanted["appeal_days"] = whole(appeal_days, "/appeal_days", 0, LONGEST_APPEAL)
        changed = [field for field, value in wanted.items() if value != now[field]]
        if changed:
            self.record(
                self.Revised,
                by,
                after=_payload({field: wanted[field] for field in changed}),
                before=_payload({field: now[field] for field in changed}),
            )

    def activate(self, by: Provenance) -> None:
        if not self._is_taken("activate", by):
            self.record(self.Activated, by)

    def close(self, by: Provenance, *, seal: Seal) -> None:
        """That everything in it has ended, and what the seal says, is the caller's to see to."""
        self.check_step("close", by)
        self.record(self.Closed, by, seal=seal.payload())

    def reopen(self, by: Provenance) -> None:
        """Needs a reason."""
        if self._is_taken("reopen", by):
            return
        if by.reason is None:
            raise ReasonRequired.at("/reason", "reopening a cycle needs a reason")
        self.record(self.Reopened, by)

    def check_step(self, action: str, by: Provenance) -> None:
        """Raises CycleSealed, ForbiddenTransition or OutOfTime unless the step may be taken now."""
        if action != "reopen":
            self.check_not_sealed()
        if self.status != STEPS[action].origin:
            raise self._forbidden(action)
        self.steps.check_date(by.effective_on, by.today)

    def _is_taken(self, action: str, by: Provenance) -> bool:
        """Returns whether the step was the last one, and just so. Refuses it if it was taken otherwise, and
        if it was not, unless status and date allow it.
        """
        if self.steps.ends_with(STEPS[action].repeats):
            self.steps.check_again(STEPS[action].repeats, by, self._forbidden(action))
            return True
        self.check_step(action, by)
        return False

    def _forbidden(self, action: str) -> ForbiddenTransition:
        allowed = [name for name, step in STEPS.items() if step.origin == self.status]
        return ForbiddenTransition.of("a cycle", action, self.status, allowed)


def _payload(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as an event holds them: first and last day by their own names."""
    said = dict(fields)
    if PERIOD in said:
        first, last = said.pop(PERIOD)
        said |= {STARTS_ON: first.isoformat(), ENDS_ON: last.isoformat()}
    return said


def _scale(given: Mapping[str, Any]) -> dict[str, Any]:
    lowest = whole(given.get("lowest"), "/rating_scale/lowest", LOWEST_GRADE, HIGHEST_GRADE)
    highest = whole(given.get("highest"), "/rating_scale/highest", lowest + 1, HIGHEST_GRADE)
    labels = given.get("labels", [])
    listed = isinstance(labels, Sequence) and not isinstance(labels, str)
    if not listed or len(labels) not in (0, highest - lowest + 1):
        raise InvalidValue.at("/rating_scale/labels", "must hold one label for each grade, or none")
    checked = [text(str(label), f"/rating_scale/labels/{i}", NAME_LENGTH) for i, label in enumerate(labels)]
    return {"lowest": lowest, "highest": highest, "labels": checked}
