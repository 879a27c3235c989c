"""Commands on measures of impact."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from application.act import Act
from application.external_ids import NamedUseCases
from application.ids import new_id
from application.session import Session
from application.store import Answer, Store
from application.use_cases import passed_on
from domain.keep import KEEP, Keep
from domain.measure import Measure
from domain.objective import Objective
from domain.objective.values import STRATEGIC
from domain.refusals import StrategicOnly


class Measures(NamedUseCases[Measure]):
    correct_reading = passed_on(Measure.correct_reading)
    withdraw_reading = passed_on(Measure.withdraw_reading)

    def __init__(self, store: Store) -> None:
        super().__init__(store, Measure)

    def define(
        self,
        act: Act,
        *,
        name: str,
        unit_of_measure: str | None,
        direction: str,
        baseline: Decimal,
        target: Decimal,
        objective_ids: Sequence[UUID],
        external_id: str | None = None,
        id: UUID | None = None,
    ) -> Answer:
        """`StrategicOnly` if an objective that it is linked to is not strategic."""

        def make(session: Session, new: UUID) -> Measure:
            measure = Measure.define(
                by=act.by,
                id=new,
                name=name,
                unit_of_measure=unit_of_measure,
                direction=direction,
                baseline=baseline,
                target=target,
                objective_ids=objective_ids,
                external_id=external_id,
            )
            for place, objective_id in enumerate(objective_ids):
                check_strategic(session, objective_id, act.by.effective_on, f"/objective_ids/{place}")
            return measure

        return self._create(act, id, make)

    def revise(
        self,
        act: Act,
        id: UUID,
        *,
        name: str | Keep = KEEP,
        unit_of_measure: str | Keep | None = KEEP,
        direction: str | Keep = KEEP,
        baseline: Decimal | Keep = KEEP,
        target: Decimal | Keep = KEEP,
        objective_ids: Sequence[UUID] | Keep = KEEP,
    ) -> Answer:
        """As `define` where it is linked to other objectives."""

        def change(session: Session, measure: Measure) -> None:
            day = act.by.effective_on
            before = measure.objective_ids.at(day) or []
            measure.revise(
                by=act.by,
                name=name,
                unit_of_measure=unit_of_measure,
                direction=direction,
                baseline=baseline,
                target=target,
                objective_ids=objective_ids,
            )
            for place, objective_id in enumerate(measure.objective_ids.at(day) or ()):
                if objective_id not in before:
                    check_strategic(session, objective_id, day, f"/objective_ids/{place}")

        return self._change(act, id, change)

    def record_reading(
        self,
        act: Act,
        id: UUID,
        *,
        on: date,
        value: Decimal,
        source: str | None = None,
        reading_id: UUID | None = None,
    ) -> Answer:
        chosen = reading_id or new_id()
        return self._change(
            act,
            id,
            lambda _, measure: measure.record_reading(
                by=act.by, reading_id=chosen, on=on, value=value, source=source
            ),
        )


def check_strategic(session: Session, objective_id: UUID, day: date, pointer: str) -> None:
    """`UnknownReference` unless the objective exists on that day, `StrategicOnly` unless it is strategic."""
    if session.existing(Objective, objective_id, day, pointer).level != STRATEGIC:
        raise StrategicOnly.at(pointer, "a measure is linked to strategic objectives only")
