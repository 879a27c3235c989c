"""Commands over HTTP that are given again: 200 says that the world is as asked."""

from typing import Any

import pytest

from tests.web.api import Api, refused


@pytest.mark.parametrize(
    ("step", "body", "said"),
    [
        ("postponement", {"reason": "no budget"}, {}),
        ("cancellation", {"reason": "merged into another"}, {}),
        (
            "closure",
            {"outcome": "achieved", "score": "0.70", "note": "counted by hand"},
            {"outcome": "achieved", "score": "0.7", "note": "counted by hand"},
        ),
    ],
)
def test_a_step_given_again_otherwise_is_refused_with_what_is_recorded(
    api: Api, step: str, body: dict[str, Any], said: dict[str, Any]
) -> None:
    path = f"/objectives/{api.active(api.cycle(), {'unit_id': api.unit()})}/{step}"
    api.done(path, {**body, "effective_on": "2025-03-01"})
    for other in ({"effective_on": "2025-03-02"}, {"effective_on": "2025-03-01", "reason": "another"}):
        answer = api.post(path, body | other)
        refused(answer, 409, "forbidden-transition")
        assert answer.json is not None
        recorded = {"effective_on": "2025-03-01", "reason": body.get("reason"), **said}
        assert answer.json["recorded"] == recorded
    for same in (body, {**body, "effective_on": "2025-03-01"}):
        answer = api.post(path, same)
        assert answer.json is not None
        assert (answer.status_code, answer.json["events"]) == (200, [])


def test_a_removal_given_again_from_a_later_day_on_is_refused_with_what_is_recorded(api: Api) -> None:
    key_result = {"title": "Calls", "kind": "observe"}
    objective = api.active(api.cycle(), {"unit_id": api.unit()}, key_results=[key_result])
    id = api.ask(f"/objectives/{objective}")["key_results"][0]["id"]
    path = f"/objectives/{objective}/key-results/{id}/removal"
    api.done(path, {"effective_on": "2025-03-01", "reason": "gone"})
    answer = api.post(path, {"effective_on": "2025-04-01", "reason": "gone"})
    refused(answer, 422, "effective-date", "/effective_on")
    assert answer.json is not None
    assert answer.json["recorded"] == {"effective_on": "2025-03-01"}
    assert api.post(path, {"reason": "gone"}).status_code == 200


@pytest.mark.parametrize(("day", "status"), [("2025-04-01", 200), ("2025-04-02", 422), (None, 200)])
def test_a_check_in_is_effective_on_its_own_day_and_no_other(api: Api, day: str | None, status: int) -> None:
    objective = api.active(api.cycle(), {"unit_id": api.unit()})
    body = {"on": "2025-04-01", "confidence": 5, "effective_on": day}
    assert api.post(f"/objectives/{objective}/check-ins", body).status_code == status
