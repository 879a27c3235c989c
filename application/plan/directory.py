"""Units, people and cycles of a plan: defined when new, changed where a cell has changed."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from application.plan.loops import Claim, closing_loops
from application.plan.rows import CycleRow, PersonRow, Row, UnitRow
from application.plan.work import Work
from domain.cycle import Cycle
from domain.payload import written
from domain.person import Person
from domain.unit import Unit


def decide_units(work: Work, rows: Iterable[UnitRow]) -> None:
    claims = []
    for row in rows:
        with work.blaming(row):
            _unit(work, row)
        if row.parent:
            claims.append(Claim(row, work.ids.unit(row.id), work.ids.unit(row.parent)))
    work.all_is_there()
    links = {unit.id: unit.parents() for unit in work.shelf.all(Unit)}
    for row, loop in closing_loops(links, claims):
        work.complain(row, "parent_unit_id", f"a unit would be a part of itself from {loop.window.start}")


def _unit(work: Work, row: UnitRow) -> None:
    id = work.ids.unit(row.id)
    parent = work.ids.unit(row.parent) if row.parent else None
    unit = work.shelf.get(Unit, id)
    if unit is None:
        by = work.by(row.effective_on or work.first_day)
        work.shelf.add(
            Unit.define(by=by, id=id, name=row.name, kind=row.kind, parent_id=parent, external_id=row.id)
        )
    else:
        said, by = work.shelf.said(id).fields, work.by_change(row.effective_on, unit)
        work.must_not_change(row, "kind", said["kind"], row.kind)
        if row.name != said["name"]:
            unit.rename(by=by, name=row.name)
        if written(parent) == said["parent_id"]:
            return
        unit.move(by=by, parent_id=parent)
    if parent is not None:
        must_exist(work, row, "parent_unit_id", Unit, parent, by.effective_on)


def decide_people(work: Work, rows: Iterable[PersonRow]) -> None:
    claims = []
    for row in rows:
        with work.blaming(row):
            _person(work, row)
        if row.manager:
            claims.append(Claim(row, work.ids.person(row.id), work.ids.person(row.manager)))
    work.all_is_there()
    links = {person.id: person.managers() for person in work.shelf.all(Person)}
    for row, loop in closing_loops(links, claims):
        work.complain(row, "manager_id", f"a person would report to themselves from {loop.window.start}")


def _person(work: Work, row: PersonRow) -> None:
    id, unit = work.ids.person(row.id), work.ids.unit(row.unit)
    manager = work.ids.person(row.manager) if row.manager else None
    person = work.shelf.get(Person, id)
    if person is None:
        by = work.by(row.effective_on or work.first_day)
        work.shelf.add(
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
        said, by = work.shelf.said(id).fields, work.by_change(row.effective_on, person)
        work.must_not_change(row, "email", said["email"], row.email)
        work.must_not_change(row, "job_title", said["job_title"], row.job_title)
        if row.name != said["name"]:
            person.rename(by=by, name=row.name)
        if (str(unit), written(manager)) == (said["unit_id"], said["manager_id"]):
            return
        person.transfer(by=by, unit_id=unit, manager_id=manager)
    must_exist(work, row, "unit_id", Unit, unit, by.effective_on)
    if manager is not None:
        must_exist(work, row, "manager_id", Person, manager, by.effective_on)


def decide_cycles(work: Work, rows: Iterable[CycleRow]) -> None:
    for row in rows:
        with work.blaming(row):
            _cycle(work, row)


def _cycle(work: Work, row: CycleRow) -> None:
    id = work.ids.cycle(row.id)
    cycle = work.shelf.get(Cycle, id)
    if cycle is None:
        by = work.by(min(row.starts_on, work.today))
        work.shelf.add(
            Cycle.define(
                by=by, id=id, name=row.name, starts_on=row.starts_on, ends_on=row.ends_on, external_id=row.id
            )
        )
        return
    said = work.shelf.said(id).fields
    work.must_not_change(row, "name", said["name"], row.name)
    work.must_not_change(row, "starts_on", said["starts_on"], row.starts_on.isoformat())
    work.must_not_change(row, "ends_on", said["ends_on"], row.ends_on.isoformat())


def must_exist(
    work: Work, row: Row, column: str, kind: type[Unit] | type[Person], id: UUID, day: date
) -> None:
    """Complains, once all rows of the kind are decided, if what the row names is not there on that day.

    What is not there at all has been complained about, or its own row has.
    """

    def check() -> None:
        found = work.shelf.get(kind, id)
        if found is not None and not found.exists_on(day):
            work.complain(row, column, f"is not there on {day}, but from {found.first_day} on")

    work.when_all_is_there(check)
