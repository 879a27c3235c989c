"""An objective that goes on in another cycle, and what its successor takes along."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from domain.objective.commands.steps import check_step
from domain.objective.events.steps import CarriedOver
from domain.objective.key_results import Aim, Measured
from domain.objective.lifecycle import Status
from domain.progress import DIRECTED, OBSERVED
from domain.provenance import Provenance

if TYPE_CHECKING:
    from domain.objective.objective import Objective


def carry_over(self: Objective, *, by: Provenance, successor_id: UUID) -> None:
    """Ends here, for it goes on as the successor."""
    if self.status == Status.CARRIED_OVER and self.successor_id == successor_id:
        return
    check_step(self, "carry_over", by)
    self.record(CarriedOver, by, successor_id=str(successor_id))


def succeed(
    cls: type[Objective],
    *,
    by: Provenance,
    id: UUID,
    origin: Objective,
    cycle_id: UUID,
    starts_on: date | None,
    ends_on: date | None,
) -> Objective:
    """A draft that says what the origin says on the effective date and is measured from where that one got
    to. Its alignments are not taken along. Each key result has a new id, the same one whenever asked.
    """
    day = by.effective_on
    successor = cls.define(
        by=by,
        id=id,
        title=str(origin.title.at(day)),
        description=origin.description.at(day),
        level=origin.level,
        cycle_id=cycle_id,
        owner=origin.owner.at(day),
        starts_on=starts_on,
        ends_on=ends_on,
        visibility=str(origin.visibility.at(day)),
        origin_id=origin.id,
    )
    for measured in origin.measured_on(day):
        label, aim = measured.key_result.label, _aim_from_here(measured)
        successor.add_key_result(
            by=by,
            key_result_id=uuid5(id, str(measured.key_result.id)),
            title=label.title,
            kind=aim.kind,
            unit_of_measure=label.unit_of_measure,
            baseline=aim.baseline,
            target=aim.target,
            weight=label.weight,
        )
    return successor


def _aim_from_here(measured: Measured) -> Aim:
    """From the last value on to the same target; where that is reached, to be observed until there is a new
    target.
    """
    aim, value, attained = measured.key_result.aim, measured.value, measured.attainment
    if aim.kind not in DIRECTED or value is None or attained is None:
        return aim
    return Aim(OBSERVED, value, None) if attained >= 1 else Aim(aim.kind, value, aim.target)
