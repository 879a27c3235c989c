"""An objective that goes on in another cycle."""

from datetime import date
from uuid import UUID, uuid5

from application.act import Act
from application.session import Session
from application.use_cases import open_cycle
from domain.objective import Objective
from domain.objective.lifecycle import check_allowed
from domain.refusals import InvalidValue

Days = tuple[date | None, date | None]


def successor_of(id: UUID, cycle_id: UUID) -> UUID:
    """The id of what an objective becomes in a cycle; always the same, so that a repetition finds it."""
    return uuid5(id, f"carried over to {cycle_id}")


def carry_over(session: Session, act: Act, objective: Objective, cycle_id: UUID, days: Days) -> None:
    """Ends the objective and defines its successor with that first and last day. A repetition for the same
    cycle and days changes nothing.
    """
    if cycle_id == objective.cycle_id:
        raise InvalidValue.at("/cycle_id", "must be another cycle than the objective's")
    open_cycle(session, cycle_id, "/cycle_id")
    id = successor_of(objective.id, cycle_id)
    if objective.successor_id == id and _days_of(session.get(Objective, id)) == days:
        objective.carry_over(by=act.by, successor_id=id)
        return
    check_allowed("carry_over", objective.status)
    objective.carry_over(by=act.by, successor_id=id)  # first, for it refuses days on which nothing was there
    starts_on, ends_on = days
    successor = Objective.succeed(
        by=act.by, id=id, origin=objective, cycle_id=cycle_id, starts_on=starts_on, ends_on=ends_on
    )
    session.add(successor)


def _days_of(successor: Objective) -> Days:
    """As it was defined with them."""
    return successor.starts_on.first, successor.ends_on.first
