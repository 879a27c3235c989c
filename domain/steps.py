"""The steps of a life with statuses: in order of recording and of effective date alike, never ahead."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from domain.aggregate import check_day

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Step(Generic[S]):
    """`event` is the last word of the event's topic; `status` what it led to."""

    event: str
    day: date
    status: S


@dataclass
class Steps(Generic[S]):
    """The steps taken, from a first status on."""

    first: S
    steps: list[Step[S]] = field(default_factory=list)

    def add(self, event: str, day: date, status: S | None = None) -> None:
        """Takes a step; without a status it leaves the status as it is."""
        self.steps.append(Step(event, day, status or self.status))

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

    def last_day_of(self, event: str) -> date | None:
        """The day on which this step was last taken; None if never."""
        return next((step.day for step in reversed(self.steps) if step.event == event), None)

    def check_date(self, day: date, today: date) -> None:
        """Steps may be late but in order: from the day of the step before to today. Raises OutOfTime."""
        check_day(day, self.steps[-1].day if self.steps else date.min, today)
