"""Users are people: what the identity provider says of them is recorded as of today, once."""

from typing import Any

from tests.web.api import UNKNOWN, today
from tests.web.conftest import token
from tests.web.performance import days_ago
from tests.web.scim.conftest import ENTERPRISE, USER, Provider, patched

ANA = {
    "schemas": [USER, ENTERPRISE],
    "userName": "Ana@example.org",
    "externalId": "00u1",
    "name": {"givenName": "Ana", "familyName": "Ruiz"},
    "title": "Analyst",
    "emails": [
        {"value": "private@example.org", "type": "home"},
        {"value": "ana@example.org", "type": "work", "primary": True},
    ],
    "locale": "es",
}


def _replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "Replace", "path": path, "value": value}


def test_a_user_becomes_a_person_of_today_by_the_token_that_said_so(provider: Provider) -> None:
    answer = provider.ask("POST", "/Users", ANA)
    assert answer.status_code == 201
    user = answer.json
    assert user is not None
    assert answer.headers["Location"] == user["meta"]["location"]
    told = {name: user[name] for name in ("userName", "externalId", "displayName", "title", "active")}
    assert told == {
        "userName": "Ana@example.org", "externalId": "00u1", "displayName": "Ana Ruiz", "title": "Analyst",
        "active": True,
    }  # fmt: skip
    assert user["emails"] == [{"value": "ana@example.org", "type": "work", "primary": True}]
    assert [group["value"] for group in user["groups"]] == [provider.top]
    assert provider.done("GET", f"/Users/{user['id']}") == user

    person = provider.api.ask(f"/people/{user['id']}")
    named = {"name": "Ana Ruiz", "email": "ana@example.org", "job_title": "Analyst"}
    accounts = {"user_name": "Ana@example.org", "account_id": "00u1"}
    assert {name: person[name] for name in (*named, *accounts)} == {**named, **accounts}
    history = provider.api.ask("/audit", subject=user["id"], kind="event")["items"]
    assert {entry["effective_on"] for entry in history} == {today()}
    assert {entry["actor"].partition(":")[0] for entry in history} == {"token"}
    assert {entry["reason"] for entry in history} == {"as the identity provider has it"}


def test_what_is_so_already_records_nothing(provider: Provider) -> None:
    id = provider.done("POST", "/Users", ANA)["id"]
    group = provider.group("Sales", id)
    before = provider.api.events()
    provider.done("PUT", f"/Users/{id}", ANA)
    for path in (f"/Users/{id}", f"/Groups/{group}"):
        provider.done("PUT", path, provider.done("GET", path))
    provider.patch(f"/Users/{id}", _replace("title", "Analyst"), _replace("active", "True"))
    provider.patch(f"/Groups/{group}", {"op": "add", "path": "members", "value": [{"value": id}]})
    assert provider.api.events() == before
    provider.refused(409, "uniqueness", "POST", "/Users", ANA)


def test_changes_are_the_facts_that_there_are(provider: Provider) -> None:
    boss, id = provider.user("bo"), provider.done("POST", "/Users", ANA)["id"]
    before = len(provider.recorded())
    user = provider.patch(
        f"/Users/{id}",
        _replace("displayName", "Ana Ruiz Gil"),
        _replace('emails[type eq "work"].value', "ana.gil@example.org"),
        _replace('phoneNumbers[type eq "work"].value', "1"),
        {"op": "add", "path": f"{ENTERPRISE}:manager", "value": boss},
        {"op": "remove", "path": "title"},
        {"op": "replace", "value": {"userName": "ana.gil", "nickName": "An"}},
    )
    assert (user["displayName"], user["userName"]) == ("Ana Ruiz Gil", "ana.gil")
    assert "title" not in user
    assert user[ENTERPRISE]["manager"]["value"] == boss
    assert provider.done("GET", f"/Users/{id}") == user
    changes = ["person.renamed", "person.revised", "person.transferred", "person.revised"]
    assert provider.recorded()[before:] == changes
    named = provider.patch(f"/Users/{id}", _replace("name", {"givenName": "Ana", "familyName": "Gil"}))
    assert named["displayName"] == "Ana Gil"


