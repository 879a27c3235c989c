"""People and units take their places: what they go to exists from that day on, and no loop closes."""

from collections.abc import Iterable
from uuid import UUID

from application.session import Session
from application.use_cases import refuse_loop
from domain.person import Person
from domain.provenance import Provenance
from domain.unit import Unit
from domain.window import Window, shared

POINTERS = ("/unit_id", "/manager_id")


def transfer(
    session: Session,
    by: Provenance,
    person: Person,
    *,
    unit_id: UUID,
    manager_id: UUID | None,
    pointers: tuple[str | None, str | None] = POINTERS,
) -> None:
    """To a unit and a manager, named in the body at `pointers`; None for what stays and is not looked at.
    `AlignmentLoop` if anybody would report to themselves on any day.
    """
    day, before = by.effective_on, person.version
    person.transfer(by=by, unit_id=unit_id, manager_id=manager_id)
    if person.version > before:
        check_place(session, by, unit_id, manager_id, pointers)
        window = Window(day, person.place.next_after(day))
        refuse_loop(lambda other: session.get(Person, other).managers(), person.id, manager_id, window)


def check_place(
    session: Session,
    by: Provenance,
    unit_id: UUID,
    manager_id: UUID | None,
    pointers: tuple[str | None, str | None] = POINTERS,
) -> None:
    """`UnknownReference` unless both are there on that day."""
    at_unit, at_manager = pointers
    if at_unit is not None:
        session.existing(Unit, unit_id, by.effective_on, at_unit)
    if manager_id is not None and at_manager is not None:
        session.existing(Person, manager_id, by.effective_on, at_manager)


def move(
    session: Session, by: Provenance, unit: Unit, *, parent_id: UUID | None, pointer: str = "/parent_id"
) -> None:
    """Under another parent, named in the body at `pointer`; `AlignmentLoop` if it would be a part of itself
    on any day.
    """
    day, before = by.effective_on, unit.version
    unit.move(by=by, parent_id=parent_id)
    if parent_id is not None and unit.version > before:
        session.existing(Unit, parent_id, day, pointer)
        window = Window(day, unit.parent_id.next_after(day))
        refuse_loop(lambda other: session.get(Unit, other).parents(), unit.id, parent_id, window)


def check_person_is_placed(session: Session, person: Person, back: Iterable[Window]) -> None:
    """`UnknownReference` unless unit and manager are there when the person is back."""
    for days in shared([span.window for span in person.place.spans()], back):
        place = person.place.at(days.start)
        if place is not None:
            session.existing(Unit, place.unit_id, days.start, "/unit_id")
        if place is not None and place.manager_id is not None:
            session.existing(Person, place.manager_id, days.start, "/manager_id")


def check_unit_is_placed(session: Session, unit: Unit, back: Iterable[Window]) -> None:
    """`UnknownReference` unless the parent is there when the unit is back."""
    for days in shared([span.window for span in unit.parent_id.spans()], back):
        parent_id = unit.parent_id.at(days.start)
        if parent_id is not None:
            session.existing(Unit, parent_id, days.start, "/parent_id")
