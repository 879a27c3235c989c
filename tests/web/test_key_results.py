"""Key results over HTTP: everything that can be recorded wrongly can be put right."""

from typing import Any

import pytest

from tests.web.api import Api, refused

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


def test_a_kind_changes_only_from_and_to_observe(api: Api) -> None:
    path = _key_result(api, {"title": "Calls", "kind": "increase", "baseline": 0, "target": 9})
    body = {"target": 9, "kind": "decrease", "reason": "tried"}
    refused(api.post(f"{path}/target", body), 422, "invalid-value", "/kind")


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
