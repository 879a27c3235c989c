"""Every path does what it says: the command is recorded, and the question shows it."""

from typing import Any

import pytest

from tests.web.api import UNKNOWN, Api, today


def _recorded(api: Api, path: str, body: Any = None) -> list[str]:
    answer = api.post(path, body)
    assert answer.status_code in (200, 201), answer.text
    assert answer.json is not None
    events: list[str] = answer.json["events"]
    return events


def test_a_creation_says_where_it_can_be_read(api: Api) -> None:
    answer = api.post("/units", {"name": "Sales", "kind": "department", "external_id": "S-1"}, if_match=None)

    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["events"] == ["unit.defined"]
    assert answer.json["version"] == 1
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Throughline-Position"] == "1"
    path = answer.headers["Location"]
    assert path == f"/api/v1/units/{answer.json['id']}"
    shown = api.ask(path.removeprefix("/api/v1"))
    assert (shown["name"], shown["external_id"]) == ("Sales", "S-1")


def test_units_are_renamed_moved_and_dissolved(api: Api) -> None:
    top, unit = api.unit("Top"), api.unit("Low")

    assert _recorded(api, f"/units/{unit}/renaming", {"name": "Lower"}) == ["unit.renamed"]
    assert _recorded(api, f"/units/{unit}/move", {"parent_id": top}) == ["unit.moved"]
    assert _recorded(api, f"/units/{unit}/dissolution") == ["unit.dissolved"]

    shown = api.ask(f"/units/{unit}")
    assert (shown["name"], shown["parent_id"], shown["status"]) == ("Lower", top, "dissolved")


def test_people_are_renamed_transferred_and_depart(api: Api) -> None:
    sales, service = api.unit("Sales"), api.unit("Service")
    boss, ana = api.person(sales, "Bo"), api.person(sales)

    assert _recorded(api, f"/people/{ana}/renaming", {"name": "Ana Gil"}) == ["person.renamed"]
    transfer = {"unit_id": service, "manager_id": boss}
    assert _recorded(api, f"/people/{ana}/transfer", transfer) == ["person.transferred"]
    assert [one["name"] for one in api.ask("/people", unit=service)["items"]] == ["Ana Gil"]
    assert _recorded(api, f"/people/{ana}/departure") == ["person.departed"]

    shown = api.ask(f"/people/{ana}")
    assert (shown["unit_id"], shown["manager_id"], shown["status"]) == (service, boss, "departed")


def test_cycles_are_activated_closed_and_reopened(api: Api) -> None:
    cycle = api.cycle()

    assert _recorded(api, f"/cycles/{cycle}/activation") == ["cycle.activated"]
    assert _recorded(api, f"/cycles/{cycle}/closure") == ["cycle.closed"]
    assert api.ask(f"/cycles/{cycle}")["status"] == "closed"
    assert _recorded(api, f"/cycles/{cycle}/reopening", {"reason": "a reading was wrong"}) == [
        "cycle.reopened"
    ]
    assert api.ask(f"/cycles/{cycle}")["status"] == "active"


def test_an_objective_lives_its_whole_life(api: Api) -> None:
    unit = api.unit()
    objective = api.objective(api.cycle(), {"unit_id": unit}, level="strategic")
    key_result = {"title": "share", "kind": "increase", "baseline": 0, "target": 1}
    steps: list[tuple[str, Any, str]] = [
        ("key-results", key_result, "key_result_added"),
        ("revision", {"title": "Answer sooner"}, "revised"),
        ("commitment", {"confidence": 8}, "committed"),
        ("submission", {}, "submitted"),
        ("return", {}, "returned"),
        ("submission", {}, "submitted"),
        ("approval", {}, "approved"),
        ("activation", {}, "activated"),
        ("postponement", {}, "postponed"),
        ("resumption", {}, "resumed"),
        ("reaffirmation", {}, "reaffirmed"),
        ("closure", {"outcome": "achieved", "score": "0.9", "note": "seen by hand"}, "closed"),
        ("reopening", {}, "reopened"),
        ("cancellation", {}, "cancelled"),
    ]

    for path, body, event in steps:
        reasoned = {"reason": "a test", **body}
        assert _recorded(api, f"/objectives/{objective}/{path}", reasoned) == [f"objective.{event}"], path

    shown = api.ask(f"/objectives/{objective}")
    assert (shown["status"], shown["title"]) == ("cancelled", "Answer sooner")
    assert shown["owner"] == {"unit_id": unit, "name": "Sales"}


def test_an_objective_changes_hands(api: Api) -> None:
    unit = api.unit()
    ana, objective = api.person(unit), api.objective(api.cycle(), {"unit_id": unit})

    assert _recorded(api, f"/objectives/{objective}/transfer", {"person_id": ana}) == [
        "objective.transferred"
    ]

    assert api.ask(f"/objectives/{objective}")["owner"] == {"person_id": ana, "name": "Ana Ruiz"}
    assert [one["id"] for one in api.ask("/objectives", owner=ana)["items"]] == [objective]


