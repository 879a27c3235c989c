"""Units, people and cycles of a plan: defined when new, changed where a cell has changed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from application.cycles import check_fits
from application.plan.loops import Claim, closing_loops
from application.plan.rows import CycleRow, PersonRow, UnitRow
from application.plan.work import Work
from domain.cycle import Cycle
from domain.payload import written
from domain.person import Person
from domain.provenance import Provenance
from domain.unit import Unit

RULES = ("cadence_days", "appeal_days")


def decide_units(work: Work, rows: Iterable[UnitRow]) -> None:
    claims = []
    for row in rows:
        with work.blaming(row):
            _unit(work, row)
        if row.parent:
            claims.append(Claim(row, work.ids.unit(row.id), work.ids.unit(row.parent)))
    work.all_is_there()
    links = {unit.id: unit.parents() for unit in work.session.all(Unit)}
    for row, loop in closing_loops(links, claims):
        work.complain(row, "parent_unit_id", f"a unit would be a part of itself from {loop.window.start}")


def _unit(work: Work, row: UnitRow) -> None:
    id = work.ids.unit(row.id)
    parent = work.ids.unit(row.parent) if row.parent else None
    unit = work.session.find(Unit, id)
    if unit is None:
        by = work.by(row.effective_on or work.first_day)
        work.session.add(
            Unit.define(by=by, id=id, name=row.name, kind=row.kind, parent_id=parent, external_id=row.id)
        )
    else:
        said, by = work.session.said(id).fields, work.by_change(row.effective_on, unit)
        work.must_be_as_said(row, said)
        if row.name != said["name"]:
            unit.rename(by=by, name=row.name)
        if written(parent) == said["parent_id"]:
            return
        unit.move(by=by, parent_id=parent)
    if parent is not None:
        day = by.effective_on
        work.when_all_is_there(row, lambda: work.session.existing(Unit, parent, day, "/parent_id"))


def decide_people(work: Work, rows: Iterable[PersonRow]) -> None:
    claims = []
    for row in rows:
        with work.blaming(row):
            _person(work, row)
        if row.manager:
            claims.append(Claim(row, work.ids.person(row.id), work.ids.person(row.manager)))
    work.all_is_there()
    links = {person.id: person.managers() for person in work.session.all(Person)}
    for row, loop in closing_loops(links, claims):
        work.complain(row, "manager_id", f"a person would report to themselves from {loop.window.start}")


def decide_leads(work: Work, rows: Iterable[UnitRow]) -> None:
    """Names those who lead units, once all units and people are there."""
    for row in rows:
        with work.blaming(row):
            _lead(work, row)


def _lead(work: Work, row: UnitRow) -> None:
    """They lead a new unit since its first day, but not before they came."""
    unit = work.session.find(Unit, work.ids.unit(row.id))
    if unit is None or row.lead is None:
        return
    lead = work.ids.person(row.lead) if row.lead else None
    new = work.session.is_new(unit.id)
    if written(lead) == (None if new else work.session.said(unit.id).fields.get("lead_person_id")):
        return
    came = work.session.referred(Person, lead, "/lead_person_id").first_day if lead else unit.first_day
    by = work.by(max(unit.first_day, came)) if new else work.by_change(row.effective_on, unit)
    unit.name_lead(by=by, person_id=lead)
    if lead is not None:
        work.session.existing(Person, lead, by.effective_on, "/lead_person_id")


def _person(work: Work, row: PersonRow) -> None:
    id, unit = work.ids.person(row.id), work.ids.unit(row.unit)
    manager = work.ids.person(row.manager) if row.manager else None
    person = work.session.find(Person, id)
    if person is None:
        by = work.by(row.effective_on or work.first_day)
        work.session.add(
            Person.define(
                by=by,
                id=id,
                name=row.name,
                email=row.email,
                job_title=row.job_title,
                unit_id=unit,
                manager_id=manager,
                external_id=row.id,
            )
        )
    else:
        said, by = work.session.said(id).fields, work.by_change(row.effective_on, person)
        work.must_be_as_said(row, said)
        if row.name != said["name"]:
            person.rename(by=by, name=row.name)
        if (row.email, row.job_title) != (said["email"], said["job_title"]):
            person.revise(by=by, email=row.email, job_title=row.job_title)
        if (written(unit), written(manager)) == (said["unit_id"], said["manager_id"]):
            return
        person.transfer(by=by, unit_id=unit, manager_id=manager)
    day = by.effective_on
    work.when_all_is_there(row, lambda: work.session.existing(Unit, unit, day, "/unit_id"))
    if manager is not None:
        work.when_all_is_there(row, lambda: work.session.existing(Person, manager, day, "/manager_id"))


def decide_cycles(work: Work, rows: Iterable[CycleRow]) -> None:
    for row in rows:
        with work.blaming(row):
            id = work.ids.cycle(row.id)
            if work.session.find(Cycle, id) is None:
                _define_cycle(work, row, work.by(min(row.starts_on, work.today)))
            else:
                _change_cycle(work, row, id)


def decide_days_of_cycles(work: Work, rows: Iterable[CycleRow]) -> None:
    """Corrected days of cycles, with which all that the plan says has to fit."""
    for row in rows:
        cycle = work.session.find(Cycle, work.ids.cycle(row.id))
        if cycle is not None and any(isinstance(event, Cycle.Revised) for event in cycle.pending_events):
            with work.blaming(row, "ends_on"):
                check_fits(work.session, cycle)


def _change_cycle(work: Work, row: CycleRow, id: UUID) -> None:
    cycle, said = work.session.get(Cycle, id), work.session.said(id).fields
    changes: dict[str, Any] = {
        name: cell
        for name in ("name", "starts_on", "ends_on", *RULES)
        if (cell := getattr(row, name)) is not None and written(cell) != written(said[name])
    }
    if changes:
        cycle.revise(by=work.by_change(None, cycle), **changes)


def _define_cycle(work: Work, row: CycleRow, by: Provenance) -> None:
    rules = {name: days for name in RULES if (days := getattr(row, name)) is not None}
    work.session.add(
        Cycle.define(
            by=by,
            id=work.ids.cycle(row.id),
            name=row.name,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            external_id=row.id,
            **rules,
        )
    )
