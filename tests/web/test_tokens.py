"""Tokens over HTTP: issued, listed and ended, and no right that anybody lends themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.web.api import UNKNOWN, Api, refused
from tests.web.conftest import token
from tests.web.performance import Company, company

SERVICE = {"roles": ["service"], "name": "payroll", "scopes": ["people.*"]}


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    made = company(shared_api)
    shared_api.project()
    return made


def _as(there: Company, role: str, person: str | None, **given: Any) -> Api:
    person_id = None if person is None else UUID(there.ids[person])
    return Api(there.admin.app, there.admin.dsn, token(there.admin.dsn, role, person_id=person_id, **given))


def _issued(who: Api, body: dict[str, Any]) -> tuple[str, Api]:
    answer = who.post("/tokens", body)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert answer.headers["Location"] == f"/api/v1/tokens/{answer.json['id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json["id"], Api(who.app, who.dsn, answer.json["token"])


def _listed(who: Api, **asked: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    while True:
        answer = who.get("/tokens", **asked)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        items += answer.json["items"]
        if (link := answer.headers.get("Link")) is None:
            return items
        asked = dict(parse_qsl(urlsplit(link.partition(">")[0]).query))


def _rows(there: Company, id: str) -> list[dict[str, Any]]:
    with psycopg.connect(there.admin.dsn, row_factory=dict_row) as conn:
        found = conn.execute("select * from access.journal where subject_id = %s order by number", [id])
        return found.fetchall()


def test_a_token_is_issued_used_shown_and_ended(there: Company) -> None:
    body = {"roles": ["employee"], "name": "Ana's laptop", "person_id": there.ids["ana"]}
    id, ana = _issued(there.admin, body)
    assert ana.token is not None
    assert ana.ask("/units")["items"]
    (shown,) = [item for item in _listed(ana) if item["id"] == id]
    assert (shown["roles"], shown["name"], shown["person_id"]) == (["employee"], *list(body.values())[1:])
    assert shown["last_used_at"] is not None
    life = datetime.fromisoformat(shown["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=89, hours=23) < life <= timedelta(days=90)

    ended = ana.post(f"/tokens/{id}/revocation")
    assert ended.json is not None
    assert (ended.status_code, ended.json["revoked_at"] is not None) == (200, True)
    again = there.admin.post(f"/tokens/{id}/revocation")
    assert (again.status_code, again.json) == (200, ended.json)
    with psycopg.connect(there.admin.dsn) as conn:
        kept = conn.execute("select t::text from access.tokens t where id = %s", [id]).fetchone()
    assert ana.token not in str(kept)
    issued, revoked, once_more = _rows(there, id)
    assert (issued["kind"], issued["action"], issued["detail"]) == (
        *("administration", "tokens.issue", f"employee of person:{there.ids['ana']}"),
    )
    assert (revoked["action"], revoked["actor"]) == ("tokens.revoke", f"person:{there.ids['ana']}")
    assert once_more["subject_type"] == "token"
    assert ana.token not in str([issued, revoked])


def test_a_token_that_is_revoked_is_refused_within_a_quarter_of_a_second(there: Company) -> None:
    id, service = _issued(there.admin, SERVICE)
    assert service.get("/people").status_code == 200
    there.admin.done(f"/tokens/{id}/revocation")
    until = datetime.now(UTC) + timedelta(seconds=5)
    while service.get("/people", behind=True).status_code == 200:
        assert datetime.now(UTC) < until
    refused(service.get("/people", behind=True), 401, "unauthenticated")


def test_everybody_lists_and_ends_their_own_and_administration_all(there: Company) -> None:
    own, _ = _issued(there.admin, {"roles": ["employee"], "name": "own", "person_id": there.ids["dan"]})
    other, service = _issued(there.admin, SERVICE)
    dan, hr, auditor = _as(there, "employee", "dan"), _as(there, "hr", None), _as(there, "auditor", "eva")
    assert {item["person_id"] for item in _listed(dan)} == {there.ids["dan"]}
    assert {item["person_id"] for item in _listed(auditor)} == {there.ids["eva"]}
    assert [item["id"] for item in _listed(service)] == [other]
    (alone,) = _listed(hr)
    assert alone["roles"] == ["hr"]
    whole = _listed(there.admin)
    assert {own, other, alone["id"]} <= {item["id"] for item in whole}
    assert _listed(there.admin, limit=3) == whole
    assert _listed(_as(there, "admin", "cleo"), limit=500)[1:] == whole

    for who in (dan, hr, auditor, there.hr):
        refused(who.post(f"/tokens/{other}/revocation"), 404, "not-found")
    refused(there.admin.post(f"/tokens/{UNKNOWN}/revocation"), 404, "not-found")
    for who, id in ((dan, own), (service, other), (hr, alone["id"])):
        who.done(f"/tokens/{id}/revocation")
    assert {own, other, alone["id"]} & {item["id"] for item in _listed(there.admin)} == set()
    assert {own, other} < {item["id"] for item in _listed(there.admin, ended="true")}


def test_only_administration_issues(there: Company) -> None:
    some = _as(there, "service", None, scopes=["people.*", "tokens.*"])
    for who in (there.ana, there.hr, there.auditor, some):
        refused(who.post("/tokens", SERVICE), 403, "forbidden")


LENT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("admin", {"roles": ["hr"], "person_id": "dan"}),
    ("admin", {"roles": ["admin", "auditor"], "person_id": "dan"}),
    ("admin", {"roles": ["employee"], "person_id": "bo"}),
    ("admin", {"roles": ["hr"], "person_id": "hr"}),
    ("admin", {"roles": ["admin"], "person_id": None}),
    ("admin", {"roles": ["hr"], "person_id": None}),
    ("admin", {"roles": ["employee"], "person_id": None}),
    ("admin", {"roles": ["service"], "scopes": ["objectives.check_in"]}),
    ("admin", {"roles": ["service"], "scopes": ["people.*", "objectives.*"]}),
    ("admin+hr", {"roles": ["service"], "scopes": ["objectives.approve"]}),
    ("admin+hr", {"roles": ["hr"], "person_id": None}),
    ("admin+hr", {"roles": ["auditor"], "person_id": "dan"}),
    ("admin+hr of other", {"roles": ["hr"], "person_id": "dan"}),
    ("admin+hr of other", {"roles": ["hr"], "person_id": "dan", "units": True}),
    ("admin+hr of other", {"roles": ["service"], "scopes": ["objectives.check_in"]}),
)
GIVEN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("admin", {"roles": ["employee"], "person_id": "dan"}),
    ("admin", {"roles": ["admin", "employee"], "person_id": "dan"}),
    ("admin", {"roles": ["service"], "scopes": ["people.*", "units.define", "events.follow"]}),
    ("admin+hr", {"roles": ["hr", "admin"], "person_id": "dan"}),
    ("admin+hr", {"roles": ["hr"], "person_id": "dan", "units": True}),
    ("admin+hr", {"roles": ["service"], "scopes": ["objectives.check_in"]}),
    ("admin+hr of other", {"roles": ["admin"], "person_id": "dan"}),
    ("admin+hr of other", {"roles": ["service"], "scopes": ["people.*"]}),
    ("organisation", {"roles": ["hr"], "person_id": "hr"}),
    ("organisation", {"roles": ["admin"], "person_id": None}),
    ("organisation", {"roles": ["service"], "scopes": ["objectives.approve"]}),
)


def _asking(there: Company, who: str, wanted: dict[str, Any]) -> tuple[Api, dict[str, Any]]:
    """`other` is a unit below the one that is asked for."""
    body = {"name": "wanted", **wanted}
    if body.get("person_id"):
        body["person_id"] = there.ids[body["person_id"]]
    if body.get("units"):
        body["units"] = [there.unit]
    if who == "organisation":
        return there.admin, body
    roles, _, limited = who.partition(" of ")
    units = [UUID(there.admin.unit("Other", there.unit))] if limited else []
    return _as(there, roles, "dan", units=units), body


@pytest.mark.parametrize(("who", "wanted"), LENT)
def test_nobody_lends_themselves_a_right(there: Company, who: str, wanted: dict[str, Any]) -> None:
    issuer, body = _asking(there, who, wanted)
    refused(issuer.post("/tokens", body), 403, "forbidden")


@pytest.mark.parametrize(("who", "wanted"), GIVEN)
def test_what_the_issuer_may_themselves_is_issued(there: Company, who: str, wanted: dict[str, Any]) -> None:
    issuer, body = _asking(there, who, wanted)
    _, made = _issued(issuer, body)
    assert made.get("/tokens").status_code == 200


@pytest.mark.parametrize(
    ("changed", "slug", "pointer"),
    [
        ({"roles": []}, "invalid-value", "/roles"),
        ({"roles": ["king"]}, "invalid-value", "/roles/0"),
        ({"roles": ["service", "hr"]}, "invalid-value", "/roles"),
        ({"person_id": "ana"}, "invalid-value", "/person_id"),
        ({"scopes": []}, "invalid-value", "/scopes"),
        ({"scopes": ["people.*", "nothing.at_all"]}, "invalid-value", "/scopes/1"),
        ({"scopes": ["reviews.*"]}, "invalid-value", "/scopes/0"),
        ({"scopes": ["tokens.issue"]}, "invalid-value", "/scopes/0"),
        ({"units": [UNKNOWN]}, "invalid-value", "/units"),
        ({"roles": ["hr"], "scopes": [], "units": [UNKNOWN]}, "unknown-reference", "/units"),
        ({"roles": ["hr"]}, "invalid-value", "/scopes"),
        ({"roles": ["employee"], "scopes": [], "person_id": UNKNOWN}, "unknown-reference", "/person_id"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "invalid-value", "/expires_at"),
        ({"expires_at": "2199-01-01T00:00:00Z"}, "invalid-value", "/expires_at"),
        ({"name": " "}, "invalid-value", "/name"),
        ({"secret": "tl_mine"}, "invalid-value", "/secret"),
    ],
)
def test_a_token_that_cannot_be_is_refused(
    there: Company, changed: dict[str, Any], slug: str, pointer: str
) -> None:
    body = {**SERVICE, **changed}
    if body.get("person_id") == "ana":
        body["person_id"] = there.ids["ana"]
    before = len(_listed(there.admin, ended="true", limit=500))
    refused(there.admin.post("/tokens", body), 422, slug, pointer)
    assert len(_listed(there.admin, ended="true", limit=500)) == before


@pytest.mark.parametrize("after", ["x", "WyJ0b2tlbnMiLCJ4Il0"])
def test_a_cursor_is_one_of_the_list(there: Company, after: str) -> None:
    refused(there.admin.get("/tokens", after=after), 422, "invalid-value", "?after")
