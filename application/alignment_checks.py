"""A decision about an objective needs this from other objectives, from its cycle and from its owner."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from application.session import Session
from application.use_cases import open_cycle, refuse_loop
from domain.cycle import Cycle
from domain.objective import Neighbour, Objective, Owner, Parent, Standing
from domain.objective.lifecycle import COUNTING
from domain.objective.links import Link
from domain.objective.values import CONTRIBUTES, PRIVATE
from domain.period import Period
from domain.person import Person
from domain.provenance import Provenance
from domain.refusals import Forbidden, NotFound
from domain.room import MOST, check_room
from domain.unit import Unit
from domain.window import Window

OF_ANOTHER = "objectives of one owner aligned to one of somebody else"
ALIGNED_TO = "aligned_to"
StatusOn = Callable[[Objective, date], str | None]


def check_owner(session: Session, owner: Owner | None, day: date, pointer: str = "/owner") -> None:
    """`UnknownReference` unless the owner exists on that day."""
    if owner is not None and owner.unit_id is not None:
        session.existing(Unit, owner.unit_id, day, f"{pointer}/unit_id")
    if owner is not None and owner.person_id is not None:
        session.existing(Person, owner.person_id, day, f"{pointer}/person_id")


def check_gave(objective: Objective, feedback_id: UUID, actor: str) -> None:
    """`Forbidden` if somebody else gave the feedback, and `NotFound` if it is private: then not even that it
    exists is told.
    """
    given = objective.feedback.get(feedback_id)
    if given is not None and given.actor != actor:
        if given.visibility == PRIVATE:
            raise NotFound(f"there is no feedback {feedback_id}")
        raise Forbidden("feedback is withdrawn by whoever gave it")


def period_of_cycle(session: Session, objective: Objective) -> Period:
    return session.get(Cycle, objective.cycle_id).period


def prefetch_down(session: Session, ids: Iterable[UUID]) -> None:
    """Loads all that was ever aligned below these objectives, a level at a time."""
    level, seen = set(ids), set[UUID]()
    while level:
        seen |= level
        level = session.prefetch_mentioning([(id, ALIGNED_TO) for id in level]) - seen


def links_down(session: Session, objective: Objective) -> Iterator[tuple[Objective, Link]]:
    """Every link, at any time, of another objective up to this one."""
    for child in session.mentioning(Objective, objective.id, ALIGNED_TO):
        for link in child.links_up():
            if link.parent_id == objective.id:
                yield child, link


def contributors(
    session: Session, objective: Objective, day: date, status_on: StatusOn = Objective.status_on
) -> Iterator[tuple[Objective, Link]]:
    """The objectives that count in the progress of this one on that day, with their links."""
    for child, link in links_down(session, objective):
        if link.kind == CONTRIBUTES and link.holds_on(day) and status_on(child, day) in COUNTING:
            yield child, link


def standing_of(
    session: Session, objective: Objective, day: date, status_on: StatusOn = Objective.status_on
) -> Standing:
    """SMART needs this from outside the objective on that day. Who contributes is asked only where no key
    result of its own makes it measurable.
    """
    measured = any(each.aim.target is not None for each in objective.key_results_on(day))
    contributes = not measured and next(contributors(session, objective, day, status_on), None) is not None
    return Standing(cycle=period_of_cycle(session, objective), has_contributing_child=contributes)


def link_up(
    session: Session, by: Provenance, objective: Objective, parent: Objective, kind: str, weight: Decimal
) -> None:
    """Aligns to the parent, whose cycle must not be sealed. Loops are for the caller to refuse."""
    _check_room(session, objective, parent, by.effective_on)
    open_cycle(session, parent.cycle_id)
    objective.align(
        by=by,
        parent=Parent(parent.id, parent.level, parent.periods(period_of_cycle(session, parent))),
        kind=kind,
        weight=weight,
        cycle=period_of_cycle(session, objective),
    )


def _check_room(session: Session, objective: Objective, parent: Objective, day: date) -> None:
    """Everything that was ever aligned to the parent counts, for it takes time of all who ask about that."""
    below = session.naming(parent.id, ALIGNED_TO)
    if objective.id in below:
        return
    check_room("objectives aligned to one", len(below))
    owner = objective.owner.at(day)
    if owner != parent.owner.at(day) and len(below) >= MOST[OF_ANOTHER]:
        check_room(OF_ANOTHER, len(below & _ever_of(session, owner) if owner else below))


def _ever_of(session: Session, owner: Owner) -> set[UUID]:
    ids = filter(None, (owner.unit_id, owner.person_id))
    return set().union(*(session.naming(id, "owned_by") for id in ids))


def neighbours_of(session: Session, objective: Objective) -> list[Neighbour]:
    """Everything the objective is linked to at any time, up and down, whose periods it must overlap."""
    above = [(session.get(Objective, link.parent_id), link) for link in objective.links_up()]
    return [
        Neighbour(other.id, other.periods(period_of_cycle(session, other)), Window(link.start, link.end))
        for other, link in [*above, *links_down(session, objective)]
    ]


def refuse_loops(session: Session, objective: Objective, parent_id: UUID, day: date) -> None:
    """`AlignmentLoop` if a link up to `parent_id` from `day` on would close a loop on any day."""
    window = objective.alignment_window(parent_id, day)
    refuse_loop(lambda other: session.get(Objective, other).links_up(), objective.id, parent_id, window)
