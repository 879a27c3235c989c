"""Commands on people."""

from uuid import UUID

from application import left_behind, placing
from application.act import Act
from application.external_ids import NamedUseCases
from application.session import Session
from application.store import Answer, Store
from application.use_cases import passed_on
from domain.keep import KEEP, Keep
from domain.person import Person
from domain.window import without


class People(NamedUseCases[Person]):
    rename = passed_on(Person.rename)
    revise = passed_on(Person.revise)

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
            placing.check_place(session, act.by, unit_id, manager_id)
            return person

        return self._create(act, id, make)

    def transfer(self, act: Act, id: UUID, *, unit_id: UUID, manager_id: UUID | None) -> Answer:
        """To another unit or manager; `AlignmentLoop` if anybody would report to themselves on any day."""

        def change(session: Session, person: Person) -> None:
            placing.transfer(session, act.by, person, unit_id=unit_id, manager_id=manager_id)

        return self._change(act, id, change)

    def depart(self, act: Act, id: UUID, *, hand_over_to: UUID | None = None) -> Answer:
        """`StillInUse` while somebody reports to them, an objective is theirs or a review is theirs to write
        after that, unless all of it goes to somebody else in the same command.
        """
        return self._change(act, id, lambda session, person: end(session, act, person, hand_over_to))

    def return_(
        self,
        act: Act,
        id: UUID,
        *,
        unit_id: UUID | None = None,
        manager_id: UUID | Keep | None = KEEP,
    ) -> Answer:
        """Back where they were, or to another unit or manager."""
        return self._change(
            act, id, lambda session, person: resume(session, act, person, unit_id, manager_id)
        )

    def withdraw_departure(self, act: Act, id: UUID) -> Answer:
        """It was recorded by mistake: they have been there all the time."""

        def change(session: Session, person: Person) -> None:
            before = person.days_gone()
            person.withdraw_departure(by=act.by)
            placing.check_person_is_placed(session, person, without(before, person.days_gone()))

        return self._change(act, id, change)


def end(session: Session, act: Act, person: Person, hand_over_to: UUID | None = None) -> None:
    """The person leaves, as `People.depart` says."""
    before, day = person.days_gone(), act.by.effective_on
    person.depart(by=act.by)
    if hand_over_to is None:
        gone = without(person.days_gone(), before)
        left_behind.of_person(session, person, gone, act.today).refuse()
    else:
        gone = [days for days in person.days_gone() if days.holds_on(day)]
        left = left_behind.of_person(session, person, gone, act.today)
        left_behind.give_to_person(session, act, left, person, hand_over_to)
    placing.check_person_is_placed(session, person, without(before, person.days_gone()))


def resume(
    session: Session,
    act: Act,
    person: Person,
    unit_id: UUID | None = None,
    manager_id: UUID | Keep | None = KEEP,
) -> None:
    """The person is back, as `People.return_` says."""
    before = person.days_gone()
    person.return_(by=act.by)
    left = left_behind.of_person(session, person, without(person.days_gone(), before), act.today)
    left.refuse()
    place = person.place.at(act.by.effective_on)
    if place is not None and (unit_id is not None or not isinstance(manager_id, Keep)):
        placing.transfer(
            session,
            act.by,
            person,
            unit_id=unit_id or place.unit_id,
            manager_id=place.manager_id if isinstance(manager_id, Keep) else manager_id,
        )
    placing.check_person_is_placed(session, person, without(before, person.days_gone()))
