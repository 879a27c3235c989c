"""Paths, parameters, references and states that are refused, and nothing is recorded."""

from typing import Any

import pytest

from tests.web.api import UNKNOWN, Api, refused


@pytest.fixture
def api(shared_api: Api) -> Api:
    """One database for all: whatever is refused leaves it as it was."""
    return shared_api


UNIT = {"name": "Sales", "kind": "department"}


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/units", {**UNIT, "parent_id": UNKNOWN}, "/parent_id"),
        ("/people", {"name": "Ana", "unit_id": UNKNOWN}, "/unit_id"),
        ("/objectives", {"title": "Answer", "level": "team", "cycle_id": UNKNOWN}, "/cycle_id"),
    ],
)
def test_an_id_in_a_body_that_names_nothing_isrefused(api: Api, path: str, body: Any, pointer: str) -> None:
    before = api.events()
    refused(api.post(path, body), 422, "unknown-reference", pointer)
    assert api.events() == before


@pytest.mark.parametrize(
    "path",
    [
        f"/units/{UNKNOWN}/dissolution",
        "/units/1/dissolution",
        "/units/../dissolution",
        f"/units/{UNKNOWN.replace('-', '')}/dissolution",
        f"/units/{UNKNOWN}/dissolution/",
        f"//units/{UNKNOWN}/dissolution",
        "/nothing",
    ],
)
def test_what_is_not_there_is_not_found(api: Api, path: str) -> None:
    refused(api.post(path), 404, "not-found")


def test_an_aggregate_of_another_kind_is_not_found(api: Api) -> None:
    refused(api.post(f"/cycles/{api.unit()}/activation"), 404, "not-found")


def test_a_method_that_does_not_fit_is_named(api: Api) -> None:
    answer = api.app.test_client().delete("/api/v1/units", headers=api.headers({}))

    refused(answer, 405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]


def test_trace_is_no_method_here(api: Api) -> None:
    answer = api.app.test_client().open("/api/v1/units", method="TRACE", headers=api.headers({}))

    refused(answer, 405, "method-not-allowed")
    assert api.token is not None
    assert api.token not in answer.text


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("colour=red", "?colour"),
        ("as_of=2026-02-30", "?as_of"),
        ("as_of=", "?as_of"),
        ("as_of=2026-01-01&as_of=2026-01-01", "?as_of"),
        ("as_of=0000-12-31", "?as_of"),
        ("known_at=2026-01-01", "?known_at"),
        ("known_at=2026-01-01T00:00:00", "?known_at"),
        ("known_at=2026-01-01T25:00:00Z", "?known_at"),
        ("known_at=9999-12-31T23:59:59-23:00", "?known_at"),
        ("min_position=-1", "?min_position"),
        ("min_position=1.5", "?min_position"),
        ("min_position=99999999999999999999", "?min_position"),
        ("limit=0", "?limit"),
        ("limit=501", "?limit"),
        ("limit=%D9%A3", "?limit"),
        ("after=made-up", "?after"),
        ("after=W10", "?after"),
        ("unit=1", "?unit"),
        ("level=galactic", "?level"),
        ("class=first", "?class"),
        ("q=%00", "?q"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(api: Api, query: str, pointer: str) -> None:
    answer = api.app.test_client().get(f"/api/v1/objectives?{query}", headers=api.headers({}))

    refused(answer, 422, "invalid-value", pointer)


def test_a_command_takes_no_parameters(api: Api) -> None:
    before = api.events()
    refused(api.post("/units?dry_run=true", UNIT), 422, "invalid-value", "?dry_run")
    assert api.events() == before


def test_a_cursor_of_another_list_isrefused(api: Api) -> None:
    api.unit("A"), api.unit("B")
    link = api.get("/units", limit=1).headers["Link"]
    cursor = link.split("after=")[1].split(">")[0]

    refused(api.get("/cycles", after=cursor), 422, "invalid-value", "?after")


def test_a_state_that_forbids_a_step_says_which_it_allows(api: Api) -> None:
    objective = api.objective(api.cycle(), {"unit_id": api.unit()})
    before = api.events()

    answer = api.post(f"/objectives/{objective}/approval")

    refused(answer, 409, "forbidden-transition")
    assert answer.json is not None
    assert answer.json["current_status"] == "draft"
    assert "submit" in answer.json["allowed"]
    assert api.events() == before


def test_an_objective_that_is_not_smart_is_told_what_is_missing(api: Api) -> None:
    objective = api.objective(api.cycle(), {"unit_id": api.unit()})

    answer = api.post(f"/objectives/{objective}/submission")

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["type"] == "/problems/not-smart"
    assert set(answer.json["missing"]) == {"M", "A", "R"}
