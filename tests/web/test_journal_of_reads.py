"""Every read of what is personal has its row in the journal before it is answered, or is not answered; so has
every command that was refused.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from psycopg.rows import dict_row

from tests.web.api import UNKNOWN, Api, refused
from tests.web.conftest import token
from tests.web.performance import Company, company

Row = dict[str, Any]
SECRET = "Two of three markets"


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def _rows(api: Api) -> list[Row]:
    with psycopg.connect(api.dsn, row_factory=dict_row) as conn:
        return conn.execute("select * from access.journal order by number").fetchall()


def _new(api: Api, before: int) -> list[Row]:
    return _rows(api)[before:]


def _told(row: Row) -> tuple[Any, ...]:
    return (row["kind"], row["action"], row["subject_type"], row["subject_id"], row["outcome"])


def _outcomes(api: Api, body: Any) -> list[Any]:
    told = api.post("/commands", body).json
    assert told is not None
    outcomes: list[Any] = told["outcomes"]
    return outcomes


OPEN = {"health.", "documents.", "console.", "calendar_feed."}
"""Blueprints that read nothing about the organisation, or note by themselves what they read."""


def _noted(app: Flask) -> set[str]:
    """The reads that are noted, some only with a certain parameter."""
    return {name for name, view in app.view_functions.items() if getattr(view, "personal", False)}


def test_every_get_says_whether_it_reads_what_is_personal(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not any(rule.endpoint.startswith(name) for name in OPEN):
            assert hasattr(app.view_functions[rule.endpoint], "personal"), rule.rule


def test_every_export_is_noted(app: Flask) -> None:
    exports = {rule.endpoint for rule in app.url_map.iter_rules() if "csv" in rule.rule}
    assert {"people.list_all_export", "audit.list_all_export"} <= exports <= _noted(app)


def test_every_read_of_what_is_personal_is_noted(there: Company, app: Flask) -> None:
    review, ana = there.up_to("self-assessment"), there.ids["ana"]
    reads = {
        "/people": ("people.list_all", "person", None),
        f"/people/{ana}": ("people.read", "person", ana),
        "/duplicates": ("people.duplicates_of_all", None, None),
        "/left-behind": ("people.left_behind_of_all", None, None),
        f"/people/{ana}/record": ("people.record", "person", ana),
        f"/people/{ana}/alignment": ("alignment.of_person", "person", ana),
        f"/units/{there.unit}/alignment": ("alignment.of_unit", "unit", there.unit),
        "/alignment": ("alignment.graph", None, None),
        "/alignment/branch": ("alignment.branch", None, None),
        f"/objectives?owner={ana}": ("objectives.list_all", "objective", None),
        f"/objectives?manager={ana}": ("objectives.list_all", "objective", None),
        f"/key-results?owner={ana}": ("objectives.key_results", None, None),
        "/reviews": ("review_questions.list_all", "review", None),
        f"/reviews/{review}": ("review_questions.read", "review", review),
        f"/reviews/{review}/history": ("review_questions.history", "review", review),
        f"/reviews/fairness?cycle={there.cycle}": ("review_questions.fairness", "review", None),
        f"/objectives/{there.objective}/feedback": ("feedback.read_feedback", "objective", there.objective),
        f"/objectives/{there.objective}/history": ("histories.history", "objective", there.objective),
        "/audit?q=markets&limit=3": ("audit.list_all", None, None),
        f"/audit/readers?subject={review}": ("audit.readers", None, None),
        "/events?after=2": ("events.follow", None, None),
        "/tokens": ("tokens.list_all", "token", None),
        f"/people/{ana}/obligations": ("people.obligations", "person", ana),
        f"/people/{ana}/history": ("people.history", "person", ana),
        "/search?q=ana": ("search.find", None, None),
        "/board-pack": ("board_pack.read", None, None),
        "/people.csv": ("people.list_all_export", "person", None),
    }
    listed = {action for action, _, _ in reads.values()}
    elsewhere = ("scim_users.",)  # tests/web/scim
    noted = {name for name in _noted(app) if not name.endswith("_export")}
    assert listed >= {name for name in noted if not name.startswith(elsewhere)}
    there.admin.project()
    person = UUID(there.ids["hr"])
    following = Api(app, there.admin.dsn, token(there.admin.dsn, "admin", person_id=person))
    for path, (action, subject_type, subject) in reads.items():
        before = len(_rows(there.admin))
        asking, role = (following, "admin") if action == "events.follow" else (there.hr, "hr")
        answer = asking.app.test_client().get(f"/api/v1{path}", headers=asking.headers({}))
        assert (answer.status_code, bool(answer.text)) == (200, True), answer.text
        row, *more = _new(there.admin, before)
        assert _told(row) == (
            "read",
            action,
            subject_type,
            None if subject is None else UUID(subject),
            "answered",
        )
        assert row["path"] == f"/api/v1{path}"
        assert row["actor"] == f"person:{there.ids['hr']}"
        assert row["role"] == role
        assert row["position"] == int(answer.headers["Throughline-Position"])
        assert [other["kind"] for other in more] == (["export"] if path.endswith(".csv") else [])


def test_a_read_of_what_the_reader_has_already_is_noted(there: Company) -> None:
    review = there.up_to("self-assessment")
    for path in ("/people", f"/reviews/{review}/history", f"/objectives/{there.objective}/feedback"):
        tag = there.hr.get(path).headers["ETag"]
        *_, sent = _rows(there.admin)
        answer = there.hr.get(path, if_none_match=tag)
        *_, row = _rows(there.admin)
        assert answer.status_code == 304
        assert row["number"] == sent["number"] + 1
        assert {**row, "number": 0, "at": 0} == {**sent, "number": 0, "at": 0}
        assert (row["kind"], row["outcome"]) == ("read", "answered")


def test_what_is_not_personal_is_not_noted(there: Company) -> None:
    before = len(_rows(there.admin))
    for path in (
        "/units",
        "/objectives",
        f"/objectives/{there.objective}",
        "/alignment-health",
    ):
        there.dan.ask(path)
    there.admin.unit("More")
    there.admin.ask(
        "/events", after=there.admin.events()
    )  # nobody's data: there are no events after the last
    assert _new(there.admin, before) == []


def test_a_read_that_is_refused_or_finds_nothing_is_noted(there: Company) -> None:
    review = there.up_to("self-assessment")
    before = len(_rows(there.admin))
    refused(there.dan.get(f"/reviews/{review}"), 404, "not-found")
    refused(there.dan.get(f"/people/{UNKNOWN}"), 404, "not-found")
    refused(there.dan.get("/audit"), 403, "forbidden")
    refused(there.dan.get("/reviews/fairness", cycle=there.cycle), 403, "forbidden")
    rows = _new(there.admin, before)
    assert [_told(row) for row in rows] == [
        ("read", "review_questions.read", "review", UUID(review), "not-found"),
        ("read", "people.read", "person", UUID(UNKNOWN), "not-found"),
        ("read", "audit.list_all", None, None, "forbidden"),
        ("read", "review_questions.fairness", "review", None, "forbidden"),
    ]
    assert {row["actor"] for row in rows} == {f"person:{there.ids['dan']}"}


def test_a_request_that_cannot_be_understood_reads_nothing(there: Company) -> None:
    before = len(_rows(there.admin))
    refused(there.hr.get("/people", colour="red"), 422, "invalid-value", "?colour")
    assert _new(there.admin, before) == []


def test_a_refused_command_is_noted_without_what_it_said(there: Company) -> None:
    review = there.review()
    cases: list[tuple[Api, str, Any, str | None, tuple[Any, ...]]] = [
        (
            there.dan,
            f"/reviews/{review}/assessment",
            {"rating": 3, "text": SECRET},
            "*",
            ("review", "not-found"),
        ),
        (there.ana, "/units", {"name": SECRET, "kind": "team"}, "*", ("unit", "forbidden")),
        (there.admin, "/units", {"name": 5, "colour": SECRET}, "*", ("unit", "invalid-value")),
        (
            there.bo,
            f"/reviews/{review}/assessment",
            {"rating": 3, "text": SECRET},
            None,
            ("review", "version-required"),
        ),
        (
            there.bo,
            f"/reviews/{review}/assessment",
            {"rating": 3, "text": SECRET},
            '"99"',
            ("review", "stale-version"),
        ),
        (there.bo, f"/reviews/{review}/sharing", {}, "*", ("review", "forbidden-transition")),
        (there.admin, "/nowhere", {}, "*", (None, "not-found")),
        (there.admin, "/alignment-health", {}, "*", (None, "method-not-allowed")),
    ]
    for who, path, body, if_match, (subject_type, slug) in cases:
        before = len(_rows(there.admin))
        answer = who.post(path, body, if_match=if_match)
        assert 400 <= answer.status_code < 500
        (row,) = _new(there.admin, before)
        assert (row["kind"], row["outcome"], row["path"]) == ("refusal", slug, f"/api/v1{path}")
        assert row["subject_type"] == subject_type
        assert SECRET not in str(row)
        told = answer.json or {}
        assert (row["detail"] or "").split(", ") == [e["pointer"] for e in told.get("errors", [])] or not row[
            "detail"
        ]
    assert [row["detail"] for row in _rows(there.admin) if row["outcome"] == "invalid-value"] == [
        "/name, /kind, /colour"
    ]


def test_a_body_that_cannot_be_read_is_noted(there: Company) -> None:
    before = len(_rows(there.admin))
    refused(there.admin.raw("/units", b"{"), 400, "malformed")
    refused(there.admin.raw("/units", b"{}", "text/plain"), 415, "unsupported-media-type")
    assert [row["outcome"] for row in _new(there.admin, before)] == ["malformed", "unsupported-media-type"]


def test_each_refused_command_of_many_is_noted(there: Company) -> None:
    before = len(_rows(there.admin))
    body = {
        "commands": [
            {"path": "/units", "body": {"name": "A", "kind": "team"}},
            {"path": "/units", "body": {"name": SECRET}},
            {"path": f"/people/{there.ids['dan']}/departure", "body": {}},
            {"path": f"/people/{UNKNOWN}/departure", "body": {}, "if_match": "*"},
            {"path": "/no/such/path", "body": {}},
        ]
    }
    assert [outcome["status"] for outcome in _outcomes(there.admin, body)] == [201, 422, 428, 404, 404]
    rows = _new(there.admin, before)
    assert [(row["action"], row["outcome"], row["path"]) for row in rows] == [
        ("units.define", "invalid-value", "/api/v1/units"),
        ("people.depart", "version-required", f"/api/v1/people/{there.ids['dan']}/departure"),
        ("people.depart", "not-found", f"/api/v1/people/{UNKNOWN}/departure"),
        ("none", "not-found", "/api/v1/no/such/path"),
    ]
    assert [row["subject_id"] for row in rows] == [None, UUID(there.ids["dan"]), UUID(UNKNOWN), None]
    assert SECRET not in str(rows)


def test_a_batch_that_is_refused_whole_is_noted_once(there: Company) -> None:
    before = len(_rows(there.admin))
    refused(there.auditor.post("/commands", {"commands": []}), 403, "forbidden")
    assert [(row["action"], row["outcome"]) for row in _new(there.admin, before)] == [
        ("commands.post_many", "forbidden")
    ]


def test_what_a_path_holds_is_kept_safe_and_short(there: Company) -> None:
    there.admin.project()
    client, headers = there.hr.app.test_client(), there.hr.headers({})
    before = len(_rows(there.admin))
    asked = {"q": "naïve \u202eשם", "limit": "1"}
    assert client.get("/api/v1/audit", query_string=asked, headers=headers).status_code == 200
    assert client.post("/api/v1/%00%0A" + "x" * 3000, headers=headers, json={}).status_code == 404
    read, post = _new(there.admin, before)
    assert read["path"] == "/api/v1/audit?q=na%C3%AFve+%E2%80%AE%D7%A9%D7%9D&limit=1"
    assert post["path"].startswith("/api/v1/%00%0Axx")
    assert len(post["path"]) == 2_000


@pytest.fixture
def closed_journal(there: Company) -> Iterator[None]:
    """A journal that nothing can be written to."""
    there.admin.project()
    with psycopg.connect(there.admin.dsn, autocommit=True) as conn:
        conn.execute("alter table access.journal rename to elsewhere")
        yield
        conn.execute("alter table access.elsewhere rename to journal")


def test_what_cannot_be_noted_is_not_answered(there: Company, closed_journal: None) -> None:
    for path in ("/people", f"/people/{there.ids['ana']}", f"/people/{UNKNOWN}", "/people.csv"):
        answer = there.hr.get(path, behind=True)
        refused(answer, 503, "unavailable")
        assert "Ana" not in answer.text
        assert answer.headers["Retry-After"] == "1"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    refused(there.admin.post("/units", {"name": 5}), 503, "unavailable")
    assert there.hr.get("/units", behind=True).status_code == 200
    assert there.admin.post("/units", {"name": "More", "kind": "team"}).status_code == 201


def test_of_many_commands_those_carried_out_are_answered_all_the_same(
    there: Company, closed_journal: None
) -> None:
    body = {
        "commands": [
            {"path": "/units", "body": {}},
            {"path": "/units", "body": {"name": "A", "kind": "team"}},
        ]
    }
    outcomes = _outcomes(there.admin, body)
    assert [outcome["status"] for outcome in outcomes] == [503, 201]
    assert outcomes[0]["problem"]["type"] == "/problems/unavailable"
    assert outcomes[0]["problem"]["instance"] == "/api/v1/units"


def test_a_held_journal_delays_only_what_it_has_to(there: Company) -> None:
    there.admin.project()
    with psycopg.connect(there.admin.dsn) as conn:
        conn.execute("select from access.journal_head for update")
        assert there.hr.get("/units", behind=True).status_code == 200
        assert there.admin.post("/units", {"name": "More", "kind": "team"}).status_code == 201


def test_a_token_without_a_person_is_named_by_its_id(there: Company) -> None:
    service = Api(there.admin.app, there.admin.dsn, token(there.admin.dsn, "service", scopes=["people.*"]))
    service.ask("/people")
    row = _rows(there.admin)[-1]
    assert row["actor"] == f"token:{row['token_id']}"
    assert row["role"] == "service"
