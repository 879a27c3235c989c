"""The steps of an objective's life, and its reaffirmation. Which step may follow which is in `lifecycle`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from domain import decimals
from domain.aggregate import check_day
from domain.checks import number, one_of, optional_text
from domain.objective import smart
from domain.objective.events import steps as events
from domain.objective.lifecycle import NEEDS_REASON, Status, check_allowed, check_live_on
from domain.objective.values import NOTE_LENGTH, OUTCOMES, Ending, Standing, Waiver, waivers_of
from domain.provenance import Provenance
from domain.refusals import InvalidValue, ReasonRequired

if TYPE_CHECKING:
    from domain.objective.objective import Objective


def submit(self: Objective, *, by: Provenance, waivers: Sequence[Waiver], standing: Standing) -> None:
    """Refused with what is missing unless it is SMART or the letter is waived."""
    if self.status == Status.SUBMITTED:
        return
    check_step(self, "submit", by)
    payload = waivers_of(waivers)
    smart.check(self, by.effective_on, standing, {waiver["criterion"] for waiver in payload})
    self.record(events.Submitted, by, waivers=payload)


def return_(self: Objective, *, by: Provenance) -> None:
    """Back to draft. Needs a reason."""
    if not self.lifecycle.ends_with("returned"):
        check_step(self, "return", by)
        self.record(events.Returned, by)


def approve(self: Objective, *, by: Provenance) -> None:
    """The first approval, or the approval of everything amended since, also of what is effective later."""
    check_step(self, "approve", by)
    if self.status == Status.SUBMITTED or self.amended_at > self.approved_at:
        self.record(events.Approved, by)


def activate(self: Objective, *, by: Provenance, waivers: Sequence[Waiver], standing: Standing) -> None:
    """Checks SMART once more; the waivers of the submission go on counting."""
    if self.status == Status.ACTIVE:
        return
    check_step(self, "activate", by)
    payload = waivers_of(waivers)
    waived = self.waived | {waiver["criterion"] for waiver in payload}
    smart.check(self, by.effective_on, standing, waived)
    self.record(events.Activated, by, waivers=payload)


def postpone(self: Objective, *, by: Provenance) -> None:
    if self.status != Status.POSTPONED:
        check_step(self, "postpone", by)
        self.record(events.Postponed, by)


def resume(self: Objective, *, by: Provenance) -> None:
    """Back to the status before the postponement."""
    if not self.lifecycle.ends_with("resumed"):
        check_step(self, "resume", by)
        self.record(events.Resumed, by)


def reaffirm(self: Objective, *, by: Provenance) -> None:
    """Still relevant, on a day on which it was approved or active."""
    check_allowed("reaffirm", self.status)
    check_day(by.effective_on, self.first_day, by.today)
    check_live_on("reaffirm", self.lifecycle.on(by.effective_on))
    if by.effective_on not in self.reaffirmed_on:
        self.record(events.Reaffirmed, by)


def cancel(self: Objective, *, by: Provenance) -> None:
    """Needs a reason."""
    if self.status != Status.CANCELLED:
        check_step(self, "cancel", by)
        self.record(events.Cancelled, by)


def close(
    self: Objective,
    *,
    by: Provenance,
    outcome: str,
    score: Decimal | None = None,
    suggested_score: Decimal | None = None,
    note: str | None = None,
) -> None:
    """`score` from 0 to 1; left out it is the suggested one, and another than that needs a note."""
    one_of(outcome, OUTCOMES, "/outcome")
    suggested = _score(suggested_score, "/suggested_score")
    given = _score(score, "/score")
    ending = Ending(outcome, suggested if given is None else given, optional_text(note, "/note", NOTE_LENGTH))
    if self.status == Status.CLOSED and self.ending == ending:
        return
    check_step(self, "close", by)
    if suggested is not None and ending.score != suggested and ending.note is None:
        raise ReasonRequired.at("/note", f"a score other than the suggested {suggested} needs a note")
    self.record(
        events.Closed,
        by,
        outcome=outcome,
        score=_written(ending.score),
        suggested_score=_written(suggested),
        note=ending.note,
    )


def reopen(self: Objective, *, by: Provenance) -> None:
    """Needs a reason."""
    if not self.lifecycle.ends_with("reopened"):
        check_step(self, "reopen", by)
        self.record(events.Reopened, by)


def check_step(self: Objective, action: str, by: Provenance) -> None:
    """Whether the step may be taken: the status, the date, and a reason where it needs one."""
    check_allowed(action, self.status)
    self.lifecycle.check_date(by.effective_on, by.today)
    if action in NEEDS_REASON and by.reason is None:
        raise ReasonRequired.at("/reason", f"to {action} an objective needs a reason")


def _score(value: Decimal | None, pointer: str) -> Decimal | None:
    if value is None:
        return None
    parsed = number(value, pointer)
    if not 0 <= parsed <= 1:
        raise InvalidValue.at(pointer, "must be from 0 to 1")
    return parsed


def _written(value: Decimal | None) -> str | None:
    return None if value is None else decimals.canonical(value)
