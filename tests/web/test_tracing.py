"""A request has an id, and its place in a trace as W3C Trace Context has it."""

import re
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from application.store.mapper import EventMapper, PlainJson
from domain.provenance import Provenance
from domain.unit import Unit
from tests.web.api import Api
from tests.web.scim.conftest import USER
from tests.web.test_imports import UNITS, of_units
from web.ops.tracing import trace_of

ID = UUID("01890f5e-7c1a-7b3c-9d4e-5f6a7b8c9d0e")
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    ("said", "sampled"),
    [
        (f"00-{TRACE}-{SPAN}-01", True),
        (f"00-{TRACE}-{SPAN}-00", False),
        (f"00-{TRACE}-{SPAN}-ff", True),
        (f"00-{TRACE}-{SPAN}-fe", False),
        (f"cc-{TRACE}-{SPAN}-01", True),
        (f"cc-{TRACE}-{SPAN}-01-what-the-future-brings", True),
    ],
)
def test_a_trace_goes_on_in_a_span_of_its_own(said: str, *, sampled: bool) -> None:
    trace = trace_of(ID, said)

    assert (trace.trace_id, trace.parent_id, trace.sampled) == (TRACE, SPAN, sampled)
    assert trace.traceparent == f"00-{TRACE}-9d4e5f6a7b8c9d0e-{'01' if sampled else '00'}"


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE}-{SPAN}-01-",
        f"cc-{TRACE}-{SPAN}-01.more",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[1:]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}-0g",
        f" 00-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01\n",
        f"00-{TRACE}-{SPAN}-01,00-{TRACE}-{SPAN}-01",
        f"0\N{ARABIC-INDIC DIGIT ZERO}-{TRACE}-{SPAN}-01",
        "Ana Ruiz",
    ],
)
def test_what_has_not_the_form_is_as_good_as_none(said: str | None) -> None:
    trace = trace_of(ID, said)

    assert (trace.trace_id, trace.parent_id, trace.sampled) == (ID.hex, None, False)


@pytest.mark.parametrize("path", ["/units", "/nowhere", "/units?colour=red", "/objectives/1", "/units.csv"])
def test_every_answer_has_an_id_of_its_own_which_no_client_gives(shared_api: Api, path: str) -> None:
    client = shared_api.app.test_client()
    headers = [shared_api.headers({"X-Request-Id": "mine"}), {}]

    answers = [client.get(f"/api/v1{path}", headers=each) for each in headers]

    ids = [UUID(answer.headers["X-Request-Id"]) for answer in answers]
    assert len({*ids, ID}) == 3


def test_the_id_of_the_server_is_that_of_the_answer(app: Flask) -> None:
    answer = app.test_client().get("/livez", environ_overrides={"throughline.request": ID})
    assert answer.headers["X-Request-Id"] == str(ID)


def test_what_follows_from_a_request_names_its_place_in_the_trace(api: Api) -> None:
    client, body = api.app.test_client(), {"name": "Sales", "kind": "team"}
    said = [f"00-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-01", "Ana Ruiz", None]

    for path, traceparent in zip(("/units", "/commands", "/units", "/units"), said, strict=True):
        sent = {"commands": [{"path": "/units", "body": body}]} if path == "/commands" else body
        headers = api.headers({"traceparent": traceparent})
        assert client.post(f"/api/v1{path}", json=sent, headers=headers).status_code in (200, 201)

    alone, of_many, *others = [event["data"] for event in api.ask("/events")["items"]]
    for event in (alone, of_many):
        assert re.fullmatch(rf"00-{TRACE}-[0-9a-f]{{16}}-01", event["traceparent"])
        assert SPAN not in event["traceparent"]
    assert all("traceparent" not in event for event in others)
    with psycopg.connect(api.dsn) as conn:
        states = [row[0] for row in conn.execute("select state from store.events order by position")]
    assert [b"traceparent" in bytes(state) for state in states] == [True, True, False, False]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/api/v1/imports", {"data": {"file": (BytesIO(of_units(f"{UNITS}u1,Sales,team,,\n")), "plan.zip")}}),
        ("/scim/v2/Users", {"json": {"schemas": [USER], "userName": "ana", "displayName": "Ana"}}),
    ],
)
def test_so_does_what_comes_from_an_import_or_an_identity_provider(
    api: Api, path: str, sent: dict[str, Any]
) -> None:
    api.unit("Top")
    api.project()
    before = api.events()
    headers = api.headers({"traceparent": f"00-{TRACE}-{SPAN}-01"})
    answer = api.app.test_client().post(path, headers=headers, **sent)
    assert answer.status_code in (200, 201), answer.text

    events = [event["data"] for event in api.ask("/events", after=before)["items"]]
    assert events
    assert all(event["traceparent"].startswith(f"00-{TRACE}-") for event in events)


def test_a_command_is_the_same_whatever_trace_repeats_it(api: Api) -> None:
    client, key = api.app.test_client(), str(ID)
    first, again = (
        client.post(
            "/api/v1/units",
            json={"name": "Sales", "kind": "team"},
            headers=api.headers({"traceparent": each, "Idempotency-Key": key}),
        )
        for each in (f"00-{TRACE}-{SPAN}-01", f"00-{TRACE[::-1]}-{SPAN}-00")
    )
    assert again.json == first.json
    assert api.events() == 1


def test_an_event_with_a_trace_is_read_as_it_was_written() -> None:
    by = Provenance("token:hr", ID, date(2026, 1, 1), date(2026, 1, 1), traceparent=f"00-{TRACE}-{SPAN}-01")
    unit = Unit.define(by=by, id=ID, name="Sales", kind="team", parent_id=None)
    mapper = EventMapper(PlainJson())
    (event,) = unit.pending_events
    assert mapper.to_domain_event(mapper.to_stored_event(event)) == event
