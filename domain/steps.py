"""The steps of a life with statuses: in order of recording and of effective date alike, never ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

from domain.aggregate import check_day
from domain.provenance import Provenance
from domain.refusals import ForbiddenTransition

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Step(Generic[S]):
    """`event` is the last word of the event's topic; `status` what it led to; `said` its content, as the
    payload has it.
    """

    event: str
    day: date
    status: S
    reason: str | None = None
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Steps(Generic[S]):
    """The steps taken, from a first status on."""

    first: S
    steps: list[Step[S]] = field(default_factory=list)

    def add(
        self, event: str, day: date, status: S | None = None, reason: str | None = None, **said: object
    ) -> None:
        """Takes a step; without a status it leaves the status as it is."""
        self.steps.append(Step(event, day, status or self.status, reason, said))

    @property
    def status(self) -> S:
        """The last step led to it. Steps are never ahead, so this is the status today."""
        return self.steps[-1].status if self.steps else self.first

    def on(self, day: date) -> S | None:
        """The status on `day`; None before the first step."""
        return next((step.status for step in reversed(self.steps) if step.day <= day), None)

    def ends_with(self, event: str) -> bool:
        """Returns whether the last step was this one."""
        return bool(self.steps) and self.steps[-1].event == event

    def last(self, event: str) -> Step[S] | None:
        """This step as it was last taken; None if never."""
        return next((step for step in reversed(self.steps) if step.event == event), None)

    def last_day_of(self, event: str) -> date | None:
        """The day on which this step was last taken; None if never."""
        step = self.last(event)
        return None if step is None else step.day

    def check_again(self, event: str, by: Provenance, refusal: ForbiddenTransition, **said: object) -> None:
        """A step that was taken is given again: raises the refusal, with what is recorded, if it comes with
        another content, or with a day or a reason that is another one.
        """
        step = self.last(event)
        if step is None:
            raise refusal
        dated_otherwise = by.dated and by.effective_on != step.day
        if dated_otherwise or by.reason not in (None, step.reason) or said != step.said:
            raise refusal.recorded(step.day, step.reason, step.said)

    def check_date(self, day: date, today: date) -> None:
        """Steps may be late but in order: from the day of the step before to today. Raises OutOfTime."""
        check_day(day, self.steps[-1].day if self.steps else date.min, today)
