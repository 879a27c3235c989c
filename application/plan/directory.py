"""Units, people and cycles of a plan: defined when new, changed where a cell has changed."""

from collections.abc import Iterable

from application.plan.loops import Claim, closing_loops
from application.plan.rows import CycleRow, PersonRow, UnitRow
from application.plan.work import Work
from domain.cycle import Cycle
from domain.payload import written
from domain.person import Person
from domain.provenance import Provenance
from domain.unit import Unit


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
                work.must_be_as_said(row, work.session.said(id).fields)


def _define_cycle(work: Work, row: CycleRow, by: Provenance) -> None:
    id = work.ids.cycle(row.id)
    work.session.add(
        Cycle.define(
            by=by, id=id, name=row.name, starts_on=row.starts_on, ends_on=row.ends_on, external_id=row.id
        )
    )
