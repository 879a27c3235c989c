"""The log says who did what from where, and nothing that anybody wrote."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import structlog
from flask import Flask

from tests.web.api import Api
from tests.web.conftest import token
from tests.web.keys import KEYS
from web.access.tokens import issue
from web.api import routes
from web.app import create_app
from web.ops.logging import configure
from web.ops.settings import Settings
from web.wiring import EXTENSION

MARK = "Zyzzyva"
"""Stands wherever a client can write something."""
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def _logging() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    configure("debug")
    yield
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def _lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().err.splitlines()]


@pytest.mark.usefixtures("_logging")
def test_a_line_says_who_did_what_from_where(api: Api, dsn: str, capfd: pytest.CaptureFixture[str]) -> None:
    unit, person = api.unit(), uuid4()
    own = Api(api.app, dsn, token(dsn, "hr", person_id=person))
    capfd.readouterr()

    answer = own.app.test_client().get(
        f"/api/v1/units/{unit}",
        headers=own.headers({"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}),
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )

    (line,) = _lines(capfd)
    with psycopg.connect(dsn) as conn:
        row = conn.execute("select id from access.tokens where person_id = %s", [person]).fetchone()
    assert row is not None
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert (line["trace_id"], line["parent_span_id"]) == (TRACE, "00f067aa0ba902b7")
    assert (line["actor"], line["token_id"]) == (f"person:{person}", str(row[0]))
    assert (line["address"], line["method"], line["status"]) == ("192.0.2.7", "GET", answer.status_code)
    assert (line["route"], line["ids"]) == ("/api/v1/units/<uuid:id>", {"id": unit})
    assert line["timestamp"].endswith("Z")


@pytest.mark.usefixtures("_logging")
def test_who_is_not_known_has_no_name_in_the_line(api: Api, capfd: pytest.CaptureFixture[str]) -> None:
    api.get("/units", behind=True)  # leaves nothing behind for the next request of the thread
    capfd.readouterr()

    Api(api.app, api.dsn, "tl_unknown").get("/units", behind=True)

    (line,) = _lines(capfd)
    assert (line["status"], line.keys() & {"actor", "token_id"}) == (401, set())


@pytest.mark.parametrize(
    ("trusted", "said", "found"),
    [
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "198.51.100.1, 2001:db8::7", "2001:db8::7"),
        (True, f"198.51.100.1, {MARK}", "127.0.0.1"),
        (True, "", "127.0.0.1"),
        (False, "203.0.113.9", "127.0.0.1"),
    ],
)
@pytest.mark.usefixtures("_logging")
def test_the_address_is_what_a_proxy_says_where_one_is_to_be_believed(
    dsn: str, capfd: pytest.CaptureFixture[str], said: str, found: str, *, trusted: bool
) -> None:
    app = create_app(Settings(database_url=dsn, secret_keys=KEYS, trust_proxy=trusted))
    try:
        app.test_client().get("/livez", headers={"X-Forwarded-For": said})
    finally:
        app.extensions[EXTENSION].close()
    (line,) = _lines(capfd)
    assert line["address"] == found


@pytest.mark.usefixtures("_logging")
def test_nothing_that_anybody_wrote_stands_in_the_log(
    app: Flask, api: Api, dsn: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = api.unit(f"Unit of {MARK}")
    person = api.person(unit, f"{MARK} Ruiz")
    objective = api.objective(api.cycle(), {"person_id": person}, title=MARK, description=MARK)
    with psycopg.connect(dsn) as conn:
        named = Api(app, dsn, issue(conn, roles=["admin"], name=MARK))
    client, headers = app.test_client(), named.headers({"User-Agent": MARK, "traceparent": MARK})

    for path in ("/people", "/people.csv", "/objectives", "/audit", "/nowhere"):
        for query in ({"q": MARK}, {MARK: "1"}, {"sort": MARK}, {"after": MARK}, {"q": f"a\x00{MARK}"}):
            client.get(f"/api/v1{path}", query_string=query, headers=headers).close()
    for body in ({MARK: 1}, {"name": MARK, "kind": MARK}, {"name": f"{MARK}\x00"}, {"name": MARK * 99}):
        named.post("/units", body)
        named.post("/commands", {"commands": [{"path": f"/units/{MARK}", "body": body}]})
    named.post(f"/objectives/{objective}/cancellation", {"reason": MARK})
    named.raw("/units", f'{{"name": "{MARK}'.encode())
    for key in (MARK, f'"{MARK}"'):
        named.post("/units", {"name": MARK, "kind": "team"}, key=key)
        named.post(f"/units/{unit}/renaming", {"name": MARK}, if_match=key)
        client.get("/api/v1/units", headers={**headers, "If-None-Match": key})
    for bad in (MARK, f"Bearer tl_{MARK}"):
        client.get("/api/v1/units", headers={"Authorization": bad, "X-Forwarded-For": bad})
    for path in (f"/{MARK}", f"/problems/{MARK}", f"/api/docs/{MARK}", f"/api/v1/units/{MARK}"):
        client.get(path, headers=headers)
    client.open("/api/v1/units", method=MARK.upper(), headers=headers)
    monkeypatch.setattr(routes, "carry_out", _fail)
    assert named.post(f"/units/{unit}/renaming", {"name": MARK}).status_code == 500

    said = capfd.readouterr().err
    assert len(said.splitlines()) > 50
    assert "internal error" in said
    assert MARK.lower() not in said.lower()
    assert all(json.loads(line) for line in said.splitlines())


def _fail(*_: Any, **__: Any) -> None:
    """As a database refuses a row: with the row in its words."""
    try:
        raise KeyError(MARK)
    except KeyError as error:
        raise psycopg.errors.CheckViolation(f"Failing row contains ({MARK})") from error
