"""A request has an id, and its place in a trace as W3C Trace Context has it."""

from uuid import UUID

import pytest
from flask import Flask

from tests.web.api import Api
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
