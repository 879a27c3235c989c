"""Accounts at the identity provider: facts of people and units, each with an id that is nobody else's."""

from tests.web.api import Api, refused
from tests.web.conftest import token
from tests.web.performance import Company, company, days_ago

ACCOUNT = {"user_name": "bo@example.org", "account_id": "00u1"}


def _said(there: Company, who: str) -> dict[str, object]:
    bo = there.ids["bo"]
    answer = Api(
        there.admin.app, there.admin.dsn, token(there.admin.dsn, "employee", person_id=there.ids[who])
    )
    person = answer.ask(f"/people/{bo}")
    return {name: person[name] for name in ACCOUNT}


def test_an_account_is_a_dated_fact_that_is_read_by_those_who_may_read_the_address(api: Api) -> None:
    there = company(api)
    bo = there.ids["bo"]
    api.done(f"/people/{bo}/revision", {**ACCOUNT, "effective_on": days_ago(4)})
    assert api.ask(f"/people/{bo}", as_of=days_ago(5))["user_name"] is None
    assert _said(there, "bo") == ACCOUNT
    assert _said(there, "dan") == dict.fromkeys(ACCOUNT)
    before = api.events()
    api.done(f"/people/{bo}/revision", ACCOUNT)
    assert api.events() == before


def test_nobody_gets_the_account_of_somebody_else_however_it_is_spelled(api: Api) -> None:
    there = company(api)
    bo, dan = there.ids["bo"], there.ids["dan"]
    api.done(f"/people/{bo}/revision", ACCOUNT)
    for field, value in (("user_name", " BO@example.org"), ("account_id", "00U1")):
        refused(api.post(f"/people/{dan}/revision", {field: value}), 409, "already-exists", f"/{field}")


def test_a_unit_is_one_group_of_the_identity_provider(api: Api) -> None:
    unit, other = api.unit("Sales"), api.unit("Service")
    body = {"account_id": "00g1", "effective_on": days_ago(9)}
    api.done(f"/units/{unit}/account", body)
    before = api.events()
    api.done(f"/units/{unit}/account", body)
    assert api.events() == before
    refused(api.post(f"/units/{other}/account", {"account_id": "00g1"}), 409, "already-exists", "/account_id")
    api.done(f"/units/{unit}/account", {"account_id": None})
    api.done(f"/units/{other}/account", {"account_id": "00g1"})
    assert [api.ask(f"/units/{id}")["account_id"] for id in (unit, other)] == [None, "00g1"]
    assert api.ask(f"/units/{unit}", as_of=days_ago(1))["account_id"] == "00g1"
