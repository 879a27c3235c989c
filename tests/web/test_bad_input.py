"""Bodies that are wrong are refused with the right problem, and nothing is recorded."""

import json
from typing import Any

import pytest

from tests.web.api import UNKNOWN, Api, refused


@pytest.fixture
def api(shared_api: Api) -> Api:
    """One database for all: whatever is refused leaves it as it was."""
    return shared_api


UNIT = {"name": "Sales", "kind": "department"}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({**UNIT, "colour": "red"}, ["/colour"]),
        ({**UNIT, "a/b~c": 1}, ["/a~1b~0c"]),
        ({}, ["/name", "/kind"]),
        ({"name": "Sales"}, ["/kind"]),
        ({**UNIT, "kind": "kingdom"}, ["/kind"]),
        ({**UNIT, "name": 5}, ["/name"]),
        ({**UNIT, "name": True}, ["/name"]),
        ({**UNIT, "name": None}, ["/name"]),
        ({**UNIT, "name": ["Sales"]}, ["/name"]),
        ({**UNIT, "name": ""}, ["/name"]),
        ({**UNIT, "name": "   "}, ["/name"]),
        ({**UNIT, "name": "x" * 201}, ["/name"]),
        ({**UNIT, "name": "two\nlines"}, ["/name"]),
        ({**UNIT, "name": "nul\x00"}, ["/name"]),
        ({**UNIT, "name": "bell\x07"}, ["/name"]),
        ({**UNIT, "reason": "\x1b[31m"}, ["/reason"]),
        ({**UNIT, "parent_id": "not-a-uuid"}, ["/parent_id"]),
        ({**UNIT, "parent_id": UNKNOWN.replace("-", "")}, ["/parent_id"]),
        ({**UNIT, "effective_on": "2026-02-30"}, ["/effective_on"]),
        ({**UNIT, "effective_on": "0000-01-01"}, ["/effective_on"]),
        ({**UNIT, "effective_on": "10000-01-01"}, ["/effective_on"]),
        ({**UNIT, "effective_on": "20260101"}, ["/effective_on"]),
        ({**UNIT, "effective_on": "2026-01-01T00:00:00Z"}, ["/effective_on"]),
        ({**UNIT, "effective_on": 20260101}, ["/effective_on"]),
        ({**UNIT, "effective_on": True}, ["/effective_on"]),
        ([], [""]),
        ("text", [""]),
        (5, [""]),
    ],
)
def test_a_value_that_is_wrong_is_named(api: Api, body: Any, pointers: list[str]) -> None:
    before = api.events()
    answer = api.raw("/units", json.dumps(body).encode())

    refused(answer, 422, "invalid-value", *pointers)
    assert api.events() == before


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'name': 'Sales'}",
        b'{"name": "Sales", "name": "Sales"}',
        b'{"owner": {"a": 1, "a": 2}}',
        b'{"weight": NaN}',
        b'{"weight": Infinity}',
        b'{"weight": -Infinity}',
        b'{"weight": .5}',
        b'{"name": "\xff"}',
        b'\xef\xbb\xbf{"name": "Sales"}',
        '{"name": "Sales"}'.encode("utf-16"),
        b'{"name": "Sales"} x',
        b"[" * 21 + b"]" * 21,
        b'{"a":' * 21 + b"1" + b"}" * 21,
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * 500_000,
    ],
    ids=range(16),
)
def test_a_body_that_cannot_be_read_is_malformed(api: Api, body: bytes) -> None:
    before = api.events()
    refused(api.raw("/units", body), 400, "malformed")
    assert api.events() == before


@pytest.mark.parametrize("text", [r'"\ud800"', r'"a\udc00b"', r'"\udfff\ud83d"'])
def test_an_unpaired_surrogate_is_no_text(api: Api, text: str) -> None:
    before = api.events()
    answer = api.raw("/units", b'{"name": %b, "kind": "team"}' % text.encode())

    refused(answer, 422, "invalid-value", "/name")
    assert api.events() == before


def test_a_name_of_a_field_is_text_too(api: Api) -> None:
    answer = api.raw("/units", rb'{"name": "Sales", "kind": "team", "\ud800": 1}')

    refused(answer, 422, "invalid-value", "/\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    "number",
    [
        '"NaN"',
        '"Infinity"',
        '"1e5"',
        '"1,5"',
        '"٣"',
        '""',
        "true",
        "null",
        "[]",
        "{}",
        "1e999",
        "1e99999999999999999999",
        "1" * 5000,
        "-" + "9" * 60,
        "1e-30",
        '"' + "9" * 50 + '"',
        '"0.' + "1" * 40 + '"',
    ],
)
def test_a_number_that_is_no_plain_decimal_isrefused(api: Api, number: str) -> None:
    objective = api.objective(api.cycle(), {"unit_id": api.unit()})
    before = api.events()
    body = f'{{"title": "share", "kind": "increase", "baseline": 1, "target": 2, "weight": {number}}}'

    answer = api.raw(f"/objectives/{objective}/key-results", body.encode())

    refused(answer, 422, "invalid-value", "/weight")
    assert api.events() == before


@pytest.mark.parametrize("confidence", ["true", "7.5", '"7"', "11", "-1", "1e1", "9" * 100, "null", "7.0"])
def test_a_confidence_is_a_whole_number_from_0_to_10(api: Api, confidence: str) -> None:
    objective = api.objective(api.cycle(), {"unit_id": api.unit()})

    answer = api.raw(f"/objectives/{objective}/commitment", b'{"confidence": %b}' % confidence.encode())

    refused(answer, 422, "invalid-value", "/confidence")


def test_every_wrong_field_is_named_at_once_with_its_place(api: Api) -> None:
    body = {
        "title": "Answer",
        "level": "galactic",
        "cycle_id": UNKNOWN,
        "owner": {"unit_id": UNKNOWN, "person_id": UNKNOWN},
        "key_results": [{"title": "a", "kind": "increase"}, {"title": "b", "kind": "guess", "goal": 3}],
        "alignments": [{"objective_id": "x"}],
    }

    answer = api.post("/objectives", body)

    pointers = [
        "/level",
        "/owner",
        "/key_results/1/kind",
        "/key_results/1/goal",
        "/alignments/0/objective_id",
    ]
    refused(answer, 422, "invalid-value", *pointers)


def test_a_list_has_an_end(api: Api) -> None:
    objective = api.objective(api.cycle(), {"unit_id": api.unit()})
    readings = [{"key_result_id": UNKNOWN, "value": 1}] * 101

    answer = api.post(f"/objectives/{objective}/check-ins", {"on": "2026-01-01", "readings": readings})

    refused(answer, 422, "invalid-value", "/readings")


def test_a_body_over_one_mebibyte_is_too_large(api: Api) -> None:
    before = api.events()
    refused(api.raw("/units", b'{"name": "%b"}' % (b"x" * 1024 * 1024)), 413, "too-large")
    assert api.events() == before


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None]
)
def test_a_body_of_another_type_is_not_read(api: Api, content_type: str | None) -> None:
    before = api.events()
    refused(api.raw("/units", json.dumps(UNIT).encode(), content_type), 415, "unsupported-media-type")
    assert api.events() == before
