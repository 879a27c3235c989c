"""Units and people: a reorganisation is a set of dated events, and no date may hold a loop."""

from datetime import date
from uuid import uuid4

import pytest

from domain.person import Person
from domain.refusals import AlignmentLoop, NotFound, StaleVersion, StillInUse, UnknownReference
from domain.unit import Unit
from tests.application.organisation import START, Organisation, act

MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def head(organisation: Organisation) -> int | None:
    return organisation.store.recorder.max_notification_id()


def test_a_unit_under_an_unknown_one_is_refused_and_nothing_is_recorded(organisation: Organisation) -> None:
    with pytest.raises(UnknownReference) as refused:
        organisation.new_unit(parent=uuid4())

    assert refused.value.errors[0].pointer == "/parent_id"
    assert not head(organisation)


def test_a_unit_under_one_that_is_not_there_yet_is_refused(organisation: Organisation) -> None:
    later = organisation.new_unit(on=MARCH)

    with pytest.raises(UnknownReference, match="does not exist on 2026-01-01"):
        organisation.new_unit(parent=later, on=START)


def test_a_unit_is_never_a_part_of_its_own_parts(organisation: Organisation) -> None:
    top = organisation.new_unit()
    middle = organisation.new_unit(top)
    bottom = organisation.new_unit(middle)

    with pytest.raises(AlignmentLoop) as refused:
        organisation.units.move(act(MARCH), top, parent_id=bottom)

    assert refused.value.members["path"] == [str(id) for id in (top, bottom, middle, top)]
    assert refused.value.members["from"] == "2026-03-01"


def test_a_late_move_that_closes_a_loop_for_a_while_in_the_past_is_refused(
    organisation: Organisation,
) -> None:
    first, second = organisation.new_unit(), organisation.new_unit()
    organisation.units.move(act(MARCH), second, parent_id=first)
    organisation.units.move(act(MAY), second, parent_id=None)

    organisation.units.move(act(MAY), first, parent_id=second)
    with pytest.raises(AlignmentLoop) as refused:
        organisation.units.move(act(date(2026, 4, 1)), first, parent_id=second)

    assert (refused.value.members["from"], refused.value.members["to"]) == ("2026-04-01", "2026-05-01")


def test_a_unit_that_others_belong_to_is_not_dissolved(organisation: Organisation) -> None:
    person = organisation.new_person()
    other = organisation.new_unit(organisation.unit)

    with pytest.raises(StillInUse) as refused:
        organisation.units.dissolve(act(MARCH), organisation.unit)
    nothing: dict[str, list[str]] = {"objectives": [], "reviews": []}
    assert refused.value.members == {"units": [str(other)], "people": [str(person)], **nothing}

    organisation.units.move(act(MARCH), other, parent_id=None)
    organisation.people.transfer(act(MARCH), person, unit_id=other, manager_id=None)
    organisation.units.dissolve(act(MARCH), organisation.unit)
    assert organisation.store.load(Unit, organisation.unit).status_on(MARCH) == "dissolved"


def test_nobody_is_their_own_manager_at_any_depth(organisation: Organisation) -> None:
    boss = organisation.new_person()
    report = organisation.new_person(boss)

    with pytest.raises(AlignmentLoop):
        organisation.people.transfer(act(MARCH), boss, unit_id=organisation.unit, manager_id=report)


def test_a_transfer_keeps_the_identity_and_takes_its_place_in_time(organisation: Organisation) -> None:
    person, other = organisation.new_person(), organisation.new_unit()
    organisation.people.transfer(act(MAY), person, unit_id=other, manager_id=None)
    late = organisation.new_unit()

    organisation.people.transfer(act(MARCH), person, unit_id=late, manager_id=None)

    place = organisation.store.load(Person, person).place
    units = [span.value.unit_id for span in place.spans()]
    assert units == [organisation.unit, late, other]


def test_a_transfer_to_somebody_unknown_names_the_field(organisation: Organisation) -> None:
    person = organisation.new_person()

    with pytest.raises(UnknownReference) as refused:
        organisation.people.transfer(act(), person, unit_id=organisation.unit, manager_id=uuid4())

    assert refused.value.errors[0].pointer == "/manager_id"


def test_a_stale_version_is_refused_with_the_present_one(organisation: Organisation) -> None:
    organisation.units.rename(act(version=1), organisation.unit, name="North")

    with pytest.raises(StaleVersion) as refused:
        organisation.units.rename(act(version=1), organisation.unit, name="South")

    assert refused.value.members == {"version": 2}


def test_an_unknown_unit_is_not_found(organisation: Organisation) -> None:
    with pytest.raises(NotFound):
        organisation.units.rename(act(), uuid4(), name="North")


def test_an_id_of_another_kind_is_not_found(organisation: Organisation) -> None:
    with pytest.raises(NotFound, match="no person"):
        organisation.people.depart(act(), organisation.unit)


def test_a_satisfied_command_records_nothing(organisation: Organisation) -> None:
    unit, before = organisation.unit, head(organisation)

    answer = organisation.units.rename(act(), unit, name="Sales")

    assert (answer.events, answer.version, head(organisation)) == ((), 1, before)


def test_a_repeated_command_gets_the_first_answer(organisation: Organisation) -> None:
    key, unit = uuid4(), organisation.unit
    first = organisation.units.rename(act(key=key), unit, name="North")
    organisation.units.rename(act(), unit, name="South")

    again = organisation.units.rename(act(key=key), unit, name="North")

    assert again.replayed
    assert (again.version, again.position, again.events) == (first.version, first.position, first.events)
