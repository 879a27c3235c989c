"""Administering webhooks over HTTP: what is shown, what is refused, what the journal says of it."""

from typing import Any, cast
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import tuple_row

from domain.room import MOST
from tests.web.api import UNKNOWN, Api, refused
from tests.web.conftest import token

URL = "https://hooks.example.org/throughline"
CHANGES = ("pause", "resumption", "removal", "rotation")


def created(api: Api, url: str = URL, topics: Any = ("*",)) -> Any:
    answer = api.post("/webhooks", {"url": url, "topics": list(topics)}, if_match=None)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_webhook_is_created_with_a_secret_that_is_shown_once(api: Api) -> None:
    api.unit()
    answer = api.post("/webhooks", {"url": URL, "topics": ["unit.*", "*", "unit.*"]}, if_match=None)
    assert answer.status_code == 201
    made = answer.json
    assert made is not None
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert made["created_by"].startswith("token:")
    assert {name: made[name] for name in made if name not in ("id", "created_at", "created_by")} == {
        "url": URL,
        "topics": ["*", "unit.*"],
        "status": "active",
        "paused_because": None,
        "position": 1,
        "former_secret_until": None,
        "pending": 0,
        "failing": 0,
        "parked": 0,
    }
    assert answer.headers["Location"] == f"/api/v1/webhooks/{made['id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert api.get(f"/webhooks/{made['id']}", behind=True).json == made
    assert api.get("/webhooks", behind=True).json == {"items": [made]}


def test_what_is_not_there_is_refused_for_every_path(shared_api: Api) -> None:
    for change in CHANGES:
        refused(shared_api.post(f"/webhooks/{UNKNOWN}/{change}", if_match=None), 404, "not-found")
    replay = shared_api.post(f"/webhooks/{UNKNOWN}/replay", {"from_position": 1}, if_match=None)
    refused(replay, 404, "not-found")
    for path in ("", "/deliveries"):
        refused(shared_api.get(f"/webhooks/{UNKNOWN}{path}", behind=True), 404, "not-found")


def test_there_are_only_so_many_webhooks(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast(dict[str, int], MOST), "webhooks", 2)
    first = created(api)
    created(api, topics=["unit.*"])
    body = {"url": URL, "topics": ["cycle.*"]}
    full = api.post("/webhooks", body, if_match=None)
    refused(full, 409, "limit-reached")
    assert full.json is not None
    assert full.json["limit"] == 2
    again = api.post("/webhooks", {"url": URL, "topics": ["*"]}, if_match=None)
    refused(again, 409, "already-exists")
    api.post(f"/webhooks/{first['id']}/removal", if_match=None)
    created(api, topics=["cycle.*"])


def test_one_of_the_same_url_and_topics_exists_already(api: Api) -> None:
    first = created(api, topics=["unit.*", "cycle.*"])
    again = api.post("/webhooks", {"url": URL, "topics": ["cycle.*", "unit.*"]}, if_match=None)
    refused(again, 409, "already-exists")
    assert again.json is not None
    assert again.json["id"] == first["id"]
    created(api, topics=["unit.*"])


def test_one_that_was_removed_can_be_created_again(api: Api) -> None:
    first = created(api)
    assert api.post(f"/webhooks/{first['id']}/removal", if_match=None).status_code == 200
    assert created(api)["id"] != first["id"]


