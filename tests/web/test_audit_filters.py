"""The trail is asked for judgements: late, lowered, amended; by names; and what nobody knows is refused."""

from typing import Any
from uuid import UUID

import pytest

from tests.web.api import UNKNOWN, Api, refused
from tests.web.conftest import token

Row = dict[str, Any]


def _rows(api: Api, **query: str) -> list[Row]:
    items: list[Row] = api.ask("/audit", limit=500, **query)["items"]
    return items


AIMS = (
    ("increase", "0", "100", "90", True),
    ("increase", "0", "100", "110", False),
    ("decrease", "100", "10", "20", True),
    ("decrease", "100", "10", "5", False),
    ("maintain_at_least", None, "10", "9", True),
    ("maintain_at_most", None, "10", "11", True),
    ("maintain_at_most", None, "10", "9", False),
    ("milestone", "10", "0", "5", True),
    ("milestone", "0", "10", "5", True),
    ("milestone", "0", "10", "12", False),
)


def test_a_target_made_easier_is_found_whatever_its_kind(api: Api) -> None:
    cycle, unit = api.cycle(), api.unit()
    easier = set()
    for number, (kind, baseline, target, other, lowered) in enumerate(AIMS):
        aim = {"title": f"Aim {number}", "kind": kind, "baseline": baseline, "target": target, "weight": "1"}
        begin = api.objective if number % 2 else api.active
        objective = begin(cycle, {"unit_id": unit}, key_results=[aim])
        key_result = api.ask(f"/objectives/{objective}")["key_results"][0]["id"]
        changed = {"target": other, "reason": "the market"}
        api.done(f"/objectives/{objective}/key-results/{key_result}/target", changed)
        if lowered:
            easier.add(objective)

    def subjects(**query: str) -> set[str]:
        return {row["subject"]["id"] for row in _rows(api, **query)}

    assert subjects(lowered="true") == easier
    assert subjects(action="objective.target_changed", lowered="false") | easier >= subjects(
        action="objective.target_changed"
    )
    assert not subjects(action="objective.target_changed", lowered="false") & easier
    amended = {row["subject"]["id"] for row in _rows(api, q="lowered:true amendment:true")}
    assert amended
    assert amended < easier
    marked = [
        change for row in _rows(api, lowered="true") for change in row["changes"] if "lowered" in change
    ]
    assert len(marked) == len(easier)
    assert all(change["field"].endswith(".target") for change in marked)


def test_what_was_recorded_late_is_found(api: Api) -> None:
    late = api.unit("North")  # effective 2025-01-01
    prompt = api.done("/units", {"name": "South", "kind": "team"})
    assert [row["subject"]["id"] for row in _rows(api, late="true")] == [late]
    assert [row["subject"]["id"] for row in _rows(api, late="false")] == [prompt]
    assert [row["subject"]["id"] for row in _rows(api, q="late:false south")] == [prompt]
    refused(api.get("/audit", late="yes"), 422, "invalid-value", "?late")


def test_an_actor_is_found_by_name(api: Api) -> None:
    unit = api.unit()
    ana, bo = api.person(unit, "Ana Rui\u0301z"), api.person(unit, "Ana Young")
    for person in (ana, bo):
        acting = Api(api.app, api.dsn, token(api.dsn, "admin", person_id=UUID(person)))
        acting.done("/units", {"name": f"Of {person}", "kind": "team"})
    api.done(f"/people/{ana}/renaming", {"name": "Ana Gil", "effective_on": "2025-06-01"})

    def actors(name: str) -> set[str]:
        return {row["actor"] for row in _rows(api, actor=name, kind="event")}

    for name in ("Ana Ru\u00edz", "ana ruiz", "Gil", "ana gil"):
        assert actors(name) == {f"person:{ana}"}
    assert actors("Ana") == {f"person:{ana}", f"person:{bo}"}
    assert {row["actor"] for row in _rows(api, q='actor:"Ana Young" kind:event')} == {f"person:{bo}"}
    quiet = api.person(unit, "Cy")
    assert _rows(api, actor=quiet) == _rows(api, actor=f"person:{quiet}") == _rows(api, actor="Cy") == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"actor": "Nobody Atall"}, "?actor"),
        ({"actor": UNKNOWN}, "?actor"),
        ({"actor": f"person:{UNKNOWN}"}, "?actor"),
        ({"actor": "robot:7"}, "?actor"),
        ({"action": "objective.exploded"}, "?action"),
        ({"action": "planet.*"}, "?action"),
        ({"q": "actor:Nobody"}, "?q"),
        ({"q": "action:objective.exploded"}, "?q"),
    ],
)
def test_who_and_what_is_not_known_is_refused(shared_api: Api, query: dict[str, Any], pointer: str) -> None:
    for path in ("/audit", "/audit.csv"):
        refused(shared_api.get(path, **query), 422, "invalid-value", pointer)


def test_an_action_that_can_be_but_was_not_is_known(api: Api) -> None:
    for action in ("objective.closed", "review.*", "people.list_all", "cycles.*"):
        assert api.ask("/audit", action=action)["items"] == []
