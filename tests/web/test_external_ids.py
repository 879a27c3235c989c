"""The id of another system that was given wrongly is corrected, and is still one thing's alone."""

from typing import Any

import pytest

from tests.web.api import Api, refused

SLIP = {"reason": "it was that of another"}


def _things(api: Api) -> dict[str, str]:
    """One of each collection, by its path."""
    unit, cycle = api.unit(), api.cycle()
    people = [
        api.done("/people", {"name": name, "unit_id": unit, "effective_on": "2025-01-01"})
        for name in ("Ana", "Bo")
    ]
    goal = api.active(cycle, {"person_id": people[0]}, level="strategic")
    aim = {"direction": "increase", "baseline": "1", "target": "2", "objective_ids": [goal]}
    shares = [{"objective_id": goal, "weight": "100"}]
    review = {"person_id": people[0], "reviewer_id": people[1], "cycle_id": cycle, "objectives": shares}
    return {
        "units": unit,
        "people": people[0],
        "cycles": cycle,
        "objectives": goal,
        "measures": api.done("/measures", {"name": "Share", "unit_of_measure": None, **aim}),
        "reviews": api.done("/reviews", review),
    }


def test_it_is_corrected_wherever_there_is_one_and_the_past_says_so(api: Api) -> None:
    for collection, id in _things(api).items():
        path = f"/{collection}/{id}/external-id"
        before = api.events()
        refused(api.post(path, {"external_id": "X-9"}), 422, "reason-required", "/reason")
        refused(api.post(path, SLIP), 422, "invalid-value", "/external_id")
        ahead = {"external_id": "X-9", "effective_on": "2026-04-04", **SLIP}
        refused(api.post(path, ahead), 422, "effective-date", "/effective_on")
        assert api.events() == before
        api.done(path, {"external_id": "X-9", **SLIP})
        api.done(path, {"external_id": "X-9"})  # it is so already
        assert api.events() == before + 1
        assert api.ask(f"/{collection}/{id}")["external_id"] == "X-9", collection
        entries = api.ask("/audit", subject=id)["items"]
        (entry,) = [each for each in entries if each["action"].endswith(".external_id_corrected")]
        assert entry["changes"] == [{"field": "external_id", "before": None, "after": "X-9"}], collection


NAMED = ["people", "units", "objectives", "cycles", "measures", "reviews"]


def _bodies(api: Api, collection: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What two different ones of the collection are defined with."""
    unit, cycle = api.unit(), api.cycle()
    people = [
        api.done("/people", {"name": name, "unit_id": unit, "effective_on": "2025-01-01"})
        for name in ("Ana", "Bo")
    ]
    goals = [api.active(cycle, {"person_id": person}, level="strategic") for person in people]
    aim = {"unit_of_measure": None, "direction": "increase", "baseline": "1", "target": "2"}
    body: dict[str, dict[str, Any]] = {
        "people": {"name": "Ana", "unit_id": unit},
        "units": {"name": "North", "kind": "team"},
        "objectives": {"title": "Grow", "level": "team", "cycle_id": cycle},
        "cycles": {"name": "2027", "starts_on": "2027-01-01", "ends_on": "2027-12-31"},
        "measures": {"name": "Share", "objective_ids": goals, **aim},
        "reviews": {"cycle_id": cycle},
    }
    by_place = [
        {"person_id": person, "reviewer_id": other, "objectives": [{"objective_id": goal, "weight": "100"}]}
        for person, other, goal in zip(people, reversed(people), goals, strict=True)
    ]
    first, second = by_place if collection == "reviews" else ({}, {})
    return body[collection] | first, body[collection] | second


@pytest.mark.parametrize("collection", NAMED)
def test_it_is_not_that_of_another_unless_that_gives_it_up(api: Api, collection: str) -> None:
    one, other = _bodies(api, collection)
    first = api.done(f"/{collection}", {**one, "external_id": "X-1"})
    answer = api.post(f"/{collection}", {**other, "external_id": " x-1"})
    refused(answer, 409, "already-exists", "/external_id")
    assert (answer.json or {})["id"] == first
    second = api.done(f"/{collection}", {**other, "external_id": "X-2"})

    wanted = {"external_id": "x-1", **SLIP}
    answer = api.post(f"/{collection}/{second}/external-id", wanted)
    refused(answer, 409, "already-exists", "/external_id")
    assert (answer.json or {})["id"] == first

    api.done(f"/{collection}/{first}/external-id", {"external_id": "X-3", **SLIP})
    api.done(f"/{collection}/{second}/external-id", wanted)
    shown = [api.ask(f"/{collection}/{id}")["external_id"] for id in (first, second)]
    assert shown == ["X-3", "x-1"]
    if collection == "reviews":
        return  # they are not looked for by it
    found = {name: api.ask(f"/{collection}", external_id=name)["items"] for name in ("X-1", "X-2", "X-3")}
    assert {name: [each["id"] for each in items] for name, items in found.items()} == {
        "X-1": [second],
        "X-2": [],
        "X-3": [first],
    }


def test_of_what_is_sealed_it_stays(api: Api) -> None:
    cycle = api.cycle()
    objective = api.active(cycle, {"unit_id": api.unit()})
    api.done(f"/objectives/{objective}/cancellation", {"reason": "given up"})
    api.done(f"/cycles/{cycle}/activation")
    api.done(f"/cycles/{cycle}/closure")
    for path in (f"/objectives/{objective}", f"/cycles/{cycle}"):
        refused(api.post(f"{path}/external-id", {"external_id": "X-1", **SLIP}), 409, "cycle-sealed")


def test_that_of_a_key_result_is_corrected_by_its_revision(api: Api) -> None:
    aim = {"title": "Calls", "kind": "increase", "baseline": "0", "target": "9", "external_id": "KR-1"}
    objective = api.objective(api.cycle(), {"unit_id": api.unit()}, key_results=[aim])
    (key_result,) = api.ask(f"/objectives/{objective}")["key_results"]
    api.done(f"/objectives/{objective}/key-results/{key_result['id']}/revision", {"external_id": "KR-2"})
    (shown,) = api.ask(f"/objectives/{objective}")["key_results"]
    assert (shown["id"], shown["external_id"]) == (key_result["id"], "KR-2")
    again = {**aim, "title": "More calls", "external_id": "kr-2"}
    answer = api.post(f"/objectives/{objective}/key-results", again)
    refused(answer, 409, "already-exists", "/external_id")
