"""An objective that goes on in another cycle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from application.act import Act
from application.session import Session
from application.use_cases import open_cycle
from domain.objective import Objective
from domain.objective.lifecycle import check_allowed
from domain.refusals import AlreadyExists, InvalidValue

Days = tuple[date | None, date | None]


@dataclass(frozen=True)
class NewAlignment:
    """A link up that comes with the definition of its objective."""

    objective_id: UUID
    kind: str
    weight: Decimal = Decimal(1)


def successor_of(id: UUID, cycle_id: UUID) -> UUID:
    """The id of what an objective becomes in a cycle; always the same, so that a repetition finds it."""
    return uuid5(id, f"carried over to {cycle_id}")


@dataclass(frozen=True)
class Succession:
    """A succession says where and how an objective goes on: the links up are the successor's first."""

    cycle_id: UUID
    days: Days
    links: Sequence[NewAlignment]
    external_id: str | None


def carry_over(session: Session, act: Act, objective: Objective, asked: Succession) -> Objective | None:
    """Ends the objective and gives its successor, to be linked and added. None for a repetition that asks for
    what there is: it changes nothing.
    """
    cycle_id = asked.cycle_id
    if cycle_id == objective.cycle_id:
        raise InvalidValue.at("/cycle_id", "must be another cycle than the objective's")
    open_cycle(session, cycle_id, "/cycle_id")
    id = successor_of(objective.id, cycle_id)
    if objective.successor_id == id and _is_as_asked(session.get(Objective, id), asked):
        objective.carry_over(by=act.by, successor_id=id)
        return None
    check_allowed("carry_over", objective.status)
    if session.find(Objective, id) is not None:
        raise AlreadyExists(f"it was carried over into {id} before: reinstate that one", id=str(id))
    objective.carry_over(by=act.by, successor_id=id)  # first, for it refuses days on which nothing was there
    starts_on, ends_on = asked.days
    return Objective.succeed(
        by=act.by,
        id=id,
        origin=objective,
        cycle_id=cycle_id,
        starts_on=starts_on,
        ends_on=ends_on,
        external_id=asked.external_id,
    )


def _is_as_asked(successor: Objective, asked: Succession) -> bool:
    """Returns whether it was defined so and is in that cycle, and had these links."""
    had = {(link.parent_id, link.kind, link.weight) for link in successor.links_up()}
    days = successor.starts_on.first, successor.ends_on.first
    defined = days, successor.external_id, successor.cycle_id
    return defined == (asked.days, asked.external_id, asked.cycle_id) and had >= {
        (link.objective_id, link.kind, link.weight) for link in asked.links
    }
