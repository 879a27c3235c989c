"""No path is open without a token, and a role may do what it may."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from tests.web.api import UNKNOWN, Api
from tests.web.conftest import token
from web.access import tokens
from web.access.table import OPEN, is_page
from web.access.tokens import issue, revoke

UNIT = {"name": "Sales", "kind": "department"}


def test_every_path_but_the_open_ones_needs_a_token(shared_api: Api) -> None:
    client = shared_api.app.test_client()
    for rule in shared_api.app.url_map.iter_rules():
        path = re.sub(r"<uuid:\w+>", UNKNOWN, rule.rule)
        path = path.replace("<path:name>", "swagger-ui.css").replace("<slug>", "not-found")
        path = (
            path.replace("<path:filename>", "mark.svg")
            .replace("<path:rest>", "new")
            .replace("<int:position>", "1")
        )
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", path)
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = client.open(path, method=method)
            if is_page(rule.endpoint) and method == "POST":
                assert answer.status_code in (401, 403), (
                    path
                )  # nothing says that it comes from a page of ours
            elif rule.endpoint in OPEN:  # of a calendar the path has the secret
                assert answer.status_code in (200, 302, 503) or path.startswith("/calendar/"), path
            elif is_page(rule.endpoint):
                assert (answer.status_code, answer.text.count("<li>")) == (302, 0), path
                assert answer.headers["Location"].startswith("/sign-in?next=")
            else:
                assert answer.status_code == 401, path
                assert answer.headers["WWW-Authenticate"] == 'Bearer realm="throughline"'
            answer.close()


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic dGw6dGw=",
        "Bearer tl_guess",
        "Bearer tl_" + "x" * 43,
        "tl_{}",
        "Bearer é",
        "Bearer " + "x" * 10000,
        "Bearer a b",
    ],
)
def test_what_is_no_token_is_refused(shared_api: Api, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for path in ("/api/v1/units", "/api/v1/nothing", "/nothing"):
        answer = shared_api.app.test_client().get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.json is not None
        assert answer.json["type"] == "/problems/unauthenticated"


def test_a_token_is_stored_as_a_hash_only(api: Api, dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        rows = conn.execute("select t::text from access.tokens t").fetchall()

    assert api.token is not None
    assert api.token.startswith("tl_")
    assert len(api.token) >= 46
    assert len(rows) == 1
    assert api.token not in rows[0][0]


def test_a_token_ends(api: Api, app: Flask, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "REMEMBERED_SECONDS", 0.0)
    expired = token(dsn, "admin", expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert Api(app, dsn, expired).get("/units").status_code == 401
    assert api.get("/units").status_code == 200

    with psycopg.connect(dsn) as conn:
        ids = conn.execute("select id from access.tokens where expires_at is null").fetchall()
        assert revoke(conn, ids[0][0]) is True
        assert revoke(conn, ids[0][0]) is False

    assert api.get("/units").status_code == 401


def test_a_role_that_does_not_exist_has_no_tokens(dsn: str) -> None:
    with psycopg.connect(dsn) as conn, pytest.raises(ValueError, match="there is no role root"):
        issue(conn, roles=["root"], name="x")


@pytest.mark.parametrize(
    ("role", "directory", "objectives", "reads"),
    [
        ("admin", 201, 422, 200),
        ("hr", 403, 422, 200),
        ("employee", 403, 403, 200),
        ("service", 403, 403, 403),
        ("auditor", 403, 403, 200),
    ],
)
def test_a_token_without_a_person_posts_and_reads_by_its_role_alone(
    app: Flask, dsn: str, role: str, directory: int, objectives: int, reads: int
) -> None:
    client = Api(app, dsn, token(dsn, role))
    objective = {"title": "Answer", "level": "team", "cycle_id": UNKNOWN}

    assert client.post("/units", UNIT).status_code == directory
    assert client.post("/objectives", objective).status_code == objectives
    for path in ("/units", "/people", "/cycles", "/objectives", "/alignment", "/alignment-health"):
        assert client.get(path).status_code == reads


def test_a_refusal_of_a_role_comes_before_anything_else_is_told(app: Flask, api: Api, dsn: str) -> None:
    auditor = Api(app, dsn, token(dsn, "auditor"))

    for path in (f"/units/{api.unit()}/renaming", f"/units/{UNKNOWN}/renaming"):
        assert auditor.post(path, {"colour": "red"}, if_match=None).status_code == 403
    assert auditor.post("/commands", {"commands": []}).status_code == 403


def test_a_command_is_recorded_as_the_person_of_the_token(app: Flask, dsn: str) -> None:
    client = Api(app, dsn, token(dsn, "admin", person_id=UUID(UNKNOWN)))

    client.unit()

    with psycopg.connect(dsn) as conn:
        row = conn.execute(
            "select convert_from(state, 'UTF8')::json ->> 'actor' from store.events"
        ).fetchone()
    assert row == (f"person:{UNKNOWN}",)


def test_a_command_without_a_person_is_recorded_as_the_token(api: Api, dsn: str) -> None:
    api.unit()

    with psycopg.connect(dsn) as conn:
        row = conn.execute(
            "select convert_from(state, 'UTF8')::json ->> 'actor', (select 'token:' || id from access.tokens)"
            " from store.events"
        ).fetchone()
    assert row is not None
    assert row[0] == row[1]


def test_whoever_has_left_is_signed_out_everywhere(
    api: Api, app: Flask, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "REMEMBERED_SECONDS", 0.0)
    unit = api.unit()
    person = api.person(unit)
    client = Api(app, dsn, token(dsn, "hr", person_id=UUID(person)))
    assert client.get("/units").status_code == 200

    api.done(f"/people/{person}/departure", {"effective_on": "2026-01-31", "reason": "left"})
    for answer in (client.get("/units"), client.post("/units", UNIT)):
        assert answer.status_code == 401
        assert answer.json is not None
        assert answer.json["detail"] == "the token is not valid"

    api.done(f"/people/{person}/departure/withdrawal", {"effective_on": "2026-01-31", "reason": "a mistake"})
    assert client.get("/units").status_code == 200


def test_the_last_use_of_a_token_is_kept(api: Api, dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        (unused,) = tokens.listed(conn)
    api.get("/units")
    with psycopg.connect(dsn) as conn:
        (used,) = tokens.listed(conn)
    assert unused["last_used_at"] is None
    assert datetime.now(UTC) - used["last_used_at"] < timedelta(minutes=5)
