"""Groups are units; who becomes a member is transferred as of today."""

from typing import Any

from tests.web.api import UNKNOWN, today
from tests.web.scim.conftest import ENTERPRISE, GROUP, USER, Provider, patched


def _members(provider: Provider, group: str) -> list[str]:
    return [each["value"] for each in provider.done("GET", f"/Groups/{group}").get("members", [])]


def _add(*ids: str) -> dict[str, Any]:
    return {"op": "Add", "path": "members", "value": [{"value": id} for id in ids]}


def test_a_group_becomes_a_team_of_today_below_the_top(provider: Provider) -> None:
    ana = provider.user("ana")
    answer = provider.ask(
        "POST",
        "/Groups",
        {"schemas": [GROUP], "displayName": "Sales", "externalId": "00g1", "members": [{"value": ana}]},
    )
    assert answer.status_code == 201
    group = answer.json
    assert group is not None
    assert (group["displayName"], group["externalId"]) == ("Sales", "00g1")
    assert [each["value"] for each in group["members"]] == [ana]
    unit = provider.api.ask(f"/units/{group['id']}")
    assert (unit["kind"], unit["parent_id"], unit["account_id"]) == ("team", provider.top, "00g1")
    history = provider.api.ask("/audit", subject=ana, action="person.transferred")["items"]
    assert [entry["effective_on"] for entry in history] == [today()]


def test_a_member_of_another_group_is_transferred_and_keeps_the_manager(provider: Provider) -> None:
    boss = provider.user("bo")
    ana = provider.user("ana", **{"schemas": [USER, ENTERPRISE], ENTERPRISE: {"manager": {"value": boss}}})
    sales, service = provider.group("Sales", ana), provider.group("Service")
    provider.patch(f"/Groups/{service}", _add(ana))
    assert (_members(provider, sales), _members(provider, service)) == ([], [ana])
    before = provider.api.events()
    provider.patch(f"/Groups/{sales}", {"op": "Remove", "path": f'members[value eq "{ana}"]'})
    assert provider.api.events() == before
    person = provider.api.ask(f"/people/{ana}")
    assert (person["unit_id"], person["manager_id"]) == (service, boss)


def test_who_is_taken_out_goes_to_the_unit_of_newcomers(provider: Provider) -> None:
    ana, bo = provider.user("ana"), provider.user("bo")
    group = provider.group("Sales", ana, bo)
    provider.patch(f"/Groups/{group}", {"op": "remove", "path": "members", "value": [{"value": bo}]})
    assert _members(provider, group) == [ana]
    assert _members(provider, provider.top) == [bo]
    body = {"schemas": [GROUP], "displayName": "Sales and service"}
    assert provider.done("PUT", f"/Groups/{group}", body)["members"][0]["value"] == ana
    assert "members" not in provider.done("PUT", f"/Groups/{group}", {**body, "members": []})
    detail = provider.refused(
        400, "invalidValue", "PATCH", f"/Groups/{provider.top}", patched({"op": "remove", "path": "members"})
    )
    assert "must belong to a unit" in detail


def test_a_group_is_deleted_once_nothing_belongs_to_it(provider: Provider) -> None:
    ana = provider.user("ana")
    group = provider.group("Sales", ana, externalId="00g1")
    assert f"people: {ana}" in provider.refused(409, None, "DELETE", f"/Groups/{group}")
    provider.patch(f"/Groups/{group}", {"op": "remove", "path": "members"})
    assert provider.ask("DELETE", f"/Groups/{group}").status_code == 204
    assert provider.ask("GET", f"/Groups/{group}").status_code == 404
    assert provider.api.ask(f"/units/{group}")["status"] == "dissolved"
    assert provider.group("Sales", externalId="00g1") != group


def test_members_are_people_who_are_there(provider: Provider) -> None:
    ana, group = provider.user("ana"), provider.group("Sales", externalId="00g1")
    provider.patch(f"/Users/{ana}", {"op": "replace", "path": "active", "value": False})
    for value in (UNKNOWN, ana, "ana", group):
        provider.refused(400, "invalidValue", "PATCH", f"/Groups/{group}", patched(_add(value)))
    nested = {"op": "add", "path": "members", "value": [{"value": provider.top, "type": "Group"}]}
    provider.refused(400, "invalidValue", "PATCH", f"/Groups/{group}", patched(nested))
    same = {"schemas": [GROUP], "displayName": "Other", "externalId": "00g1"}
    assert "externalId" in provider.refused(409, "uniqueness", "POST", "/Groups", same)
