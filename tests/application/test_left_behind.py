"""An end looks at what hangs on it, at every date; it is refused with the list, or takes it along."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.reviews import Reviews
from domain.objective import Objective, Owner
from domain.person import Person, Place
from domain.refusals import (
    AlignmentLoop,
    InvalidValue,
    Refusal,
    SamePerson,
    StillInUse,
    UnknownReference,
)
from domain.review import Review, Share
from domain.unit import Unit
from tests.application.organisation import START, Organisation, act

MARCH, MAY, AHEAD = date(2026, 3, 1), date(2026, 5, 1), date(2026, 9, 1)


def owned(organisation: Organisation, owner: UUID, **fields: Any) -> UUID:
    return organisation.new_objective(live=True, owner=Owner(person_id=owner), **fields)


def review_of(organisation: Organisation, person: UUID, reviewer: UUID) -> UUID:
    objective = owned(organisation, person)
    return (
        Reviews(organisation.store)
        .open(
            act(MARCH),
            person_id=person,
            reviewer_id=reviewer,
            cycle_id=organisation.cycle,
            objectives=[Share(objective, Decimal(100))],
        )
        .id
    )


def place(organisation: Organisation, person: UUID, day: date) -> Place | None:
    return organisation.store.load(Person, person).place.at(day)


def owner(organisation: Organisation, objective: UUID, day: date) -> Owner | None:
    return organisation.store.load(Objective, objective).owner.at(day)


def left(refused: pytest.ExceptionInfo[StillInUse]) -> dict[str, object]:
    return {name: ids for name, ids in refused.value.members.items() if ids}


def test_a_departure_is_refused_with_all_that_hangs_on_it(organisation: Organisation) -> None:
    boss = organisation.new_person()
    ana = organisation.new_person(boss)
    objective, review = owned(organisation, boss), review_of(organisation, ana, boss)

    with pytest.raises(StillInUse) as refused:
        organisation.people.depart(act(MAY), boss)

    assert left(refused) == {"people": [str(ana)], "objectives": [str(objective)], "reviews": [str(review)]}


def test_a_late_departure_is_refused_for_what_was_given_to_the_person_later(
    organisation: Organisation,
) -> None:
    lea, ana, team = (organisation.new_person() for _ in range(3))
    objective = organisation.new_objective(live=True, owner=Owner(person_id=team))
    organisation.objectives.transfer(act(MAY), objective, owner=Owner(person_id=lea))
    organisation.people.transfer(act(MAY), ana, unit_id=organisation.unit, manager_id=lea)

    with pytest.raises(StillInUse) as refused:
        organisation.people.depart(act(MARCH), lea)

    assert left(refused) == {"people": [str(ana)], "objectives": [str(objective)]}


def test_what_has_gone_elsewhere_or_ended_by_then_does_not_hang(organisation: Organisation) -> None:
    boss, heir = organisation.new_person(), organisation.new_person()
    ana, gone = organisation.new_person(boss), organisation.new_person(boss)
    given, cancelled = owned(organisation, boss), owned(organisation, boss)
    organisation.people.transfer(act(MARCH), ana, unit_id=organisation.unit, manager_id=heir)
    organisation.people.depart(act(MARCH), gone)
    organisation.objectives.transfer(act(MARCH), given, owner=Owner(person_id=heir))
    organisation.objectives.cancel(act(MARCH), cancelled)

    assert organisation.people.depart(act(MARCH), boss).events == ("person.departed",)


def test_what_ends_before_a_departure_ahead_does_not_hang_unless_it_is_overdue(
    organisation: Organisation,
) -> None:
    boss, other = organisation.new_person(), organisation.new_person()
    owned(organisation, boss, ends_on=date(2026, 8, 31))
    overdue = owned(organisation, other, ends_on=date(2026, 4, 30))
    assert organisation.people.depart(act(AHEAD), boss).events

    with pytest.raises(StillInUse) as refused:
        organisation.people.depart(act(MAY), other)
    assert left(refused) == {"objectives": [str(overdue)]}


def test_a_departure_hands_over_in_one_command(organisation: Organisation) -> None:
    boss, heir = organisation.new_person(), organisation.new_person()
    ana = organisation.new_person(boss)
    objective, review = owned(organisation, boss), review_of(organisation, ana, boss)

    done = organisation.people.depart(act(MAY, reason=None), boss, hand_over_to=heir)

    assert sorted(done.events) == [
        "objective.transferred",
        "person.departed",
        "person.transferred",
        "review.reassigned",
    ]
    assert place(organisation, ana, MAY) == Place(organisation.unit, heir)
    assert place(organisation, ana, MARCH) == Place(organisation.unit, boss)
    assert owner(organisation, objective, MAY) == Owner(person_id=heir)
    assert owner(organisation, objective, MARCH) == Owner(person_id=boss)
    assert organisation.store.load(Review, review).reviewer_id == heir


def test_each_thing_is_handed_over_on_its_own_day(organisation: Organisation) -> None:
    boss, heir, other = (organisation.new_person() for _ in range(3))
    later = owned(organisation, other)
    organisation.objectives.transfer(act(MAY), later, owner=Owner(person_id=boss))

    organisation.people.depart(act(MARCH), boss, hand_over_to=heir)

    assert [owner(organisation, later, day) for day in (MARCH, MAY)] == [
        Owner(person_id=other),
        Owner(person_id=heir),
    ]


def test_what_slipped_through_is_handed_over_by_giving_the_departure_again(
    organisation: Organisation,
) -> None:
    boss, heir, ana = (organisation.new_person() for _ in range(3))
    organisation.people.depart(act(AHEAD), boss)
    organisation.people.transfer(act(MAY), ana, unit_id=organisation.unit, manager_id=boss)

    organisation.people.depart(act(AHEAD), boss, hand_over_to=heir)

    assert place(organisation, ana, AHEAD) == Place(organisation.unit, heir)


def test_an_heir_who_reported_to_the_leaver_reports_to_the_one_above(organisation: Organisation) -> None:
    top = organisation.new_person()
    boss = organisation.new_person(top)
    heir, ana = organisation.new_person(boss), organisation.new_person(boss)

    organisation.people.depart(act(MAY), boss, hand_over_to=heir)

    assert place(organisation, heir, MAY) == Place(organisation.unit, top)
    assert place(organisation, ana, MAY) == Place(organisation.unit, heir)


def test_an_heir_below_a_report_would_close_a_loop(organisation: Organisation) -> None:
    boss = organisation.new_person()
    heir = organisation.new_person(organisation.new_person(boss))
    with pytest.raises(AlignmentLoop):
        organisation.people.depart(act(MAY), boss, hand_over_to=heir)


@pytest.mark.parametrize(("heir", "kind"), [("themselves", InvalidValue), ("nobody", UnknownReference)])
def test_nothing_is_handed_over_to_who_is_not_there(
    organisation: Organisation, heir: str, kind: type[Refusal]
) -> None:
    boss = organisation.new_person()
    owned(organisation, boss)
    with pytest.raises(kind) as refused:
        organisation.people.depart(act(MAY), boss, hand_over_to=boss if heir == "themselves" else uuid4())
    assert refused.value.errors[0].pointer == "/hand_over_to"


def test_a_review_does_not_go_to_the_person_reviewed(organisation: Organisation) -> None:
    boss, ana = organisation.new_person(), organisation.new_person()
    review = review_of(organisation, ana, boss)
    with pytest.raises(SamePerson) as refused:
        organisation.people.depart(act(MAY), boss, hand_over_to=ana)
    assert (refused.value.errors[0].pointer, str(review) in refused.value.errors[0].detail) == (
        "/hand_over_to",
        True,
    )


def test_a_dissolution_is_refused_for_what_the_unit_owns_and_takes_all_along(
    organisation: Organisation,
) -> None:
    old, heir = organisation.new_unit(organisation.unit), organisation.new_unit()
    part = organisation.new_unit(old)
    person = organisation.people.define(
        act(), name="Ana", email=None, job_title=None, unit_id=old, manager_id=None
    ).id
    objective = organisation.new_objective(live=True, owner=Owner(unit_id=old))

    with pytest.raises(StillInUse) as refused:
        organisation.units.dissolve(act(MAY), old)
    assert left(refused) == {"units": [str(part)], "people": [str(person)], "objectives": [str(objective)]}

    organisation.units.dissolve(act(MAY), old, hand_over_to=heir)
    assert organisation.store.load(Unit, part).parent_id.at(MAY) == heir
    assert place(organisation, person, MAY) == Place(heir, None)
    assert owner(organisation, objective, MAY) == Owner(unit_id=heir)


def test_a_part_that_takes_over_goes_to_where_the_unit_was(organisation: Organisation) -> None:
    old = organisation.new_unit(organisation.unit)
    part, other = organisation.new_unit(old), organisation.new_unit(old)

    organisation.units.dissolve(act(MAY), old, hand_over_to=part)

    assert organisation.store.load(Unit, part).parent_id.at(MAY) == organisation.unit
    assert organisation.store.load(Unit, other).parent_id.at(MAY) == part


def test_somebody_who_comes_back_to_what_is_gone_says_where_to(organisation: Organisation) -> None:
    old, new, boss = organisation.new_unit(), organisation.new_unit(), organisation.new_person()
    ana = organisation.people.define(
        act(), name="Ana", email=None, job_title=None, unit_id=old, manager_id=boss
    ).id
    organisation.people.depart(act(MARCH), ana)
    organisation.units.dissolve(act(MARCH), old)
    organisation.people.depart(act(MARCH), boss)

    for command in (organisation.people.return_, organisation.people.withdraw_departure):
        with pytest.raises(UnknownReference) as refused:
            command(act(MAY), ana)
        assert refused.value.errors[0].pointer == "/unit_id"
    with pytest.raises(UnknownReference) as refused:
        organisation.people.return_(act(MAY), ana, unit_id=new)
    assert refused.value.errors[0].pointer == "/manager_id"

    organisation.people.return_(act(MAY), ana, unit_id=new, manager_id=None)
    assert place(organisation, ana, MAY) == Place(new, None)


def test_a_unit_that_comes_back_says_where_to(organisation: Organisation) -> None:
    top = organisation.new_unit()
    unit = organisation.new_unit(top)
    organisation.units.dissolve(act(MARCH), unit)
    organisation.units.dissolve(act(MARCH), top)

    for command in (organisation.units.restore, organisation.units.withdraw_dissolution):
        with pytest.raises(UnknownReference) as refused:
            command(act(MAY), unit)
        assert refused.value.errors[0].pointer == "/parent_id"

    organisation.units.restore(act(MAY), unit, parent_id=organisation.unit)
    assert organisation.store.load(Unit, unit).parent_id.at(MAY) == organisation.unit


def test_a_way_back_put_off_is_refused_for_what_was_given_meanwhile(organisation: Organisation) -> None:
    boss = organisation.new_person()
    organisation.people.depart(act(START), boss)
    organisation.people.return_(act(MARCH), boss)
    ana = organisation.new_person(boss, on=MARCH)

    with pytest.raises(StillInUse) as refused:
        organisation.people.return_(act(MAY), boss)
    assert left(refused) == {"people": [str(ana)]}


def test_a_review_goes_to_a_reviewer_who_is_there(organisation: Organisation) -> None:
    boss, ana, gone = (organisation.new_person() for _ in range(3))
    review = review_of(organisation, ana, boss)
    organisation.people.depart(act(MARCH), gone)
    with pytest.raises(UnknownReference) as refused:
        Reviews(organisation.store).reassign(act(MAY), review, reviewer_id=gone)
    assert refused.value.errors[0].pointer == "/reviewer_id"
