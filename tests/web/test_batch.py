"""Many commands in one request, each with an outcome of its own."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.web.api import UNKNOWN, Api
from tests.web.conftest import token


def _outcomes(api: Api, *commands: dict[str, Any]) -> list[dict[str, Any]]:
    answer = api.post("/commands", {"commands": commands}, if_match=None)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    outcomes: list[dict[str, Any]] = answer.json["outcomes"]
    return outcomes


def _unit(name: str = "Sales", **more: Any) -> dict[str, Any]:
    return {"path": "/units", "body": {"name": name, "kind": "team"}, **more}


def test_each_command_has_its_own_outcome(api: Api) -> None:
    unit = api.unit()
    renaming = {"path": f"/api/v1/units/{unit}/renaming", "body": {"name": "Service"}}

    outcomes = _outcomes(
        api,
        _unit(),
        {**renaming, "if_match": 1},
        {**renaming, "if_match": '"1"'},
        {**renaming, "body": {"name": ""}, "if_match": "*"},
        renaming,
        {**renaming, "body": {"name": "Help"}, "if_match": '"9", "2"'},
        {"path": "units", "body": {"name": "Support", "kind": "team"}},
    )

    assert [outcome["status"] for outcome in outcomes] == [201, 200, 412, 422, 428, 200, 201]
    created = outcomes[0]
    assert created["body"]["events"] == ["unit.defined"]
    assert (created["etag"], created["location"]) == ('"1"', f"/api/v1/units/{created['body']['id']}")
    assert outcomes[2]["problem"]["version"] == 2
    assert outcomes[3]["problem"]["errors"][0]["pointer"] == "/name"
    assert outcomes[3]["problem"]["instance"] == renaming["path"]
    assert api.events() == 5


@pytest.mark.parametrize(
    "path",
    [
        "/commands",
        "/nothing",
        f"/units/{UNKNOWN}",
        "/objectives/1/return",
        "/../../livez",
        "/units?x=1",
        "//units",
    ],
)
def test_a_path_that_is_no_command_is_not_found(shared_api: Api, path: str) -> None:
    expected = 201 if path == "//units" else 404

    outcome, after = _outcomes(shared_api, {**_unit(), "path": path}, _unit())

    assert (outcome["status"], after["status"]) == (expected, 201)


def test_a_key_holds_alone_and_in_a_batch_alike(api: Api) -> None:
    key = str(uuid4())
    alone = api.post("/units", _unit()["body"], key=key)

    again, twice, other = _outcomes(
        api,
        _unit(idempotency_key=key),
        _unit(idempotency_key=key),
        _unit("Service", idempotency_key=key),
    )

    assert again["body"] == twice["body"] == alone.json
    assert again["replayed"] is True
    assert other["problem"]["type"] == "/problems/command-id-reused"
    assert api.events() == 1


def test_a_role_is_asked_for_each_command(app: Flask, dsn: str) -> None:
    hr = Api(app, dsn, token(dsn, "hr"))
    objective = {"path": "/objectives", "body": {"title": "Answer", "level": "team", "cycle_id": UNKNOWN}}

    assert [outcome["status"] for outcome in _outcomes(hr, _unit(), objective)] == [403, 422]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/commands"),
        ({"commands": []}, "/commands"),
        ({"commands": {}}, "/commands"),
        ({"commands": [_unit()] * 1001}, "/commands"),
        ({"commands": [_unit(), {"body": {}}]}, "/commands/1/path"),
        ({"commands": [_unit(colour="red")]}, "/commands/0/colour"),
        ({"commands": [_unit(if_match="1.0")]}, "/commands/0/if_match"),
        ({"commands": [_unit(if_match=True)]}, "/commands/0/if_match"),
        ({"commands": [_unit(idempotency_key="1")]}, "/commands/0/idempotency_key"),
        ({"commands": [{**_unit(), "body": None}]}, "/commands/0/body"),
    ],
)
def test_a_batch_out_of_form_is_refused_whole(shared_api: Api, body: Any, pointer: str) -> None:
    before = shared_api.events()

    answer = shared_api.post("/commands", body)

    assert answer.status_code == 422
    assert answer.json is not None
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert shared_api.events() == before


def test_a_thousand_commands_fit_in_one_request(api: Api) -> None:
    outcomes = _outcomes(api, *[_unit(f"Unit {number}") for number in range(1000)])

    assert {outcome["status"] for outcome in outcomes} == {201}
    assert [outcome["body"]["position"] for outcome in outcomes] == list(range(1, 1001))


def test_a_batch_may_be_larger_than_a_command_but_has_an_end(shared_api: Api) -> None:
    one = {"path": "/units", "body": {"name": "x" * 1_000_000, "kind": "team"}}

    assert shared_api.post("/commands", {"commands": [one] * 2}).status_code == 200
    assert shared_api.post("/commands", {"commands": [one] * 9}).status_code == 413
