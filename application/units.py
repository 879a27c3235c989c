"""Commands on units."""

from uuid import UUID

from application import left_behind, placing
from application.act import Act
from application.external_ids import NamedUseCases
from application.session import Session
from application.store import Answer, Store
from application.use_cases import passed_on
from domain.keep import KEEP, Keep
from domain.person import Person
from domain.unit import Unit
from domain.window import without


class Units(NamedUseCases[Unit]):
    rename = passed_on(Unit.rename)
    name_account = passed_on(Unit.name_account)

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
        return self._change(
            act, id, lambda session, unit: placing.move(session, act.by, unit, parent_id=parent_id)
        )

    def name_lead(self, act: Act, id: UUID, *, person_id: UUID | None) -> Answer:
        """Somebody who is there from that day on, or nobody."""

        def change(session: Session, unit: Unit) -> None:
            unit.name_lead(by=act.by, person_id=person_id)
            if person_id is not None and unit.pending_events:
                session.existing(Person, person_id, act.by.effective_on, "/person_id")

        return self._change(act, id, change)

    def dissolve(self, act: Act, id: UUID, *, hand_over_to: UUID | None = None) -> Answer:
        """`StillInUse` while units or people belong to it or it owns what has not ended, on that day or
        later, unless all of it goes to another unit in the same command.
        """
        return self._change(act, id, lambda session, unit: end(session, act, unit, hand_over_to))

    def restore(self, act: Act, id: UUID, *, parent_id: UUID | Keep | None = KEEP) -> Answer:
        """Set up again where it was, or under another parent."""

        def change(session: Session, unit: Unit) -> None:
            before = unit.days_gone()
            unit.restore(by=act.by)
            left = left_behind.of_unit(session, unit, without(unit.days_gone(), before), act.today)
            left.refuse()
            if not isinstance(parent_id, Keep):
                placing.move(session, act.by, unit, parent_id=parent_id)
            placing.check_unit_is_placed(session, unit, without(before, unit.days_gone()))

        return self._change(act, id, change)

    def withdraw_dissolution(self, act: Act, id: UUID) -> Answer:
        """It was recorded by mistake: the unit has been there all the time."""

        def change(session: Session, unit: Unit) -> None:
            before = unit.days_gone()
            unit.withdraw_dissolution(by=act.by)
            placing.check_unit_is_placed(session, unit, without(before, unit.days_gone()))

        return self._change(act, id, change)


def end(session: Session, act: Act, unit: Unit, hand_over_to: UUID | None = None) -> None:
    """The unit is dissolved, as `Units.dissolve` says."""
    before, day = unit.days_gone(), act.by.effective_on
    unit.dissolve(by=act.by)
    if hand_over_to is None:
        gone = without(unit.days_gone(), before)
        left_behind.of_unit(session, unit, gone, act.today).refuse()
    else:
        gone = [days for days in unit.days_gone() if days.holds_on(day)]
        left = left_behind.of_unit(session, unit, gone, act.today)
        left_behind.give_to_unit(session, act, left, unit, hand_over_to)
    placing.check_unit_is_placed(session, unit, without(before, unit.days_gone()))
