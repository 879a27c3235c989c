"""Users and groups are found by filters, in pages that have a bound; and the service says what it can."""

import pytest
from flask import Flask

from tests.web.api import UNKNOWN
from tests.web.scim.conftest import BASE, ENTERPRISE, USER, Provider

NAMES = ("ana", "bo", "cleo", "Éva")


@pytest.fixture
def four(provider: Provider) -> dict[str, str]:
    return {name: provider.user(name, externalId=f"x-{name}", title="Lead") for name in NAMES}


def test_filters_find_who_meets_them(provider: Provider, four: dict[str, str]) -> None:
    provider.patch(f"/Users/{four['bo']}", {"op": "remove", "path": "title"})
    provider.patch(
        f"/Users/{four['ana']}", {"op": "add", "path": "emails", "value": [{"value": "ana@e.org"}]}
    )
    wanted = {
        'userName eq "ANA@example.org"': ["ana"],
        'USERNAME EQ "éva@example.org"': ["Éva"],
        f'{USER}:userName eq "bo@example.org"': ["bo"],
        'externalId eq "x-cleo"': ["cleo"],
        'externalId eq "X-cleo"': [],
        f'id eq "{four["bo"]}"': ["bo"],
        'userName eq "ana@example.org" and externalId eq "x-bo"': [],
        'userName eq "ana@example.org" or externalId eq "x-bo"': ["ana", "bo"],
        'title pr and not (userName sw "a")': ["cleo", "Éva"],
        'displayName co "e"': ["cleo"],
        'displayName eq "éva"': ["Éva"],
        'emails[type eq "work" and value eq "ANA@e.org"]': ["ana"],
        'emails.value eq "ana@e.org" and active eq true': ["ana"],
        'not (emails eq "ana@e.org")': ["bo", "cleo", "Éva"],
        "active eq false": [],
        f'{ENTERPRISE}:manager.value eq "{UNKNOWN}"': [],
        'userName eq "\'; drop table x; --"': [],
    }
    for asked, names in wanted.items():
        found = provider.done("GET", "/Users", filter=asked)
        assert {user["displayName"] for user in found["Resources"]} == set(names), asked
        assert found["totalResults"] == len(names)
    for bad in ("userName eq", 'nothing eq "x"', "title gt true", 'userName eq "a" and'):
        answer = provider.ask("GET", "/Users", filter=bad)
        assert (answer.status_code, (answer.json or {})["scimType"]) == (400, "invalidFilter"), bad


def test_groups_are_found_by_name_account_and_members(provider: Provider, four: dict[str, str]) -> None:
    sales = provider.group("Sales", four["ana"], externalId="g-1")
    member = f'members.value eq "{four["ana"]}"'
    for asked in ('displayName eq "sales"', 'externalId eq "g-1"', f'id eq "{sales}"', member):
        assert [each["id"] for each in provider.done("GET", "/Groups", filter=asked)["Resources"]] == [sales]
    without = provider.done("GET", f"/Groups/{sales}", excludedAttributes="members")
    assert "members" not in without


def test_pages_have_a_bound_and_go_through_everybody_once(provider: Provider, four: dict[str, str]) -> None:
    seen = []
    for start in (1, 3, 5):
        page = provider.done("GET", "/Users", startIndex=start, count=2)
        assert (page["totalResults"], page["startIndex"]) == (4, start)
        assert page["itemsPerPage"] == len(page["Resources"]) == (2 if start < 5 else 0)
        seen += [user["id"] for user in page["Resources"]]
    assert sorted(seen) == sorted(four.values())
    assert provider.done("GET", "/Users", count=100_000)["itemsPerPage"] == 4
    assert provider.done("GET", "/Users", count=0)["Resources"] == []
    filtered = provider.done("GET", "/Users", filter="title pr", startIndex=4, count=2)
    assert (filtered["totalResults"], filtered["itemsPerPage"]) == (4, 1)
    for wrong in ({"count": "many"}, {"startIndex": "1.5"}, {"attributes": "id", "excludedAttributes": "id"}):
        assert provider.ask("GET", "/Users", **wrong).status_code == 400


def test_a_page_has_at_most_so_many(provider: Provider, four: dict[str, str], projecting: Flask) -> None:
    from web.scim import filters, speaking

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speaking, "SCIM_RESOURCES", 3)
        assert provider.done("GET", "/Users", count=100)["itemsPerPage"] == 3
        patch.setattr(filters, "SCIM_SEARCHED", 3)
        answer = provider.ask("GET", "/Users", filter="title pr")
        assert (answer.status_code, (answer.json or {})["scimType"]) == (400, "tooMany")
        patch.setattr(filters, "SCIM_SEARCHED", 39)
        answer = provider.ask("GET", "/Users", filter='emails[type eq "home"]')
        assert (answer.status_code, (answer.json or {})["scimType"]) == (400, "tooMany")
        long = provider.ask("GET", "/Users", filter="title pr or " * 100 + "title pr")
        assert (long.status_code, (long.json or {})["scimType"]) == (400, "invalidFilter")
        assert provider.done("GET", "/Users", filter='externalId eq "x-bo"')["totalResults"] == 1


def test_the_service_says_what_it_can(provider: Provider) -> None:
    config = provider.done("GET", "/ServiceProviderConfig")
    can = {name: config[name]["supported"] for name in ("patch", "filter", "bulk", "sort", "etag")}
    assert can == {"patch": True, "filter": True, "bulk": False, "sort": False, "etag": False}
    types = {each["name"]: each["endpoint"] for each in provider.done("GET", "/ResourceTypes")["Resources"]}
    assert types == {"User": "/Users", "Group": "/Groups"}
    schemas = provider.done("GET", "/Schemas")["Resources"]
    assert provider.done("GET", f"/Schemas/{ENTERPRISE}")["id"] in {each["id"] for each in schemas}
    for path in ("/Bulk", "/.search", "/Users/.search"):
        answer = provider.ask("POST", path, {})
        assert (answer.status_code, (answer.json or {})["status"]) == (501, "501")
    assert provider.ask("GET", "/Schemas", filter="x").status_code == 403


def test_what_cannot_be_read_is_refused_in_the_words_of_scim(provider: Provider) -> None:
    headers = {"Authorization": f"Bearer {provider.token}"}
    for data, kind, status in (
        (b"{", "application/scim+json", 400),
        (b"[]", "application/scim+json", 400),
        (b"{}", "text/plain", 415),
        (b'{"userName": "' + b"x" * 2_000_000 + b'"}', "application/json", 413),
    ):
        answer = provider.client.post(f"{BASE}/Users", data=data, content_type=kind, headers=headers)
        assert (answer.status_code, answer.mimetype) == (status, "application/scim+json"), answer.text
    for method, path, status in (
        ("GET", "/Users/ana", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/Users", 405),
    ):
        provider.refused(status, None, method, path, None)


def test_it_is_no_part_of_the_document_of_the_api(provider: Provider) -> None:
    document = provider.client.get("/api/v1/openapi.json").json
    assert document is not None
    assert not [path for path in document["paths"] if "scim" in path or "Users" in path]
