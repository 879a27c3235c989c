"""One attempt at an import: what its decisions share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from application.plan.errors import Complaints
from application.plan.ids import Identities
from application.plan.rows import Row
from application.plan.shelf import Shelf
from domain.aggregate import Aggregate
from domain.cycle import Cycle
from domain.objective import Objective
from domain.period import Period
from domain.provenance import Provenance
from domain.refusals import FieldError, OutOfTime, Refusal
from domain.timeline import Span

IMPORTED = "imported plan"
UNCHANGEABLE = "cannot be changed by an import"

# Where the name of a field in a command differs from the name of its column.
COLUMN_OF = {
    ("units.csv", "/parent_id"): "parent_unit_id",
    ("objectives.csv", "/owner"): "owner_unit_id",
    ("alignments.csv", "/objective_id"): "aligned_to_id",
    ("alignments.csv", "/parent_id"): "aligned_to_id",
    ("check_ins.csv", "/effective_on"): "on",
    ("reviews.csv", "/effective_on"): "person_id",
    ("reviews.csv", "/objectives"): "weight",
    ("reviews.csv", "/external_id"): "review_id",
    ("feedback.csv", "/effective_on"): "on",
    ("measures.csv", "/objective_ids"): "objective_id",
    ("measures.csv", "/external_id"): "measure_id",
    ("readings.csv", "/effective_on"): "on",
}
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
    actor: str
    command_id: UUID
    today: date
    first_day: date
    shelf: Shelf
    complaints: Complaints
    _later: list[Callable[[], None]] = field(default_factory=list)

    def by(self, effective_on: date, reason: str | None = None) -> Provenance:
        return Provenance(
            actor=self.actor,
            command_id=self.command_id,
            today=self.today,
            effective_on=effective_on,
            reason=reason or IMPORTED,
        )

    def by_change(self, effective_on: date | None, aggregate: Aggregate) -> Provenance:
        """For changes to what exists: since the row's date, else today. OutOfTime before its first day."""
        if effective_on is not None and effective_on < aggregate.first_day:
            detail = f"{effective_on} is before its first day, {aggregate.first_day}"
            raise OutOfTime(detail, [FieldError("/effective_on", detail)])
        return self.by(effective_on or max(self.today, aggregate.first_day))

    def cycle_of(self, objective: Objective) -> Cycle:
        cycle = self.shelf.get(Cycle, objective.cycle_id)
        if cycle is None:
            raise LookupError(f"the cycle of objective {objective.id} was not loaded")
        return cycle

    def periods(self, objective: Objective) -> list[Span[Period]]:
        return objective.periods(self.cycle_of(objective).period)

    def complain(self, row: Row, column: str, detail: str) -> None:
        self.complaints.add(row.FILE, row.line, column, detail)

    @contextmanager
    def blaming(self, row: Row, column: str | None = None) -> Iterator[None]:
        """Turns the refusal of a command into a complaint about the row, or the column, that asked for it."""
        try:
            yield
        except Refusal as refusal:
            for error in refusal.errors or [FieldError("", refusal.detail)]:
                self.complain(row, column or _column(row, refusal, error.pointer), error.detail)

    @contextmanager
    def changing(self, row: Row, objective: Objective, column: str | None = None) -> Iterator[None]:
        """As `blaming`, for what may change the objective: that its cycle is sealed comes first."""
        with self.blaming(row, column):
            before = len(objective.pending_events)
            try:
                yield
            except Refusal:
                self.cycle_of(objective).check_not_sealed()
                raise
            if len(objective.pending_events) > before:
                self.cycle_of(objective).check_not_sealed()

    def must_not_change(self, row: Row, column: str, before: str | None, now: str | None) -> None:
        """For cells that no command changes once the row has been imported."""
        if before != now:
            was = f"it was {before!r}" if before else "it was empty"
            self.complain(row, column, f"{UNCHANGEABLE}: {was}")

    def when_all_is_there(self, check: Callable[[], None]) -> None:
        """Puts a check off until every row of the kind has been decided: files have them in any order."""
        self._later.append(check)

    def all_is_there(self) -> None:
        while self._later:
            self._later.pop()()


def _column(row: Row, refusal: Refusal, pointer: str) -> str:
    column = COLUMN_OF.get((row.FILE, pointer), pointer.removeprefix("/"))
    if column in row.COLUMNS:
        return column
    by_slug = COLUMN_OF_SLUG.get(refusal.slug, row.KEY_COLUMN)
    return by_slug if by_slug in row.COLUMNS else row.KEY_COLUMN
