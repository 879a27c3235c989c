"""Commands on people."""

from uuid import UUID

from application.act import Act
from application.session import Session
from application.store import Answer, Store
from application.use_cases import UseCases, passed_on, refuse_loop
from domain.person import Person
from domain.unit import Unit
from domain.window import Window


class People(UseCases[Person]):
    rename = passed_on(Person.rename)
    depart = passed_on(Person.depart)

    def __init__(self, store: Store) -> None:
        super().__init__(store, Person)

    def define(
        self,
        act: Act,
        *,
        name: str,
        email: str | None,
        job_title: str | None,
        unit_id: UUID,
        manager_id: UUID | None,
        external_id: str | None = None,
        id: UUID | None = None,
    ) -> Answer:
        def make(session: Session, new: UUID) -> Person:
            person = Person.define(
                by=act.by,
                id=new,
                name=name,
                email=email,
                job_title=job_title,
                unit_id=unit_id,
                manager_id=manager_id,
                external_id=external_id,
            )
            _check_place(session, act, unit_id, manager_id)
            return person

        return self._create(act, id, make)

    def transfer(self, act: Act, id: UUID, *, unit_id: UUID, manager_id: UUID | None) -> Answer:
        """To another unit or manager; `AlignmentLoop` if anybody would report to themselves on any day."""

        def change(session: Session, person: Person) -> None:
            person.transfer(by=act.by, unit_id=unit_id, manager_id=manager_id)
            if person.pending_events:
                day = act.by.effective_on
                _check_place(session, act, unit_id, manager_id)
                window = Window(day, person.place.next_after(day))
                refuse_loop(lambda other: session.get(Person, other).managers(), id, manager_id, window)

        return self._change(act, id, change)


def _check_place(session: Session, act: Act, unit_id: UUID, manager_id: UUID | None) -> None:
    session.existing(Unit, unit_id, act.by.effective_on, "/unit_id")
    if manager_id is not None:
        session.existing(Person, manager_id, act.by.effective_on, "/manager_id")
