"""One attempt at an import: what its decisions share."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from application.act import Act
from application.plan.errors import Complaints
from application.plan.ids import Identities
from application.plan.rows import PlanColumn, PlanRow
from application.plan.session import AlreadyBlamed, PlanSession
from application.use_cases import open_cycle
from domain.aggregate import Aggregate
from domain.objective import Objective
from domain.payload import written
from domain.provenance import Provenance
from domain.refusals import FieldError, OutOfTime, Refusal

IMPORTED = "imported plan"
UNCHANGEABLE = "cannot be changed by an import"

# The column to name when a refusal is of no single field.
COLUMN_OF_SLUG = {
    "alignment-loop": "aligned_to_id",
    "alignment-to-itself": "aligned_to_id",
    "periods-do-not-overlap": "aligned_to_id",
    "strategic-only": "aligned_to_id",
    "forbidden-transition": "status",
    "not-smart": "status",
    "cycle-sealed": "cycle_id",
}


@dataclass(frozen=True)
class Work:
    """`first_day`: the first of which the folder says anything; undated units and people are from then."""

    ids: Identities
    act: Act
    first_day: date
    session: PlanSession
    complaints: Complaints
    _later: list[Callable[[], None]] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.act.today

    def by(self, effective_on: date, reason: str | None = None) -> Provenance:
        reason = reason or self.act.reason or IMPORTED
        act = self.act
        return Provenance(
            act.actor, act.command.id, self.today, effective_on, reason, traceparent=act.traceparent
        )

    def by_change(self, effective_on: date | None, aggregate: Aggregate) -> Provenance:
        """For changes to what exists: since the date that is given for them, else today. OutOfTime if that of
        the row is before its first day.
        """
        if effective_on is not None and effective_on < aggregate.first_day:
            if self.session.is_exported:
                effective_on = None  # an export writes an earlier day of what something earlier names
            else:
                detail = f"{effective_on} is before its first day, {aggregate.first_day}"
                raise OutOfTime(detail, [FieldError("/effective_on", detail)])
        day = self.given(effective_on, self.session.said(aggregate.id).days)
        return self.by(day or max(self.today, aggregate.first_day))

    def given(self, effective_on: date | None, said: Collection[str]) -> date | None:
        """The date of a change: that of its row, if the row had another one when it said what is `said`;
        else that of the whole import, if it has one. A date that was there before is of what was said then.
        """
        if effective_on is not None and effective_on.isoformat() not in said:
            return effective_on
        return self.act.effective_on

    def complain(self, row: PlanRow, column: str, detail: str) -> None:
        self.complaints.add(row.FILE, row.line, column, detail)

    @contextmanager
    def blaming(self, row: PlanRow, column: str | None = None) -> Iterator[None]:
        """Turns the refusal of a command into a complaint about the row, or the column, that asked for it."""
        try:
            yield
        except AlreadyBlamed:
            pass
        except Refusal as refusal:
            for error in refusal.errors or [FieldError("", refusal.detail)]:
                self.complain(row, column or _column(row, refusal, error.pointer), error.detail)

    @contextmanager
    def changing(self, row: PlanRow, objective: Objective, column: str | None = None) -> Iterator[None]:
        """As `blaming`, for what may change the objective: that its cycle is sealed comes first."""
        with self.blaming(row, column):
            before = len(objective.pending_events)
            try:
                yield
            except Refusal:
                open_cycle(self.session, objective.cycle_id)
                raise
            if len(objective.pending_events) > before:
                open_cycle(self.session, objective.cycle_id)

    def must_be_as_said(self, row: PlanRow, said: Mapping[str, Any]) -> None:
        """Complains about the fixed cells of the row that earlier imports `said` otherwise."""
        for column in row.COLUMNS:
            if column.fixed:
                self._must_be(row, column, written(said[column.name]), getattr(row, column.field))

    def _must_be(self, row: PlanRow, column: PlanColumn, before: str | None, now: Any) -> None:
        if column.names is not None:
            if before != written(self.ids.of(column.names, now)):
                self.complain(row, column.name, UNCHANGEABLE)
        elif before != written(now):
            was = f"it was {before!r}" if before else "it was empty"
            self.complain(row, column.name, f"{UNCHANGEABLE}: {was}")

    def when_all_is_there(self, row: PlanRow, check: Callable[[], object], column: str | None = None) -> None:
        """Puts a check off until every row of the kind has been decided: files have them in any order."""

        def checked() -> None:
            with self.blaming(row, column):
                check()

        self._later.append(checked)

    def all_is_there(self) -> None:
        while self._later:
            self._later.pop()()


def _column(row: PlanRow, refusal: Refusal, pointer: str) -> str:
    for column in row.COLUMNS:
        if pointer in column.pointers:
            return column.name
    names = [column.name for column in row.COLUMNS]
    if (name := pointer.removeprefix("/")) in names:
        return name
    by_slug = COLUMN_OF_SLUG.get(refusal.slug, row.BLAMED)
    return by_slug if by_slug in names else row.BLAMED
