"""Definition, revision, transfer and commitment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from domain.aggregate import check_day
from domain.checks import NAME_LENGTH, one_of, optional_text, ordered, text, whole
from domain.ids import written
from domain.objective.commands.aligning import check_overlap
from domain.objective.events.content import Committed, Defined, Revised, Transferred
from domain.objective.lifecycle import AFTER_APPROVAL
from domain.objective.periods import merged, with_cycle
from domain.objective.values import (
    DESCRIPTION_LENGTH,
    LEVELS,
    TITLE_LENGTH,
    VISIBILITIES,
    Commitment,
    Neighbour,
    Owner,
    Revision,
)
from domain.period import Period
from domain.provenance import Provenance
from domain.refusals import FieldError, InvalidValue, NotSmart
from domain.timeline import Span

if TYPE_CHECKING:
    from domain.objective.objective import Objective


def define(
    cls: type[Objective],
    *,
    by: Provenance,
    id: UUID,
    title: str,
    description: str | None,
    level: str,
    cycle_id: UUID,
    owner: Owner | None,
    starts_on: date | None,
    ends_on: date | None,
    visibility: str = "open",
    external_id: str | None = None,
    origin_id: UUID | None = None,
) -> Objective:
    """A draft, today or late, never ahead. That cycle and owner exist is the caller's to check. `origin_id`
    is the objective that is carried over into this one.
    """
    check_day(by.effective_on, date.min, by.today)
    ordered(starts_on, ends_on)
    return cls.begin(
        Defined,
        by,
        id,
        title=text(title, "/title", TITLE_LENGTH),
        description=optional_text(description, "/description", DESCRIPTION_LENGTH),
        level=one_of(level, LEVELS, "/level"),
        cycle_id=str(cycle_id),
        **_owner_fields(owner),
        starts_on=_day(starts_on),
        ends_on=_day(ends_on),
        visibility=one_of(visibility, VISIBILITIES, "/visibility"),
        external_id=optional_text(external_id, "/external_id", NAME_LENGTH),
        origin_id=written(origin_id),
    )


def revise(
    self: Objective,
    *,
    by: Provenance,
    revision: Revision,
    cycle: Period,
    neighbours: Sequence[Neighbour] = (),
) -> None:
    """Changes what it says. `cycle` is the period of its cycle; `neighbours` are the objectives it is linked
    to, up and down, whose periods it must go on overlapping. After approval the period stays inside the
    cycle's, unless T was waived.
    """
    self.check_change("revise", by)
    wanted = _checked(revision)
    now = {field: getattr(self, field).at(by.effective_on) for field in wanted}
    changed = {field: value for field, value in wanted.items() if value != now[field]}
    if not changed:
        return
    if "starts_on" in changed or "ends_on" in changed:
        _check_period(self, by, changed, cycle, neighbours)
    before = {field: _payload(now[field]) for field in changed}
    self.amend(Revised, by, after={field: _payload(value) for field, value in changed.items()}, before=before)


def transfer(self: Objective, *, by: Provenance, owner: Owner) -> None:
    """To another owner. That it exists is the caller's to check."""
    self.check_change("transfer", by)
    before = self.owner.at(by.effective_on)
    if owner != before:
        fields_before = {f"{field}_before": id for field, id in _owner_fields(before).items()}
        self.amend(Transferred, by, **_owner_fields(owner), **fields_before)


def commit(self: Objective, *, by: Provenance, confidence: int) -> None:
    """The owner takes it on, as sure of it as `confidence` (0..10) says. Never ahead."""
    self.check_change("commit", by)
    check_day(by.effective_on, self.first_day, by.today)
    whole(confidence, "/confidence", 0, 10)
    owner = self.owner.at(by.effective_on)
    if owner is None:
        raise InvalidValue.at("/confidence", "nobody can commit to an objective without an owner")
    if self.commitment.at(by.effective_on) != Commitment(owner, confidence):
        self.record(Committed, by, confidence=confidence, **_owner_fields(owner))


def _checked(revision: Revision) -> dict[str, str | date | None]:
    given = revision.given()
    if isinstance(revision.title, str):
        given["title"] = text(revision.title, "/title", TITLE_LENGTH)
    if isinstance(revision.description, str):
        given["description"] = optional_text(revision.description, "/description", DESCRIPTION_LENGTH)
    if isinstance(revision.visibility, str):
        given["visibility"] = one_of(revision.visibility, VISIBILITIES, "/visibility")
    return given


def _check_period(
    self: Objective,
    by: Provenance,
    changed: dict[str, str | date | None],
    cycle: Period,
    neighbours: Sequence[Neighbour],
) -> None:
    """At every date from the effective one on, not only then: later facts about the other day stay."""
    lines = {"starts_on": self.starts_on, "ends_on": self.ends_on}
    for field, line in lines.items():
        if field in changed:
            day = changed[field]
            lines[field] = line.preview(by.effective_on, day if isinstance(day, date) else None)
    spans = [span for span in merged(**lines) if span.end is None or span.end > by.effective_on]
    for span in spans:
        ordered(*span.value)
    if self.status in AFTER_APPROVAL and "T" not in self.waived:
        _check_inside(spans, cycle)
    for neighbour in neighbours:
        check_overlap(with_cycle(spans, cycle), neighbour.periods, neighbour.window)


def _check_inside(spans: list[Span[tuple[date | None, date | None]]], cycle: Period) -> None:
    for span in spans:
        starts_on, ends_on = span.value
        if starts_on is None or ends_on is None or not Period(starts_on, ends_on).within(cycle):
            detail = (
                f"the period must be inside {cycle.starts_on} to {cycle.ends_on}, from {span.start} on too"
            )
            raise NotSmart(f"T: {detail}", [FieldError("/starts_on", detail)], missing=["T"])


def _owner_fields(owner: Owner | None) -> dict[str, str | None]:
    return {
        "owner_unit_id": written(owner.unit_id) if owner else None,
        "owner_person_id": written(owner.person_id) if owner else None,
    }


def _payload(value: str | date | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
