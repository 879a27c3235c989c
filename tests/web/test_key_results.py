"""Key results over HTTP: everything that can be recorded wrongly can be put right."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web.api import UNKNOWN, Api, refused

OBSERVED = {"title": "Calls", "kind": "observe", "unit_of_measure": "calls"}


def _key_result(api: Api, *given: dict[str, Any]) -> str:
    """The path of the first key result of an active objective."""
    objective = api.active(api.cycle(), {"unit_id": api.unit()}, key_results=list(given) or [OBSERVED])
    id = api.ask(f"/objectives/{objective}")["key_results"][0]["id"]
    return f"/objectives/{objective}/key-results/{id}"


def _shown(api: Api, path: str, **query: Any) -> dict[str, Any]:
    objective, _, id = path.partition("/key-results/")
    found: dict[str, Any] = next(one for one in api.ask(objective, **query)["key_results"] if one["id"] == id)
    return found


@pytest.mark.parametrize(
    ("kind", "aim"),
    [
        ("increase", {"target": "5", "baseline": "0"}),
        ("decrease", {"target": "0.5", "baseline": "7"}),
        ("milestone", {"target": 1, "baseline": 0}),
        ("maintain_at_least", {"target": 99.5}),
        ("maintain_at_most", {"target": "3"}),
    ],
)
def test_one_that_was_observed_gets_its_first_target_with_its_kind(
    api: Api, kind: str, aim: dict[str, Any]
) -> None:
    path = _key_result(api)
    answer = api.post(f"{path}/target", {"kind": kind, "reason": "agreed on", **aim})
    assert answer.json is not None
    assert answer.json["events"] == ["objective.target_changed"]
    shown = _shown(api, path)
    assert (shown["kind"], shown["target"]) == (kind, str(aim["target"]))


def test_a_target_is_taken_away_by_the_kind_observe(api: Api) -> None:
    path = _key_result(api, {"title": "Calls", "kind": "increase", "baseline": 0, "target": 9})
    api.done(f"{path}/target", {"target": None, "kind": "observe", "reason": "not agreed on yet"})
    shown = _shown(api, path)
    assert (shown["kind"], shown["baseline"], shown["target"]) == ("observe", "0", None)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"target": "5", "baseline": "0"}, "/kind"),
        ({"target": "5", "kind": "increase"}, "/baseline"),
        ({"target": None, "baseline": "0", "kind": "increase"}, "/target"),
        ({"target": "5", "kind": "observe"}, "/kind"),
        ({"target": "5", "kind": "improve"}, "/kind"),
        ({"target": "5", "kind": None}, "/kind"),
    ],
)
def test_a_first_target_that_cannot_be_measured_is_refused_naming_the_field(
    api: Api, body: dict[str, Any], pointer: str
) -> None:
    refused(
        api.post(f"{_key_result(api)}/target", {"reason": "tried", **body}), 422, "invalid-value", pointer
    )


def test_one_that_was_removed_by_mistake_is_back_under_its_id_with_its_readings(api: Api) -> None:
    path = _key_result(api, {"title": "Calls", "kind": "increase", "baseline": 0, "target": 10})
    objective, _, id = path.partition("/key-results/")
    reading = {"key_result_id": id, "value": "4"}
    api.done(f"{objective}/check-ins", {"on": "2025-02-01", "readings": [reading]})
    api.done(f"{path}/removal", {"effective_on": "2025-03-01", "reason": "merged"})
    api.done(f"{path}/reinstatement", {"effective_on": "2025-05-01", "reason": "it was another one"})
    assert api.ask(objective, as_of="2025-04-01")["key_results"] == []
    shown = _shown(api, path, as_of="2025-05-01")
    assert (shown["id"], shown["reading"]["value"], shown["progress"]) == (id, "4", 0.4)
    told = [each["action"] for each in api.ask(f"{objective}/history")["items"]]
    assert {"objective.key_result_removed", "objective.key_result_reinstated"} <= set(told)


COUNTED = {"title": "Calls", "kind": "increase", "unit_of_measure": "call", "baseline": 0, "target": 10}


def _with_readings(api: Api) -> tuple[str, str]:
    """The paths of two key results of an objective, read on 1 February as 4 and 10 of 10."""
    path = _key_result(api, COUNTED, {**COUNTED, "title": "Visits"})
    objective, _, _ = path.partition("/key-results/")
    ids = {one["title"]: one["id"] for one in api.ask(objective)["key_results"]}
    readings = [{"key_result_id": ids[t], "value": v} for t, v in (("Calls", "4"), ("Visits", "10"))]
    api.done(f"{objective}/check-ins", {"on": "2025-02-01", "readings": readings})
    return objective, f"{objective}/key-results/{ids['Calls']}"


def test_a_weight_that_was_recorded_wrongly_is_corrected_since_its_day_and_readings_stay(api: Api) -> None:
    objective, path = _with_readings(api)
    known = api.ask(objective)["known_at"]
    body = {"weight": "0.5", "effective_on": "2025-03-01", "reason": "half as important"}
    answer = api.post(f"{path}/revision", body)
    assert answer.json is not None
    assert answer.json["events"] == ["objective.key_result_revised"]
    shown = _shown(api, path)
    assert (shown["weight"], shown["reading"]["value"], shown["progress"]) == ("0.5", "4", 0.4)
    assert api.ask(objective)["progress"] == 0.8  # (0.5 x 0.4 + 1 x 1) / 1.5
    assert api.ask(objective, as_of="2025-02-28")["progress"] == 0.7
    assert api.ask(objective, known_at=known)["progress"] == 0.7
    assert (api.ask(objective)["amended"], api.ask(objective, known_at=known)["amended"]) == (True, False)
    again = api.post(f"{path}/revision", body)
    assert (again.status_code, again.json and again.json["events"]) == (200, [])


def test_the_trail_tells_what_a_revision_changed_and_what_it_was(api: Api) -> None:
    _, path = _with_readings(api)
    body = {"title": "Calls answered", "unit_of_measure": None, "weight": 1, "reason": "a typing error"}
    api.done(f"{path}/revision", body)
    (told,) = api.ask("/audit", action="objective.key_result_revised")["items"]
    part = f"key_results.{path.rpartition('/')[2]}"
    assert [(each["field"], each["before"], each["after"]) for each in told["changes"]] == [
        (f"{part}.title", "Calls", "Calls answered"),
        (f"{part}.unit_of_measure", "call", None),
    ]
    assert told["reason"] == "a typing error"
    (found,) = api.ask("/key-results", q="calls answered")["items"]
    assert (found["id"], found["unit_of_measure"]) == (path.rpartition("/")[2], None)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": None}, "/title"),
        ({"title": " "}, "/title"),
        ({"title": "x" * 501}, "/title"),
        ({"title": "one\ntwo"}, "/title"),
        ({"unit_of_measure": "x" * 201}, "/unit_of_measure"),
        ({"unit_of_measure": 7}, "/unit_of_measure"),
        ({"weight": None}, "/weight"),
        ({"weight": 0}, "/weight"),
        ({"weight": "1000000.5"}, "/weight"),
        ({"weight": "0.12345678901234567890123456789"}, "/weight"),
        ({"weight": "heavy"}, "/weight"),
        ({"kind": "decrease"}, "/kind"),
        ({"target": 3}, "/target"),
    ],
)
def test_a_revision_that_cannot_be_is_refused_naming_the_field(
    api: Api, body: dict[str, Any], pointer: str
) -> None:
    path, before = _key_result(api), api.events()
    refused(api.post(f"{path}/revision", {"reason": "tried", **body}), 422, "invalid-value", pointer)
    assert api.events() == before


def test_a_revision_needs_a_reason_a_day_and_a_key_result_that_is_there(api: Api) -> None:
    path = _key_result(api)
    objective, _, _ = path.partition("/key-results/")
    body = {"weight": 2, "reason": "heavier"}
    refused(api.post(f"{path}/revision", {"weight": 2}), 422, "reason-required", "/reason")
    for day in ("2024-12-31", "2099-01-01"):
        dated = {**body, "effective_on": day}
        refused(api.post(f"{path}/revision", dated), 422, "effective-date", "/effective_on")
    refused(api.post(f"{objective}/key-results/{UNKNOWN}/revision", body), 404, "not-found")
    api.done(f"{path}/removal", {"effective_on": "2025-03-01", "reason": "merged"})
    refused(api.post(f"{path}/revision", body), 404, "not-found")
    api.done(f"{path}/revision", {**body, "effective_on": "2025-02-01"})
    api.done(f"{objective}/cancellation", {"reason": "given up"})
    late = {"weight": 3, "reason": "heavier", "effective_on": "2025-02-01"}
    refused(api.post(f"{path}/revision", late), 409, "forbidden-transition")


def test_a_revision_ahead_holds_from_its_day_on(api: Api) -> None:
    objective, path = _with_readings(api)
    day = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    api.done(f"{path}/revision", {"weight": 3, "effective_on": day, "reason": "from next month on"})
    assert _shown(api, path)["weight"] == "1"
    assert (_shown(api, path, as_of=day)["weight"], api.ask(objective, as_of=day)["progress"]) == ("3", 0.55)


def test_a_check_in_that_is_withdrawn_is_no_sign_of_life_any_more(api: Api) -> None:
    aim = {"title": "Calls", "kind": "increase", "baseline": "0", "target": "10"}
    id = api.active(api.cycle(), {"unit_id": api.unit()}, key_results=[aim])
    objective = f"/objectives/{id}"
    (key_result,) = api.ask(objective)["key_results"]
    days = ("2025-02-01", "2025-03-01")
    for day, value, confidence in zip(days, ("2", "9"), (4, 9), strict=True):
        reading = {"key_result_id": key_result["id"], "value": value}
        api.done(f"{objective}/check-ins", {"on": day, "readings": [reading], "confidence": confidence})
    mistaken = api.ask(objective)["key_results"][0]["reading"]["check_in_id"]
    path = f"{objective}/check-ins/{mistaken}"

    refused(api.post(f"{path}/withdrawal"), 422, "reason-required", "/reason")
    known_at = api.ask(objective)["known_at"]
    api.done(f"{path}/withdrawal", {"reason": "of another objective"})

    asked = {"as_of": "2025-03-15"}
    fields = ("last_check_in_on", "confidence", "stale")
    now, then = api.ask(objective, **asked), api.ask(objective, **asked, known_at=known_at)
    assert [now[name] for name in fields] == [days[0], 4, True]
    assert [then[name] for name in fields] == [days[1], 9, False]
    assert [each["key_results"][0]["reading"]["value"] for each in (now, then)] == ["2", "9"]
    assert api.ask("/alignment-health", **asked)["total"]["stale"] == 1
    assert [each["id"] for each in api.ask("/objectives", **asked, stale="true")["items"]] == [id]
    series = {"from": "2025-03-15", "to": "2025-03-15", "step": "day"}
    assert [each["stale"] for each in api.ask("/alignment-health/series", **series)["points"]] == [1]
    told = api.ask(f"{objective}/history")["items"][-1]
    assert told["action"] == "objective.check_in_withdrawn"
    assert {change["field"].rpartition(".")[2] for change in told["changes"]} == {
        "confidence", "withdrawn", key_result["id"],
    }  # fmt: skip
    refused(api.post(f"{path}/correction", {"confidence": 1, "reason": "a slip"}), 404, "not-found")


@pytest.mark.parametrize(
    ("said", "confidence"), [({"confidence": 3}, 3), ({"note": "still waiting for the tender"}, 8)]
)
def test_a_check_in_may_say_a_confidence_or_a_note_alone(
    api: Api, said: dict[str, Any], confidence: int
) -> None:
    """It is a sign of life; the readings stay what they were, as does a confidence that it does not say."""
    aim = {"title": "Calls", "kind": "increase", "baseline": "0", "target": "10"}
    objective = f"/objectives/{api.active(api.cycle(), {'unit_id': api.unit()}, key_results=[aim])}"
    (key_result,) = api.ask(objective)["key_results"]
    read = {"on": "2025-02-01", "readings": [{"key_result_id": key_result["id"], "value": "4"}]}
    api.done(f"{objective}/check-ins", {**read, "confidence": 8})
    before = api.ask(objective, as_of="2025-03-15")
    refused(api.post(f"{objective}/check-ins", {"on": "2025-03-10"}), 422, "invalid-value", "/readings")

    api.done(f"{objective}/check-ins", {"on": "2025-03-10", **said})

    after = api.ask(objective, as_of="2025-03-15")
    assert (before["stale"], before["last_check_in_on"], before["confidence"]) == (True, "2025-02-01", 8)
    assert (after["stale"], after["last_check_in_on"], after["confidence"]) == (
        False,
        "2025-03-10",
        confidence,
    )
    assert after["key_results"] == before["key_results"]
    assert after["progress"] == before["progress"]
    ((name, value),) = said.items()
    told = api.ask(f"{objective}/history")["items"][-1]["changes"]
    assert [(each["field"].rpartition(".")[2], each["after"]) for each in told] == [(name, value)]


def test_a_reaffirmation_that_is_withdrawn_is_no_sign_of_life_any_more(api: Api) -> None:
    id = api.active(api.cycle(), {"unit_id": api.unit()})
    objective, days = f"/objectives/{id}", ("2025-02-01", "2025-03-01")
    for day in days:
        api.done(f"{objective}/reaffirmation", {"effective_on": day})
    path, mistaken = f"{objective}/reaffirmation/withdrawal", {"on": days[1], "reason": "of another one"}

    refused(api.post(path, {"reason": "of another one"}), 422, "invalid-value", "/on")
    refused(api.post(path, {"on": days[1]}), 422, "reason-required", "/reason")
    refused(api.post(path, {**mistaken, "on": "2025-03-02"}), 404, "not-found")
    known_at = api.ask(objective)["known_at"]
    api.done(path, mistaken)

    asked = {"as_of": "2025-03-15"}
    now, then = api.ask(objective, **asked), api.ask(objective, **asked, known_at=known_at)
    assert [(each["last_reaffirmed_on"], each["stale"]) for each in (now, then)] == [
        (days[0], True), (days[1], False),
    ]  # fmt: skip
    assert api.ask("/alignment-health", **asked)["total"]["stale"] == 1
    assert [each["id"] for each in api.ask("/objectives", **asked, stale="true")["items"]] == [id]
    series = {"from": "2025-03-15", "to": "2025-03-15", "step": "day"}
    assert [each["stale"] for each in api.ask("/alignment-health/series", **series)["points"]] == [1]
    told = api.ask(f"{objective}/history")["items"][-1]
    assert (told["action"], told["effective_on"]) == ("objective.reaffirmation_withdrawn", days[1])
    assert [(each["field"], each["before"], each["after"]) for each in told["changes"]] == [
        ("last_reaffirmed_on", days[1], days[0])
    ]
    version = api.ask(objective)["version"]
    api.done(path, mistaken)
    assert api.ask(objective)["version"] == version

    api.done(f"{objective}/reaffirmation", {"effective_on": "2025-02-20"})  # late, and before the withdrawal
    assert api.ask(objective, **asked)["last_reaffirmed_on"] == "2025-02-20"


def test_a_key_result_changes_its_kind_and_an_easier_one_is_marked(api: Api) -> None:
    aim = {"title": "Calls", "kind": "increase", "baseline": "0", "target": "10"}
    id = api.active(api.cycle(), {"unit_id": api.unit()}, key_results=[aim])
    key_result = api.ask(f"/objectives/{id}")["key_results"][0]["id"]
    path = f"/objectives/{id}/key-results/{key_result}/target"
    wanted = {"kind": "maintain_at_most", "target": "10", "reason": "it was meant so"}

    refused(api.post(path, wanted), 422, "invalid-value", "/baseline")
    api.done(path, {**wanted, "baseline": None})

    shown = api.ask(f"/objectives/{id}")["key_results"][0]
    assert [shown[name] for name in ("id", "kind", "baseline", "target")] == [
        key_result, "maintain_at_most", None, "10",
    ]  # fmt: skip
    (entry,) = api.ask("/audit", lowered="true")["items"]
    marked = [change["field"] for change in entry["changes"] if "lowered" in change]
    assert marked == [f"key_results.{key_result}.kind"]