def test_steps_that_hold_already_are_no_mistake(api: Api) -> None:
    hook = created(api)
    for change, status in (("resumption", "active"), ("pause", "paused"), ("pause", "paused")):
        assert api.done(f"/webhooks/{hook['id']}/{change}") == hook["id"]
        assert api.ask(f"/webhooks/{hook['id']}")["status"] == status


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/topics", "/url"]),
        ({"url": URL}, ["/topics"]),
        ({"url": URL, "topics": []}, ["/topics"]),
        ({"url": URL, "topics": "*"}, ["/topics"]),
        ({"url": URL, "topics": ["*"] * 101}, ["/topics"]),
        ({"url": URL, "topics": ["unit.eaten", "*", "unit"]}, ["/topics/0", "/topics/2"]),
        ({"url": URL, "topics": [None]}, ["/topics/0"]),
        ({"url": URL, "topics": [["*"]]}, ["/topics/0"]),
        ({"url": None, "topics": ["*"]}, ["/url"]),
        ({"url": 7, "topics": ["*"]}, ["/url"]),
        ({"url": "https://example.org/" + "a" * 2000, "topics": ["*"]}, ["/url"]),
        ({"url": "http://example.org/", "topics": ["*"]}, ["/url"]),
        ({"url": "https://me:secret@example.org/", "topics": ["*"]}, ["/url"]),
        ({"url": "https://example.org/#part", "topics": ["*"]}, ["/url"]),
        ({"url": "javascript:alert(1)", "topics": ["*"]}, ["/url"]),
        ({"url": "https://192.168.1.1/", "topics": ["*"]}, ["/url"]),
        ({"url": "https://[::1]/", "topics": ["*"]}, ["/url"]),
        ({"url": "http://localhost:8080/", "topics": ["*"]}, ["/url"]),
        ({"url": "https://jenkins/", "topics": []}, ["/topics", "/url"]),
        ({"url": URL, "topics": ["*"], "secret": "whsec_mine"}, ["/secret"]),
        ({"url": URL, "topics": ["*"], "reason": "why not"}, ["/reason"]),
        ([], [""]),
    ],
)
def test_a_creation_that_cannot_stand_names_the_fields(
    shared_api: Api, body: Any, pointers: list[str]
) -> None:
    answer = shared_api.post("/webhooks", body, if_match=None)
    assert answer.status_code == 422, answer.text
    assert answer.json is not None
    assert sorted(error["pointer"] for error in answer.json["errors"]) == pointers
    assert shared_api.get("/webhooks", behind=True).json == {"items": []}


def test_a_password_in_a_url_is_not_repeated(shared_api: Api) -> None:
    body = {"url": "https://me:hunter2@example.org/", "topics": ["*"]}
    assert "hunter2" not in shared_api.post("/webhooks", body, if_match=None).text


def test_bodies_are_read_as_strictly_as_those_of_commands(shared_api: Api) -> None:
    refused(shared_api.raw("/webhooks", b"{"), 400, "malformed")
    refused(shared_api.raw("/webhooks", b"{}", "text/plain"), 415, "unsupported-media-type")
    refused(shared_api.raw("/webhooks", b'"' + b"a" * (1024 * 1024) + b'"'), 413, "too-large")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/position"]),
        ({"position": 1, "from_position": 1}, ["/position"]),
        ({"position": 0}, ["/position"]),
        ({"position": -1}, ["/position"]),
        ({"position": "1"}, ["/position"]),
        ({"position": 2**63}, ["/position"]),
        ({"position": 3}, ["/position"]),
        ({"position": 2}, ["/position"]),  # is of another topic
        ({"from_position": 3}, ["/from_position"]),
        ({"from_position": True}, ["/from_position"]),
        ({"from_position": 1.5}, ["/from_position"]),
        ({"upto_position": 1}, ["/upto_position"]),
    ],
)
def test_a_replay_of_what_is_not_there_is_refused(api: Api, body: Any, pointers: list[str]) -> None:
    api.person(api.unit())
    hook = created(api, topics=["unit.*"])
    answer = api.post(f"/webhooks/{hook['id']}/replay", body, if_match=None)
    refused(answer, 422, "invalid-value", *pointers)


@pytest.mark.parametrize("change", CHANGES)
def test_changes_take_no_body_and_no_parameters(api: Api, change: str) -> None:
    path = f"/webhooks/{created(api)['id']}/{change}"
    refused(api.post(path, {"reason": "tired"}, if_match=None), 422, "invalid-value", "/reason")
    refused(api.post(f"{path}?at=once", if_match=None), 422, "invalid-value", "?at")


