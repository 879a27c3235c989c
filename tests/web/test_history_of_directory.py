"""People and units have histories as objectives have, with two states compared."""

from typing import Any

import pytest

from tests.web.api import UNKNOWN, Api, refused
from tests.web.performance import Company, company, days_ago


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    made = company(shared_api)
    ana, admin = made.ids["ana"], made.admin
    other = admin.unit("Other")
    admin.done(f"/people/{ana}/transfer", {"unit_id": other, "manager_id": None, "effective_on": days_ago(9)})
    admin.done(f"/people/{ana}/revision", {"email": "ana@example.org", "effective_on": days_ago(5)})
    admin.done(f"/units/{made.unit}/renaming", {"name": "Selling", "effective_on": days_ago(7)})
    return made


def _fields(told: dict[str, Any]) -> dict[str, Any]:
    return {each["field"]: (each["before"], each["after"]) for each in told["changes"]}


def test_every_change_is_told_and_those_since_a_version(there: Company) -> None:
    path = f"/people/{there.ids['ana']}/history"
    items = there.dan.ask(path)["items"]
    topics = ["person.defined", "person.transferred", "person.revised"]
    assert [each["action"] for each in items] == topics
    assert items[1]["actor_name"] == "a test's admin"
    assert there.dan.ask(path, since_version=items[1]["version"])["items"] == items[2:]
    assert [each["action"] for each in there.dan.ask(path, field="unit_id")["items"]] == topics[:2]
    assert there.dan.ask(path, as_of=days_ago(6))["items"] == items[:2]
    assert there.dan.ask(path)["comparison"] is None


def test_two_states_are_compared(there: Company) -> None:
    path = f"/people/{there.ids['ana']}/history"
    compared = there.hr.ask(path, from_as_of=days_ago(10))["comparison"]
    assert compared["from"]["as_of"] == days_ago(10)
    changed = _fields(compared)
    assert changed["manager_id"] == (there.ids["bo"], None)
    assert changed["email"] == (None, "ana@example.org")
    assert {"unit_id", "manager_id", "email"} == changed.keys()
    assert all(len(each["events"]) == 1 for each in compared["changes"])
    unit = there.dan.ask(f"/units/{there.unit}/history", from_as_of=days_ago(8), to_as_of=days_ago(7))
    assert _fields(unit["comparison"]) == {"name": ("Sales", "Selling")}
    then = unit["items"][0]["recorded_at"]
    before = there.dan.ask(f"/units/{there.unit}/history", from_known_at=then)["comparison"]
    assert _fields(before) == {"name": ("Sales", "Selling")}


def test_an_address_is_told_to_whom_it_is_told_elsewhere(there: Company) -> None:
    path = f"/people/{there.ids['ana']}/history"
    for who, seen in ((there.dan, None), (there.ana, "ana@example.org"), (there.hr, "ana@example.org")):
        answer = who.ask(path, from_as_of=days_ago(10))
        for told in (answer["items"][-1], answer["comparison"]):
            assert _fields(told)["email"] == (None, seen)


def test_what_is_not_there_or_no_field_is_refused(there: Company) -> None:
    for path in ("people", "units"):
        refused(there.dan.get(f"/{path}/{UNKNOWN}/history"), 404, "not-found")
    refused(there.dan.get(f"/units/{there.ids['ana']}/history"), 404, "not-found")
    refused(there.dan.get(f"/units/{there.unit}/history", field="target"), 422, "invalid-value", "?field")