def test_what_a_replacement_leaves_out_stays_and_null_takes_it_away(provider: Provider) -> None:
    id = provider.done("POST", "/Users", ANA)["id"]
    body = {"schemas": [USER], "userName": "ana", "displayName": "Ana", "externalId": None, "emails": []}
    user = provider.done("PUT", f"/Users/{id}", body)
    assert (user["userName"], user["displayName"], user["title"]) == ("ana", "Ana", "Analyst")
    assert {"externalId", "emails"}.isdisjoint(user)


def test_who_is_not_active_has_left_today_and_may_return(provider: Provider) -> None:
    id = provider.done("POST", "/Users", ANA)["id"]
    user = provider.patch(f"/Users/{id}", _replace("active", "False"))
    assert (user["active"], user["userName"]) == (False, "Ana@example.org")
    assert "groups" not in user
    assert provider.done("GET", f"/Users/{id}") == user
    assert provider.api.ask(f"/people/{id}")["status"] == "departed"
    assert provider.recorded()[-1] == "person.departed"
    provider.refused(409, None, "PATCH", f"/Users/{id}", patched(_replace("title", "Lead")))
    back = provider.done("PUT", f"/Users/{id}", {**ANA, "active": True})
    assert back["active"] is True
    assert provider.recorded()[-1] == "person.returned"


def test_somebody_imported_is_found_by_their_address_and_stays_found_when_they_left(
    provider: Provider,
) -> None:
    body = {"name": "Bo Lund", "email": "bo@example.org", "unit_id": provider.top}
    id = provider.api.done("/people", {**body, "effective_on": days_ago(9)})
    found = provider.done("GET", "/Users", filter='userName eq "BO@example.org"')
    assert [user["id"] for user in found["Resources"]] == [id]
    taken = {"schemas": [USER], "userName": "bo@EXAMPLE.org", "displayName": "Bo"}
    assert id in provider.refused(409, "uniqueness", "POST", "/Users", taken)
    provider.patch(f"/Users/{id}", _replace("active", False))
    assert provider.done("GET", f"/Users/{id}")["userName"] == "bo@example.org"


def test_a_deleted_user_is_gone_and_comes_back_as_the_same_person(provider: Provider) -> None:
    id = provider.done("POST", "/Users", ANA)["id"]
    assert provider.ask("DELETE", f"/Users/{id}").status_code == 204
    for method in ("GET", "DELETE"):
        assert provider.ask(method, f"/Users/{id}").status_code == 404
    assert provider.done("GET", "/Users")["totalResults"] == 0
    assert provider.api.ask(f"/people/{id}")["status"] == "departed"
    other = {**ANA, "externalId": "00u2"}
    assert id in provider.refused(409, "uniqueness", "POST", "/Users", other)
    back = {"schemas": [USER], "userName": "ana@example.org", "displayName": "Ana Gil"}
    assert provider.done("POST", "/Users", back)["id"] == id
    person = provider.api.ask(f"/people/{id}")
    assert (person["name"], person["job_title"], person["status"]) == ("Ana Gil", "Analyst", "active")


def test_a_deactivated_user_is_deleted_later(provider: Provider) -> None:
    id = provider.user("bo")
    provider.patch(f"/Users/{id}", _replace("active", False))
    assert provider.ask("DELETE", f"/Users/{id}").status_code == 204
    assert provider.ask("GET", f"/Users/{id}").status_code == 404
    assert provider.recorded()[-2:] == ["person.departed", "person.revised"]


