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


def _target(who: Api, objective: str, value: str) -> None:
    key_result = who.ask(f"/objectives/{objective}")["key_results"][0]["id"]
    why = {"target": value, "reason": "agreed"}
    who.done(f"/objectives/{objective}/key-results/{key_result}/target", why)


AIM = {"title": "Aim", "kind": "decrease", "baseline": "100", "target": "10", "weight": "1"}


def test_a_target_made_harder_is_found_and_says_the_kind_of_its_key_result(api: Api) -> None:
    cycle, owner = api.cycle(), {"unit_id": api.unit()}
    harder, easier = (api.active(cycle, owner, key_results=[AIM]) for _ in range(2))
    _target(api, harder, "5")
    _target(api, easier, "20")
    (row,) = _rows(api, raised="true")
    assert row["subject"]["id"] == harder
    (change,) = row["changes"]
    assert (change["raised"], change["key_result_kind"], "lowered" in change) == (True, "decrease", False)
    (lower,) = _rows(api, q="lowered:true raised:false")
    assert lower["subject"]["id"] == easier
    assert lower["changes"][0]["key_result_kind"] == "decrease"
    assert _rows(api, raised="true", lowered="true") == []


def test_what_was_amended_and_approved_again_or_not(api: Api) -> None:
    cycle, owner = api.cycle(), {"unit_id": api.unit()}
    again, never = (api.active(cycle, owner, key_results=[AIM]) for _ in range(2))
    draft = api.objective(cycle, owner, key_results=[AIM])
    for objective in (again, never, draft):
        _target(api, objective, "5")
    api.done(f"/objectives/{again}/approval")
    (approved,) = _rows(api, approved_again="true")
    (open_,) = _rows(api, q="approved_again:false")
    assert (approved["subject"]["id"], open_["subject"]["id"]) == (again, never)
    approvals = [row for row in _rows(api, action="objective.approved", subject=again) if row["position"]]
    second, first = ({name: row[name] for name in ("position", "actor", "actor_name")} for row in approvals)
    for told, row in ((approved["amendment"]["approved"], first), (approved["amendment"]["again"], second)):
        assert {name: told[name] for name in row} == row
    assert open_["amendment"]["again"] is None
    assert open_["amendment"]["approved"]["on"] == "2025-01-02"
    (plain,) = _rows(api, action="objective.target_changed", subject=draft)
    assert plain["amendment"] is None
    assert len(_rows(api, approved_again="false", raised="true", late="false")) == 1


def test_a_row_says_whether_it_was_late(api: Api) -> None:
    api.unit("North")  # effective 2025-01-01
    api.done("/units", {"name": "South", "kind": "team"})
    assert [row["late"] for row in _rows(api, kind="event")] == [False, True]
    assert [row["late"] for row in _rows(api, kind="read")][:1] == [None]
    rows = api.get("/audit.jsonl", kind="event").get_data(as_text=True)
    assert ('"late":true' in rows, '"late":false' in rows) == (True, True)


def test_several_kinds_an_outcome_and_the_number_of_rows(api: Api) -> None:
    api.unit("North")
    assert api.post("/units", {"name": "", "kind": "team"}).status_code == 422
    found = {row["kind"] for row in _rows(api, kind="event,refusal")}
    assert found == {"event", "refusal"}
    assert {row["kind"] for row in _rows(api, q="kind:event,refusal")} == found
    (refusal,) = _rows(api, outcome="invalid-value", kind="refusal")
    assert refusal["action"] == "units.define"
    assert all(row["kind"] != "event" for row in _rows(api, outcome="answered"))
    assert api.ask("/audit", kind="event")["count"] is None
    counted = api.ask("/audit", kind="event,refusal", limit=1, count="true")
    assert (len(counted["items"]), counted["count"]) == (1, {"rows": 2, "exact": True})
    link = api.get("/audit", kind=["event", "refusal"], limit=1).headers["Link"]
    assert link.count("kind=") == 2
    refused(api.get("/audit", outcome="bad"), 422, "invalid-value", "?outcome")
    refused(api.get("/audit", kind="event,rumour"), 422, "invalid-value", "?kind")
    refused(api.get("/audit", count="many"), 422, "invalid-value", "?count")