@pytest.mark.parametrize("role", ["hr", "auditor", "employee", "service"])
def test_only_an_administrator_changes_webhooks(api: Api, dsn: str, role: str) -> None:
    hook = created(api)
    other = Api(api.app, dsn, token(dsn, role))
    refused(other.post("/webhooks", {"url": URL, "topics": ["*"]}, if_match=None), 403, "forbidden")
    for change in (*CHANGES, "replay"):
        refused(other.post(f"/webhooks/{hook['id']}/{change}", if_match=None), 403, "forbidden")


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("auditor", 403), ("hr", 403), ("employee", 403), ("service", 403)]
)
def test_administration_sees_where_data_goes(api: Api, dsn: str, role: str, status: int) -> None:
    hook = created(api)
    other = Api(api.app, dsn, token(dsn, role))
    for path in ("", f"/{hook['id']}", f"/{hook['id']}/deliveries"):
        assert other.get(f"/webhooks{path}", behind=True).status_code == status


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("", "limit", "0"),
        ("", "after", "made-up"),
        ("", "after", "WyJkZWxpdmVyaWVzIiwiMSJd"),  # of the deliveries
        ("", "after", "WyJ3ZWJob29rcyIsIm5vIGlkIl0"),  # of webhooks, but no id
        ("", "status", "active"),
        ("/deliveries", "status", "lost"),
        ("/deliveries", "limit", "501"),
        ("/deliveries", "after", "WyJkZWxpdmVyaWVzIiwiLTEiXQ"),  # of deliveries, but negative
        ("/deliveries", "as_of", "2026-01-01"),
        ("/", "status", "active"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(api: Api, path: str, name: str, value: str) -> None:
    hook = created(api)
    of_one = {"": "/webhooks", "/": f"/webhooks/{hook['id']}"}.get(path, f"/webhooks/{hook['id']}{path}")
    refused(api.get(of_one, behind=True, **{name: value}), 422, "invalid-value", f"?{name}")


def test_webhooks_are_listed_in_pages_the_oldest_first(api: Api) -> None:
    made = [created(api, f"https://example.org/{number}")["id"] for number in range(5)]
    assert _ids(api, "/webhooks", "id") == made


def test_deliveries_are_listed_in_pages_the_latest_event_first(api: Api, dsn: str) -> None:
    hook = created(api)
    units = [api.unit(f"Unit {number}") for number in range(5)]
    with psycopg.connect(dsn) as conn:
        for number, unit in enumerate(units):
            conn.execute(
                "insert into webhooks.deliveries"
                " (subscription_id, position, originator_id, since, next_attempt_at)"
                " values (%s, %s, %s, now(), now())",
                [hook["id"], number + 1, unit],
            )
    assert _ids(api, f"/webhooks/{hook['id']}/deliveries", "position") == [5, 4, 3, 2, 1]
    assert api.ask(f"/webhooks/{hook['id']}/deliveries", status="parked") == {"items": []}
    first = api.ask(f"/webhooks/{hook['id']}/deliveries")["items"][-1]
    assert {name: first[name] for name in ("webhook_id", "event_id", "topic", "status", "attempts")} == {
        "webhook_id": f"{hook['id']}-1",
        "event_id": f"{units[0]}:1",
        "topic": "unit.defined",
        "status": "pending",
        "attempts": 0,
    }


def _ids(api: Api, path: str, name: str) -> list[Any]:
    """Of all pages of two, by following the links."""
    found, query = [], {"limit": "2"}
    while True:
        answer = api.get(path, behind=True, **query)
        assert answer.json is not None
        found += [item[name] for item in answer.json["items"]]
        if "Link" not in answer.headers:
            return found
        query["after"] = answer.headers["Link"].split("after=")[1].split(">")[0]


def test_every_change_is_in_the_journal_and_no_secret_is(api: Api, dsn: str) -> None:
    hook = created(api)
    for change in ("rotation", "pause", "resumption", "removal"):
        assert api.post(f"/webhooks/{hook['id']}/{change}", if_match=None).status_code == 200
    with psycopg.connect(dsn) as conn, conn.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(
            "select action, subject_type, subject_id, role, outcome, path from access.journal"
            " where kind = 'administration' order by number"
        ).fetchall()
    assert [row[0] for row in rows] == [
        f"webhooks.{action}" for action in ("create", "rotate", "pause", "resume", "remove")
    ]
    assert {row[1:5] for row in rows} == {("webhook", UUID(hook["id"]), "admin", "answered")}
    assert "whsec_" not in repr(rows)