def test_who_has_something_hanging_on_them_does_not_leave(provider: Provider) -> None:
    boss = provider.user("bo")
    ana = provider.user("ana", **{"schemas": [USER, ENTERPRISE], ENTERPRISE: {"manager": {"value": boss}}})
    objective = provider.api.objective(
        provider.api.cycle(), {"person_id": boss}, effective_on=today(), starts_on=today()
    )
    for method, body in (("DELETE", None), ("PATCH", patched(_replace("active", False)))):
        detail = provider.refused(409, None, method, f"/Users/{boss}", body)
        assert f"people: {ana}; objectives: {objective}" in detail
        assert "/departure" in detail
    provider.api.done(f"/people/{boss}/departure", {"hand_over_to": ana})
    assert provider.done("GET", f"/Users/{boss}")["active"] is False


def test_all_of_a_request_is_done_or_nothing(provider: Provider) -> None:
    id = provider.user("bo")
    provider.user("ana")
    wrong = [
        (409, "uniqueness", _replace("userName", "ana@example.org"), "userName: is that of the person"),
        (400, "invalidValue", _replace(f"{ENTERPRISE}:manager", UNKNOWN), "manager: there is no person"),
        (400, "invalidValue", _replace(f"{ENTERPRISE}:manager", "boss"), "manager: must be the id"),
        (400, "invalidValue", _replace(f"{ENTERPRISE}:manager", id), "manager: a person does not report"),
        (400, "invalidValue", _replace("emails", [{"value": "ana"}]), "emails: must be an address"),
        (400, "invalidValue", _replace("name.familyName", "Lund"), "displayName: is needed"),
        (400, "mutability", {"op": "remove", "path": "displayName"}, "required attribute"),
        (400, "mutability", _replace("groups", []), "groups"),
        (400, "invalidValue", {"op": "move", "path": "title"}, "move"),
        (400, "invalidPath", _replace("emails[", "x"), "invalid syntax"),
    ]
    for status, scim_type, operation, words in wrong:
        body = patched(_replace("title", "Lead"), operation)
        assert words in provider.refused(status, scim_type, "PATCH", f"/Users/{id}", body)
    nameless = {"schemas": [USER], "userName": "x"}
    assert "displayName" in provider.refused(400, "invalidValue", "POST", "/Users", nameless)
    provider.refused(404, None, "PATCH", f"/Users/{UNKNOWN}", patched(_replace("title", "Lead")))


def test_without_a_unit_for_them_nobody_comes(provider: Provider) -> None:
    provider.api.done("/units", {"name": "Airport", "kind": "organisation"})
    detail = provider.refused(400, "invalidValue", "POST", "/Users", ANA)
    assert "groups: there is no unit for those who come" in detail


def test_it_is_for_administrators_and_services_of_that_scope(provider: Provider) -> None:
    api, id = provider.api, provider.user("bo")
    every = [("GET", "/Users"), ("GET", f"/Users/{id}"), ("DELETE", f"/Users/{id}"), ("GET", "/Groups")]
    person = api.person(provider.top, "Dan")
    scopes = {"scopes": ["objectives.*"]}
    for role, given in (
        ("hr", {}),
        ("auditor", {}),
        ("employee", {"person_id": person}),
        ("service", scopes),
    ):
        provider.token = token(api.dsn, role, **given)
        for method, path in every:
            provider.refused(403, None, method, path)
    provider.token = token(api.dsn, "admin", person_id=person)
    assert provider.ask("GET", f"/Users/{id}").status_code == 200
    provider.token = None
    answer = provider.ask("GET", "/Users")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="throughline"')


def test_reads_and_refusals_are_in_the_journal_under_their_request(provider: Provider) -> None:
    id = provider.user("bo")
    answer = provider.ask("GET", f"/Users/{id}")
    assert answer.headers["X-Request-Id"]
    provider.refused(400, "mutability", "PATCH", f"/Users/{id}", patched({"op": "remove", "path": "active"}))
    for kind, action in (("read", "scim_users.read_account"), ("refusal", "scim_users.change_account")):
        items = provider.api.ask("/audit", kind=kind, subject=id)["items"]
        assert [item["action"] for item in items] == [action]
