"""An end looks at what hangs on it: who and what would be left behind, and to whom it goes instead."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from application import placing
from application.act import Act
from application.session import Session
from domain.cycle import Cycle
from domain.objective import Objective, Owner
from domain.objective.lifecycle import OPEN
from domain.person import Person, Place
from domain.provenance import Provenance
from domain.refusals import InvalidValue, SamePerson, StillInUse
from domain.review import Review
from domain.review.lifecycle import WITH_REVIEWER
from domain.unit import Unit
from domain.window import Window, shared

SHOWN = 50
HEIR = "/hand_over_to"


@dataclass(frozen=True)
class LeftBehind:
    """Whatever belongs to somebody or something on days on which they are gone, each with the first of these
    days, and more than once if it does so again later.
    """

    units: Sequence[tuple[Unit, date]] = ()
    people: Sequence[tuple[Person, date]] = ()
    objectives: Sequence[tuple[Objective, date]] = ()
    reviews: Sequence[tuple[Review, date]] = ()

    def refuse(self) -> None:
        """Raises StillInUse with the list, if there is anything."""
        ids = {
            name: list(dict.fromkeys(str(each.id) for each, _ in left)) for name, left in vars(self).items()
        }
        if any(ids.values()):
            said = ", ".join(f"{len(some)} {name}" for name, some in ids.items() if some)
            detail = f"{said} would be left behind; hand them over first, or say to whom with hand_over_to"
            raise StillInUse(detail, (), **{name: some[:SHOWN] for name, some in ids.items()})


def of_person(session: Session, person: Person, gone: Sequence[Window], today: date) -> LeftBehind:
    """The units they lead, the people they manage, what they own that has not ended, and the reviews that are
    theirs to write.
    """
    return LeftBehind(
        units=[
            (unit, start)
            for unit in session.mentioning(Unit, person.id, "leads")
            for start in _starts(
                [each.window for each in unit.lead_person_id.spans() if each.value == person.id],
                unit.days_there(),
                gone,
            )
        ],
        people=[
            (report, start)
            for report in session.mentioning(Person, person.id, "reports_to")
            for start in _starts(
                [each.window for each in report.place.spans() if each.value.manager_id == person.id],
                report.days_there(),
                gone,
            )
        ],
        objectives=list(_owned(session, person.id, Owner(person_id=person.id), gone, today)),
        reviews=[
            (review, window.start)
            for review in session.mentioning(Review, person.id, "reviewed_by")
            if review.reviewer_id == person.id and review.status in WITH_REVIEWER
            for window in gone
            if window.holds_on(today)
        ],
    )


def of_unit(session: Session, unit: Unit, gone: Sequence[Window], today: date) -> LeftBehind:
    """The units and people that belong to it, and what it owns that has not ended."""
    return LeftBehind(
        units=[
            (part, start)
            for part in session.mentioning(Unit, unit.id, "unit_parent")
            for start in _starts(
                [each.window for each in part.parent_id.spans() if each.value == unit.id],
                part.days_there(),
                gone,
            )
        ],
        people=[
            (person, start)
            for person in session.mentioning(Person, unit.id, "member_of")
            for start in _starts(
                [each.window for each in person.place.spans() if each.value.unit_id == unit.id],
                person.days_there(),
                gone,
            )
        ],
        objectives=list(_owned(session, unit.id, Owner(unit_id=unit.id), gone, today)),
    )


def give_to_person(session: Session, act: Act, left: LeftBehind, leaver: Person, heir_id: UUID) -> None:
    """Hands all that over, each on its day. An heir who reported to the leaver reports to the one above."""
    _check_heir(session, Person, act, leaver.id, heir_id)
    for unit, day in left.units:
        session.existing(Person, heir_id, day, HEIR)
        unit.name_lead(by=_handing_over(act, day), person_id=heir_id)
    for report, day in left.people:
        here, above = _placed(report, day), _placed(leaver, day).manager_id
        placing.transfer(
            session,
            _handing_over(act, day),
            report,
            unit_id=here.unit_id,
            manager_id=above if report.id == heir_id else heir_id,
            pointers=(None, HEIR),
        )
    for objective, day in left.objectives:
        session.existing(Person, heir_id, day, HEIR)
        objective.transfer(by=_handing_over(act, day), owner=Owner(person_id=heir_id))
    for review, day in left.reviews:
        try:
            review.reassign(by=_handing_over(act, max(day, review.last_day)), reviewer_id=heir_id)
        except SamePerson as refusal:
            refusal.errors = InvalidValue.at(HEIR, f"the review {review.id}: {refusal.detail}").errors
            raise


def give_to_unit(session: Session, act: Act, left: LeftBehind, gone: Unit, heir_id: UUID) -> None:
    """Hands all that over, each on its day. An heir that was a part of it goes to where it was."""
    _check_heir(session, Unit, act, gone.id, heir_id)
    for part, day in left.units:
        parent_id = gone.parent_id.at(day) if part.id == heir_id else heir_id
        placing.move(session, _handing_over(act, day), part, parent_id=parent_id, pointer=HEIR)
    for person, day in left.people:
        manager_id = _placed(person, day).manager_id
        placing.transfer(
            session,
            _handing_over(act, day),
            person,
            unit_id=heir_id,
            manager_id=manager_id,
            pointers=(HEIR, None),
        )
    for objective, day in left.objectives:
        session.existing(Unit, heir_id, day, HEIR)
        objective.transfer(by=_handing_over(act, day), owner=Owner(unit_id=heir_id))


def _check_heir(
    session: Session, kind: type[Person] | type[Unit], act: Act, left_by: UUID, heir_id: UUID
) -> None:
    if heir_id == left_by:
        raise InvalidValue.at(HEIR, "nothing is handed over to the one that goes")
    session.existing(kind, heir_id, act.by.effective_on, HEIR)


def _handing_over(act: Act, day: date) -> Provenance:
    """The end is reason enough."""
    return replace(act.by, effective_on=day, reason=act.by.reason or "handed over at the end of its holder")


def _placed(person: Person, day: date) -> Place:
    place = person.place.at(day)
    if place is None:
        raise LookupError(f"the person {person.id} has no place on {day}")
    return place


def _starts(*lines: Iterable[Window]) -> list[date]:
    return [days.start for days in shared(*lines)]


def _owned(
    session: Session, id: UUID, owner: Owner, gone: Sequence[Window], today: date
) -> Iterator[tuple[Objective, date]]:
    """Objectives that have not ended and last into the days; one that is overdue lasts until today."""
    for objective in session.mentioning(Objective, id, "owned_by"):
        cycle = session.get(Cycle, objective.cycle_id)
        if objective.status in OPEN and not cycle.sealed:
            periods = objective.periods(cycle.period)
            last = max(today, *(span.value.ends_on for span in periods))
            days = [span.window for span in objective.owner.spans() if span.value == owner]
            for start in _starts(days, gone):
                if start <= last:
                    yield objective, start
