"""Objectives of a plan: defined when new, changed where a cell has changed. Their steps are in `steps`."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from application.plan.dates import forward_day
from application.plan.directory import must_exist
from application.plan.rows import ObjectiveRow
from application.plan.work import UNCHANGEABLE, Work
from domain.cycle import Cycle
from domain.objective import Objective, Owner, Revision
from domain.objective.links import check_overlap
from domain.payload import written
from domain.person import Person
from domain.unit import Unit
from domain.window import Window


def decide_objectives(work: Work, rows: Iterable[ObjectiveRow]) -> None:
    for row in rows:
        objective = work.shelf.get(Objective, work.ids.objective(row.id))
        if objective is None:
            with work.blaming(row):
                _define(work, row)
        else:
            with work.changing(row, objective):
                _change(work, row, objective)
    work.all_is_there()


def _define(work: Work, row: ObjectiveRow) -> None:
    """A row without a date holds from its first day, unless that is still to come."""
    cycle = work.shelf.get(Cycle, work.ids.cycle(row.cycle))
    if cycle is None:
        return  # its own row has been complained about
    cycle.check_not_sealed()
    by = work.by(row.effective_on or min(row.starts_on or work.today, work.today))
    owner = _owner(work, row)
    objective = Objective.define(
        by=by,
        id=work.ids.objective(row.id),
        title=row.title,
        description=row.description,
        level=row.level,
        cycle_id=cycle.id,
        owner=owner,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        visibility=row.visibility or "open",
        external_id=row.id,
        origin_id=work.ids.objective(row.carried_from) if row.carried_from else None,
    )
    work.shelf.add(objective)
    _owner_must_exist(work, row, owner, by.effective_on)


def _change(work: Work, row: ObjectiveRow, objective: Objective) -> None:
    said, by = work.shelf.said(objective.id), work.by_change(row.effective_on, objective)
    work.must_not_change(row, "level", said.fields["level"], row.level)
    if said.fields["cycle_id"] != str(work.ids.cycle(row.cycle)):
        work.complain(row, "cycle_id", UNCHANGEABLE)
    if row.carried_from and said.fields["origin_id"] != str(work.ids.objective(row.carried_from)):
        work.complain(row, "carried_from_id", UNCHANGEABLE)
    if objective.status == "closed" and row.status != said.status:
        objective.reopen(by=work.by(forward_day(work, row, objective)))
    _revise(work, row, objective, {k: v for k, v in _cells(row).items() if _written(v) != said.fields[k]})
    owner = _owner(work, row)
    if _owner_ids(owner) == (said.fields["owner_unit_id"], said.fields["owner_person_id"]):
        return
    if owner is None:
        work.complain(row, "owner_unit_id", "is empty: an owner can be replaced, but not taken away")
        return
    objective.transfer(by=by, owner=owner)
    _owner_must_exist(work, row, owner, by.effective_on)


def _revise(work: Work, row: ObjectiveRow, objective: Objective, changes: dict[str, Any]) -> None:
    cycle = work.shelf.get(Cycle, objective.cycle_id)
    if not changes or cycle is None:
        return
    by = work.by_change(row.effective_on, objective)
    objective.revise(by=by, revision=Revision(**changes), cycle=cycle.period)
    if "starts_on" in changes or "ends_on" in changes:
        column = "ends_on" if "ends_on" in changes else "starts_on"
        work.when_all_is_there(lambda: _check_neighbours(work, row, objective, column))


def _check_neighbours(work: Work, row: ObjectiveRow, objective: Objective, column: str) -> None:
    """The changed period must go on overlapping those above and below, as they are after the import."""
    children = work.shelf.mentioning(Objective, objective.id, "aligned_to")
    links = [(link.parent_id, link) for link in objective.links_up()]
    links += [
        (child.id, link) for child in children for link in child.links_up() if link.parent_id == objective.id
    ]
    for other_id, link in links:
        other = work.shelf.get(Objective, other_id)
        if other is not None:
            with work.blaming(row, column):
                check_overlap(work.periods(objective), work.periods(other), Window(link.start, link.end))


def _cells(row: ObjectiveRow) -> dict[str, str | date | None]:
    cells = {
        "title": row.title,
        "description": row.description,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }
    return cells | ({"visibility": row.visibility} if row.visibility else {})


def _written(value: str | date | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value


def _owner(work: Work, row: ObjectiveRow) -> Owner | None:
    if row.owner_unit:
        return Owner(unit_id=work.ids.unit(row.owner_unit))
    return Owner(person_id=work.ids.person(row.owner_person)) if row.owner_person else None


def _owner_ids(owner: Owner | None) -> tuple[str | None, str | None]:
    return (written(owner.unit_id), written(owner.person_id)) if owner else (None, None)


def _owner_must_exist(work: Work, row: ObjectiveRow, owner: Owner | None, day: date) -> None:
    if owner is not None and owner.unit_id is not None:
        must_exist(work, row, "owner_unit_id", Unit, owner.unit_id, day)
    if owner is not None and owner.person_id is not None:
        must_exist(work, row, "owner_person_id", Person, owner.person_id, day)
