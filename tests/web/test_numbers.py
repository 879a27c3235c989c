"""Numbers as people have them: kept exactly as given, and refused with the limit that was broken."""

from typing import Any

import pytest

from tests.web.api import Api, refused

KEY_RESULT = {"title": "Calls", "kind": "increase", "baseline": "0", "target": "100"}


def _measured(api: Api) -> tuple[str, str]:
    """The path of an active objective, and its key result."""
    path = f"/objectives/{api.active(api.cycle(), {'unit_id': api.unit()}, key_results=[KEY_RESULT])}"
    return path, api.ask(path)["key_results"][0]["id"]


@pytest.mark.parametrize(
    "value",
    [
        "33.333333333333336",
        "0.1234567890123456789012345678",
        "-1234567890123.123456789012345",
        "98765432109876543",
        "1" + "0" * 45,
    ],
)
@pytest.mark.parametrize("as_text", [True, False])
def test_a_reading_is_kept_exactly_as_it_was_given(api: Api, value: str, as_text: bool) -> None:
    path, id = _measured(api)
    given = f'"{value}"' if as_text else value
    body = f'{{"on": "2025-02-01", "readings": [{{"key_result_id": "{id}", "value": {given}}}]}}'
    assert api.raw(f"/objectives/{path.rpartition('/')[2]}/check-ins", body.encode()).status_code == 200
    assert api.ask(path)["key_results"][0]["reading"]["value"] == value
    assert api.ask(f"{path}/progress")["readings"][0]["value"] == value
    told = {each["field"]: each["after"] for each in api.ask(f"{path}/history")["items"][-1]["changes"]}
    assert value in told.values()


def test_a_baseline_and_a_target_are_kept_exactly_too(api: Api) -> None:
    path, id = _measured(api)
    aim = {"baseline": "0.0000000000000000000000000001", "target": "33.333333333333336"}
    api.done(f"{path}/key-results/{id}/target", {**aim, "reason": "as published"})
    shown = api.ask(path)["key_results"][0]
    assert {name: shown[name] for name in aim} == aim


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        ("1" * 29, "28 digits, leading and trailing zeros aside"),
        ("1" * 47, "46 digits before the point"),
        ("0." + "1" * 29, "28 digits after the point"),
        ("0" * 101, "100 characters"),
        ("1e3", "must be a decimal number"),
        ("1,5", "must be a decimal number"),
    ],
)
def test_a_refusal_says_which_limit_was_broken(api: Api, value: str, limit: str) -> None:
    path, id = _measured(api)
    body: dict[str, Any] = {"on": "2025-02-01", "readings": [{"key_result_id": id, "value": value}]}
    answer = api.post(f"{path}/check-ins", body)
    refused(answer, 422, "invalid-value", "/readings/0/value")
    assert answer.json is not None
    assert limit in answer.json["errors"][0]["detail"]
