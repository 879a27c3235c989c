"""Commands on cycles."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from application.act import Act
from application.seals import seal_of
from application.session import Session
from application.store import Answer, Store
from application.use_cases import UseCases, passed_on
from domain.cycle import APPEAL_DAYS, CADENCE_DAYS, Cycle


class Cycles(UseCases[Cycle]):
    activate = passed_on(Cycle.activate)
    reopen = passed_on(Cycle.reopen)

    def __init__(self, store: Store) -> None:
        super().__init__(store, Cycle)

    def define(
        self,
        act: Act,
        *,
        name: str,
        starts_on: date,
        ends_on: date,
        cadence_days: int = CADENCE_DAYS,
        appeal_days: int = APPEAL_DAYS,
        rating_scale: Mapping[str, Any] | None = None,
        external_id: str | None = None,
        id: UUID | None = None,
    ) -> Answer:
        def make(_: Session, new: UUID) -> Cycle:
            return Cycle.define(
                by=act.by,
                id=new,
                name=name,
                starts_on=starts_on,
                ends_on=ends_on,
                cadence_days=cadence_days,
                appeal_days=appeal_days,
                rating_scale=rating_scale,
                external_id=external_id,
            )

        return self._create(act, id, make)

    def close(self, act: Act, id: UUID) -> Answer:
        """Seals it; `CycleNotReady` while an objective or a review in it has not ended."""

        def change(session: Session, cycle: Cycle) -> None:
            cycle.check_step("close", act.by)
            cycle.close(by=act.by, seal=seal_of(session, id))

        return self._change(act, id, change)
