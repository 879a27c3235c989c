"""Commands on cycles."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from application.act import Act
from application.alignment_checks import neighbours_of
from application.external_ids import NamedUseCases
from application.seals import objectives_in, seal_of
from application.session import Session
from application.store import Answer, Store
from application.use_cases import passed_on
from domain.cycle import APPEAL_DAYS, CADENCE_DAYS, Cycle
from domain.keep import KEEP, Keep
from domain.objective.lifecycle import AFTER_APPROVAL, OPEN
from domain.objective.links import check_overlap
from domain.refusals import StillInUse


class Cycles(NamedUseCases[Cycle]):
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

    def revise(
        self,
        act: Act,
        id: UUID,
        *,
        name: str | Keep = KEEP,
        starts_on: date | Keep = KEEP,
        ends_on: date | Keep = KEEP,
        cadence_days: int | Keep = KEEP,
        appeal_days: int | Keep = KEEP,
    ) -> Answer:
        """While it is not sealed; what is in it has to fit into its days."""

        def change(session: Session, cycle: Cycle) -> None:
            before = cycle.period
            cycle.revise(
                by=act.by,
                name=name,
                starts_on=starts_on,
                ends_on=ends_on,
                cadence_days=cadence_days,
                appeal_days=appeal_days,
            )
            if cycle.period != before:
                check_fits(session, cycle)

        return self._change(act, id, change)

    def close(self, act: Act, id: UUID) -> Answer:
        """Seals it; `CycleNotReady` while an objective or a review in it has not ended."""

        def change(session: Session, cycle: Cycle) -> None:
            cycle.check_step("close", act.by)
            cycle.close(by=act.by, seal=seal_of(session, id))

        return self._change(act, id, change)


def check_fits(session: Session, cycle: Cycle) -> None:
    """`StillInUse` if an approved objective in the cycle has a period that is not inside its days, unless T
    was waived; `PeriodsDoNotOverlap` if one without a period of its own is linked to what it misses now.
    """
    outside = []
    for objective in objectives_in(session, cycle.id):
        own = [span.value for span in objective.periods(cycle.period)]
        if objective.status in AFTER_APPROVAL and "T" not in objective.waived:
            outside += [objective.id for period in own[-1:] if not period.within(cycle.period)]
        if objective.status in OPEN and cycle.period in own:
            for other in neighbours_of(session, objective):
                check_overlap(objective.periods(cycle.period), other.periods, other.window)
    if outside:
        detail = f"{len(outside)} objectives of the cycle have periods that are not inside of it"
        raise StillInUse(detail, objectives=[str(id) for id in outside[:50]])
