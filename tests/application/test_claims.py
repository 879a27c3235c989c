"""An address and the id of another system are one thing's alone, however they are spelled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from application.store import Store, schema
from application.store.claiming import RELATIONS
from domain.person import Person
from domain.refusals import AlreadyExists
from tests.application.organisation import START, Organisation, act

ADDRESS = "Zoë.Lu@Example.org"
SPELLINGS = [
    ADDRESS,
    ADDRESS.lower(),
    ADDRESS.upper(),
    "Zoe\u0308.Lu@Example.org",
    f" {ADDRESS} ",
]
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def person(organisation: Organisation, email: str | None = None, **given: Any) -> UUID:
    known: dict[str, Any] = {"name": "Zoë", "job_title": None, "manager_id": None}
    on = given.pop("on", START)
    people = organisation.people
    return people.define(act(on), unit_id=organisation.unit, email=email, **known | given).id


def refused(organisation: Organisation, field: str, by: UUID, command: Any) -> None:
    before = organisation.store.recorder.max_notification_id()
    with pytest.raises(AlreadyExists) as refusal:
        command()
    assert [error.pointer for error in refusal.value.errors] == [f"/{field}"]
    assert refusal.value.members["id"] == str(by)
    assert organisation.store.recorder.max_notification_id() == before


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_address_is_not_given_twice(organisation: Organisation, spelling: str) -> None:
    zoe, bo = person(organisation, ADDRESS), person(organisation)
    refused(organisation, "email", zoe, lambda: person(organisation, spelling))
    refused(organisation, "email", zoe, lambda: organisation.people.revise(act(), bo, email=spelling))


def test_ones_own_address_may_be_spelled_otherwise(organisation: Organisation) -> None:
    zoe = person(organisation, ADDRESS)
    organisation.people.revise(act(MARCH), zoe, email=ADDRESS.lower(), job_title="Lead")
    assert organisation.store.load(Person, zoe).email.at(MARCH) == ADDRESS.lower()


def test_those_who_have_departed_keep_their_address_for_they_may_return(organisation: Organisation) -> None:
    zoe = person(organisation, ADDRESS)
    organisation.people.depart(act(MARCH), zoe)
    refused(organisation, "email", zoe, lambda: person(organisation, ADDRESS, on=MAY))


def test_an_address_that_was_given_up_is_free_from_then_on_and_not_before(organisation: Organisation) -> None:
    zoe = person(organisation, ADDRESS)
    organisation.people.revise(act(MAY), zoe, email="zoe@example.org")
    refused(organisation, "email", zoe, lambda: person(organisation, ADDRESS, on=MARCH))
    bo = person(organisation, ADDRESS, on=MAY)
    refused(
        organisation,
        "email",
        bo,
        lambda: organisation.people.revise(act(date(2026, 6, 1)), zoe, email=ADDRESS),
    )
    organisation.people.revise(act(MARCH), zoe, job_title="Lead")


@pytest.mark.parametrize("spelling", ["HR-é1", "hr-É1", "HR-e\u03011"])
def test_the_id_of_another_system_is_one_persons_and_one_units(
    organisation: Organisation, spelling: str
) -> None:
    zoe = person(organisation, external_id="HR-É1")
    refused(organisation, "external_id", zoe, lambda: person(organisation, external_id=spelling))

    def unit(id: str) -> UUID:
        units = organisation.units
        return units.define(act(), name="Sales", kind="team", parent_id=None, external_id=id).id

    sales = unit("HR-É1")  # of a unit, and so another thing
    refused(organisation, "external_id", sales, lambda: unit(spelling))


def test_the_id_of_another_system_is_one_objectives_and_those_it_goes_on_as(
    organisation: Organisation,
) -> None:
    first = organisation.new_objective(external_id="O-1", live=True)
    refused(organisation, "external_id", first, lambda: organisation.new_objective(external_id="o-1"))
    coming = organisation.cycles.define(
        act(), name="2027", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)
    ).id
    other = organisation.new_objective(external_id="O-2", live=True)
    refused(
        organisation,
        "external_id",
        first,
        lambda: organisation.objectives.carry_over(act(MAY), other, cycle_id=coming, external_id="O-1"),
    )
    carried = organisation.objectives.carry_over(act(MAY), first, cycle_id=coming, external_id="O-1").id
    assert organisation.load(carried).external_id == "O-1"


def test_which_private_objective_it_is_is_not_told(organisation: Organisation) -> None:
    hidden = organisation.new_objective(external_id="O-1", visibility="private")
    with pytest.raises(AlreadyExists) as refusal:
        organisation.new_objective(external_id="O-1")
    assert str(hidden) not in refusal.value.detail
    assert "id" not in refusal.value.members


def test_two_at_once_do_not_both_take_it(organisation: Organisation) -> None:
    organisation.unit  # noqa: B018 - defined before the race

    def take(_: int) -> bool:
        try:
            person(organisation, ADDRESS)
        except AlreadyExists:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(4))) == [False, False, False, True]


def test_what_was_recorded_before_there_were_claims_counts(organisation: Organisation, dsn: str) -> None:
    zoe = person(organisation, ADDRESS, external_id="P-1")
    organisation.people.revise(act(MARCH), zoe, email="zoe@example.org")
    with psycopg.connect(dsn) as conn:
        conn.execute("delete from store.mentions where relation = any(%s)", [RELATIONS])
        schema.create(conn)
        conn.commit()
    for field, spelling in (("email", "ZOE@example.org"), ("email", ADDRESS), ("external_id", "p-1")):
        refused(organisation, field, zoe, lambda f=field, s=spelling: person(organisation, **{f: s}))


def test_claims_of_a_kind_that_had_none_are_made_where_others_are_there_already(
    organisation: Organisation, dsn: str
) -> None:
    """As in a store of a version in which only people claimed: the start of this one makes the rest."""

    def year(external_id: str) -> UUID:
        begin, end = date(2027, 1, 1), date(2027, 12, 31)
        define = organisation.cycles.define
        return define(act(), name="2027", starts_on=begin, ends_on=end, external_id=external_id).id

    zoe, cycle = person(organisation, ADDRESS), year("C-1")
    with psycopg.connect(dsn) as conn:
        conn.execute("delete from store.mentions where relation = 'cycle_external_id'")
        schema.create(conn)
        conn.commit()
        schema.create(conn)  # once is enough
    refused(organisation, "external_id", cycle, lambda: year("c-1"))
    refused(organisation, "email", zoe, lambda: person(organisation, ADDRESS))


def test_a_claim_is_no_text(organisation: Organisation, store: Store, dsn: str) -> None:
    """Personal text is in the events alone."""
    person(organisation, ADDRESS)
    with psycopg.connect(dsn) as conn:
        found = conn.execute("select string_agg(m::text, ' ') from store.mentions m").fetchone()
    assert found is not None
    assert "example" not in found[0].lower()