def test_key_results_are_measured_and_corrected(api: Api) -> None:
    new = [{"title": "share", "kind": "increase", "baseline": "0", "target": 10.50, "weight": 2}]
    objective = api.active(api.cycle(), {"unit_id": api.unit()}, level="strategic", key_results=new)
    key_result = api.ask(f"/objectives/{objective}")["key_results"][0]
    assert (key_result["target"], key_result["weight"]) == ("10.5", "2")

    reading = {"key_result_id": key_result["id"], "value": "4.20"}
    check_in = {"on": "2025-06-01", "readings": [reading], "confidence": 5, "note": "half way\nor so"}
    assert _recorded(api, f"/objectives/{objective}/check-ins", check_in) == ["objective.checked_in"]
    shown = api.ask(f"/objectives/{objective}/progress")
    assert shown["progress"] == 0.4
    assert shown["readings"][0]["value"] == "4.2"

    correction = {"readings": [{**reading, "value": 5.25}], "reason": "counted twice"}
    path = f"/objectives/{objective}/check-ins/{shown['readings'][0]['check_in_id']}/correction"
    assert _recorded(api, path, correction) == ["objective.check_in_corrected"]
    assert api.ask(f"/objectives/{objective}/progress")["progress"] == 0.5

    target = {"target": 21, "reason": "raised"}
    path = f"/objectives/{objective}/key-results/{key_result['id']}"
    assert _recorded(api, f"{path}/target", target) == ["objective.target_changed"]
    assert api.ask(f"/objectives/{objective}/progress")["progress"] == 0.25
    assert _recorded(api, f"{path}/removal", {"reason": "gone"}) == ["objective.key_result_removed"]


def test_objectives_are_aligned_upward(api: Api) -> None:
    unit, cycle = api.unit(), api.cycle()
    ana = api.person(unit)
    top = api.active(cycle, {"unit_id": unit}, level="strategic", title="Top")
    low = api.active(cycle, {"person_id": ana}, title="Low")
    link = {"objective_id": top, "kind": "contributes", "weight": "1.50", "reason": "it belongs there"}

    assert _recorded(api, f"/objectives/{low}/alignments", link) == ["objective.aligned"]
    graph = api.ask("/alignment", root=top)
    assert [(one["from"], one["to"], one["weight"]) for one in graph["links"]] == [(low, top, "1.5")]
    assert [node["owner"]["name"] for node in graph["nodes"]] == ["Sales", "Ana Ruiz"]
    paths = api.ask(f"/objectives/{low}/paths")["paths"]
    assert [[step["title"] for step in path["objectives"]] for path in paths] == [["Low", "Top"]]
    person = api.ask(f"/people/{ana}/alignment")
    assert person["person"]["name"] == "Ana Ruiz"
    assert person["objectives"][0]["class"] == "aligned"
    health = api.ask("/alignment-health", unit=unit)
    assert health["total"]["coverage"] == 1.0
    assert health["units"][0]["name"] == "Sales"

    weight = {"weight": 3, "reason": "it counts more"}
    path = f"/objectives/{low}/alignments/{top}"
    assert _recorded(api, f"{path}/weight", weight) == ["objective.alignment_weight_changed"]
    assert _recorded(api, f"{path}/removal", {"reason": "it does not"}) == ["objective.alignment_removed"]
    assert api.ask(f"/objectives/{low}")["class"] == "orphan"


def test_a_command_whose_effect_holds_records_nothing(api: Api) -> None:
    unit = api.unit("Sales")

    answer = api.post(f"/units/{unit}/renaming", {"name": "Sales"})

    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["events"], answer.json["version"]) == ([], 1)


def test_a_list_is_walked_page_by_page(api: Api) -> None:
    for name in ("A", "B", "C", "D", "E"):
        api.unit(name)
    api.project()

    names, path = [], "/api/v1/units?limit=2&as_of=" + today()
    while path:
        answer = api.app.test_client().get(path, headers=api.headers({}))
        assert answer.json is not None
        names += [unit["name"] for unit in answer.json["items"]]
        assert set(answer.json) == {"items", "as_of", "known_at", "position"}
        link = answer.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("<")
        assert link == "" or link.endswith('>; rel="next"')

    assert names == ["A", "B", "C", "D", "E"]


def test_the_pages_of_a_walk_are_of_one_state_whatever_is_recorded_meanwhile(api: Api) -> None:
    for name in ("A", "C"):
        api.unit(name)
    api.project()
    first = api.get("/units", limit=1)
    api.unit("B")
    api.project()

    path = first.headers["Link"].partition(">")[0].removeprefix("<")
    second = api.app.test_client().get(path, headers=api.headers({}))

    assert first.json is not None
    assert second.json is not None
    assert [unit["name"] for unit in second.json["items"]] == ["C"]
    assert [second.json[time] for time in ("as_of", "known_at")] == [
        first.json[time] for time in ("as_of", "known_at")
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/units/{}",
        "/people/{}",
        "/cycles/{}",
        "/objectives/{}",
        "/objectives/{}/paths",
        "/objectives/{}/progress",
        "/people/{}/alignment",
    ],
)
def test_what_was_never_defined_is_not_found(api: Api, path: str) -> None:
    answer = api.get(path.format(UNKNOWN))

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["type"] == "/problems/not-found"
