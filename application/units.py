"""Commands on units."""

from datetime import date
from uuid import UUID

from application.act import Act
from application.session import Session
from application.store import Answer, Store
from application.use_cases import UseCases, passed_on, refuse_loop
from domain.person import ACTIVE as PRESENT
from domain.person import Person
from domain.refusals import StillInUse
from domain.unit import ACTIVE, Unit
from domain.window import Window

SHOWN = 20


class Units(UseCases[Unit]):
    rename = passed_on(Unit.rename)

    def __init__(self, store: Store) -> None:
        super().__init__(store, Unit)

    def define(
        self,
        act: Act,
        *,
        name: str,
        kind: str,
        parent_id: UUID | None,
        external_id: str | None = None,
        id: UUID | None = None,
    ) -> Answer:
        def make(session: Session, new: UUID) -> Unit:
            if parent_id is not None:
                session.existing(Unit, parent_id, act.by.effective_on, "/parent_id")
            return Unit.define(
                by=act.by, id=new, name=name, kind=kind, parent_id=parent_id, external_id=external_id
            )

        return self._create(act, id, make)

    def move(self, act: Act, id: UUID, *, parent_id: UUID | None) -> Answer:
        """Under another parent; `AlignmentLoop` if it would be a part of itself on any day."""

        def change(session: Session, unit: Unit) -> None:
            unit.move(by=act.by, parent_id=parent_id)
            if parent_id is not None and unit.pending_events:
                day = act.by.effective_on
                session.existing(Unit, parent_id, day, "/parent_id")
                window = Window(day, unit.parent_id.next_after(day))
                refuse_loop(lambda other: session.get(Unit, other).parents(), id, parent_id, window)

        return self._change(act, id, change)

    def dissolve(self, act: Act, id: UUID) -> Answer:
        """Refused as `StillInUse` while units or people belong to it on that day or later."""

        def change(session: Session, unit: Unit) -> None:
            unit.dissolve(by=act.by)
            if unit.pending_events:
                _refuse_if_inhabited(session, unit, act.by.effective_on)

        return self._change(act, id, change)


def _refuse_if_inhabited(session: Session, unit: Unit, day: date) -> None:
    parts = [
        part.id
        for part in session.mentioning(Unit, unit.id, "unit_parent")
        if part.status_on(day) == ACTIVE
        and any(link.parent_id == unit.id and _reaches(link.end, day) for link in part.parents())
    ]
    people = [
        person.id
        for person in session.mentioning(Person, unit.id, "member_of")
        if person.status_on(day) == PRESENT
        and any(span.value.unit_id == unit.id and _reaches(span.end, day) for span in person.place.spans())
    ]
    if parts or people:
        raise StillInUse(
            f"{len(parts)} units and {len(people)} people belong to it on {day} or later; move them first",
            units=[str(id) for id in parts[:SHOWN]],
            people=[str(id) for id in people[:SHOWN]],
        )


def _reaches(end: date | None, day: date) -> bool:
    return end is None or end > day
