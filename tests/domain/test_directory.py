"""Units and people: dated changes of something that stays itself."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.cascade import UpLink
from domain.person import Person
from domain.refusals import ForbiddenTransition, InvalidValue, OutOfTime
from domain.unit import Unit
from tests.domain.case import by, given, id_of, recorded, refused

FIRST, MARCH, MAY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1)
DAY = timedelta(days=1)


def unit(**fields: Any) -> Unit:
    known: dict[str, Any] = {"by": by(FIRST), "id": id_of("sales"), "name": "Sales", "kind": "department"}
    return given(Unit.define(**known | {"parent_id": id_of("firm")} | fields))


def person(**fields: Any) -> Person:
    known: dict[str, Any] = {"by": by(FIRST), "id": id_of("ana"), "name": "Ana", "email": "ana@example.org"}
    place = {"unit_id": id_of("sales"), "manager_id": id_of("bo"), "job_title": None}
    return given(Person.define(**known | place | fields))


def test_a_unit_that_moves_keeps_its_identity_and_its_past() -> None:
    moved = unit()
    moved.move(by=by(MAY), parent_id=id_of("other"))
    moved.move(by=by(MARCH), parent_id=None)
    assert moved.parents() == [UpLink(id_of("firm"), FIRST, MARCH), UpLink(id_of("other"), MAY, None)]
    event = moved.pending_events[1]
    assert isinstance(event, Unit.Moved)
    assert event.parent_id_before == str(id_of("firm"))


def test_a_person_who_transfers_keeps_identity_and_past() -> None:
    moved = person()
    moved.transfer(by=by(MAY), unit_id=id_of("support"), manager_id=None)
    place = moved.place.at(FIRST)
    assert place is not None
    assert place.unit_id == id_of("sales")
    assert moved.managers() == [UpLink(id_of("bo"), FIRST, MAY)]


def test_names_change_from_a_day_on() -> None:
    renamed_unit, renamed_person = unit(), person()
    renamed_unit.rename(by=by(MAY), name="Revenue")
    renamed_person.rename(by=by(MAY), name="Ana Lu")
    assert [renamed_unit.name.at(day) for day in (MARCH, MAY)] == ["Sales", "Revenue"]
    assert [renamed_person.name.at(day) for day in (MARCH, MAY)] == ["Ana", "Ana Lu"]


def test_what_holds_already_records_nothing() -> None:
    same_unit, same_person = unit(), person()
    same_unit.rename(by=by(), name=" Sales ")
    same_unit.move(by=by(), parent_id=id_of("firm"))
    same_person.transfer(by=by(), unit_id=id_of("sales"), manager_id=id_of("bo"))
    same_person.rename(by=by(), name="Ana")
    assert recorded(same_unit) == recorded(same_person) == []


def test_something_dissolved_or_departed_does_not_exist_from_that_day_on() -> None:
    old, gone = unit(), person()
    old.dissolve(by=by(MAY))
    gone.depart(by=by(MAY))
    assert (old.exists_on(MAY - DAY), old.exists_on(MAY), old.status_on(MAY)) == (True, False, "dissolved")
    assert (gone.exists_on(MAY - DAY), gone.exists_on(MAY), gone.status_on(MAY)) == (True, False, "departed")
    assert not old.exists_on(FIRST - DAY)
    assert not gone.exists_on(FIRST - DAY)


def test_after_the_end_nothing_changes_but_what_was_before_it_still_may() -> None:
    old, gone = (
        given(unit(), lambda u: u.dissolve(by=by(MAY))),
        given(person(), lambda p: p.depart(by=by(MAY))),
    )
    with refused(old, ForbiddenTransition) as refusal:
        old.rename(by=by(MAY), name="Revenue")
    assert refusal.value.members == {"status": "dissolved", "allowed": []}
    with refused(gone, ForbiddenTransition):
        gone.transfer(by=by(), unit_id=id_of("support"), manager_id=None)
    old.move(by=by(MARCH), parent_id=None)
    gone.rename(by=by(MARCH), name="Ana Lu")


@pytest.mark.parametrize("day", [FIRST - DAY, date(2027, 6, 16)])
def test_changes_are_neither_before_the_first_day_nor_more_than_a_year_ahead(day: date) -> None:
    thing, somebody = unit(), person()
    with refused(thing, OutOfTime):
        thing.move(by=by(day), parent_id=None)
    with refused(somebody, OutOfTime):
        somebody.depart(by=by(day))


def test_both_may_be_defined_up_to_a_year_ahead() -> None:
    assert unit(by=by(date(2027, 6, 15))).first_day == date(2027, 6, 15)
    assert person(by=by(date(2027, 6, 15))).first_day == date(2027, 6, 15)
    with pytest.raises(OutOfTime):
        unit(by=by(date(2027, 6, 16)))
    with pytest.raises(OutOfTime):
        person(by=by(date(2027, 6, 16)))


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 201), ("name", "a\x00b"), ("kind", "tribe"), ("parent_id", id_of("sales"))],
)
def test_a_unit_with_a_bad_field_is_refused_naming_it(field: str, value: object) -> None:
    with pytest.raises(InvalidValue) as refusal:
        unit(**{field: value})
    assert refusal.value.errors[0].pointer == f"/{field}"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("email", "ana"),
        ("email", "a@b@c"),
        ("job_title", "\x1b[0m"),
        ("manager_id", id_of("ana")),
    ],
)
def test_a_person_with_a_bad_field_is_refused_naming_it(field: str, value: object) -> None:
    with pytest.raises(InvalidValue) as refusal:
        person(**{field: value})
    assert refusal.value.errors[0].pointer == f"/{field}"


def test_address_and_job_title_are_facts_with_days_of_their_own() -> None:
    subject = person(job_title="Analyst")
    subject.revise(by=by(MAY), job_title="Lead", email="ana.lu@example.org")
    subject.revise(by=by(MARCH), email=None)
    days = [FIRST, MARCH, MAY]
    assert [subject.job_title.at(day) for day in days] == ["Analyst", "Analyst", "Lead"]
    assert [subject.email.at(day) for day in days] == ["ana@example.org", None, "ana.lu@example.org"]
    assert vars(subject.pending_events[1])["before"] == {"email": "ana@example.org"}


def test_a_correction_that_holds_already_records_nothing_and_a_bad_one_names_the_field() -> None:
    subject = person(job_title="Analyst")
    subject.revise(by=by(), job_title=" Analyst ", email="ana@example.org")
    assert recorded(subject) == []
    with refused(subject, InvalidValue) as refusal:
        subject.revise(by=by(), email="ana")
    assert refusal.value.errors[0].pointer == "/email"


def test_an_account_at_the_identity_provider_is_a_fact_that_may_end_after_its_person_left() -> None:
    subject = given(
        person(),
        lambda p: p.revise(by=by(MARCH), user_name=" ana ", account_id="00u1"),
        lambda p: p.depart(by=by(MAY)),
    )
    with refused(subject, InvalidValue) as refusal:
        subject.revise(by=by(MAY), user_name="\x1b[0m")
    assert refusal.value.errors[0].pointer == "/user_name"
    subject.revise(by=by(MAY), user_name=None, account_id="00u1")
    assert recorded(subject) == ["person.revised"]
    assert [subject.user_name.at(day) for day in (FIRST, MARCH, MAY)] == [None, "ana", None]
    assert subject.account_id.at(MAY) == "00u1"


def test_somebody_who_left_is_corrected_only_of_the_days_before() -> None:
    subject = given(person(), lambda p: p.depart(by=by(MAY)))
    with refused(subject, ForbiddenTransition):
        subject.revise(by=by(MAY), job_title="Lead")
    subject.revise(by=by(MARCH), job_title="Lead")
    assert recorded(subject) == ["person.revised"]
