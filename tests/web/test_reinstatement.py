"""An end that was a mistake has a way back, under the same id."""

import pytest

from tests.web.api import Api, refused


@pytest.mark.parametrize("steps", [[], ["submission"], ["submission", "approval"], ["all", "postponement"]])
def test_an_objective_cancelled_by_mistake_goes_on_as_what_it_was(api: Api, steps: list[str]) -> None:
    cycle, owner = api.cycle(), {"unit_id": api.unit()}
    waivers = [{"criterion": letter, "reason": "a test"} for letter in "SMART"]
    if steps[:1] == ["all"]:
        id, steps = api.active(cycle, owner), steps[1:]
    else:
        id = api.objective(cycle, owner)
    for step in steps:
        api.done(
            f"/objectives/{id}/{step}",
            {"effective_on": "2025-02-01", **({"waivers": waivers} if step == "submission" else {})},
        )
    before = api.ask(f"/objectives/{id}")["status"]
    api.done(f"/objectives/{id}/cancellation", {"effective_on": "2025-03-01", "reason": "mistaken"})
    api.done(
        f"/objectives/{id}/reinstatement", {"effective_on": "2025-05-01", "reason": "it was another one"}
    )
    days = ("2025-02-28", "2025-03-01", "2025-04-30", "2025-05-01")
    shown = [api.ask(f"/objectives/{id}", as_of=day)["status"] for day in days]
    assert shown == [before, "cancelled", "cancelled", before]
    last = api.ask(f"/objectives/{id}/history")["items"][-1]
    assert (last["action"], last["reason"]) == ("objective.reinstated", "it was another one")


def test_it_takes_a_reason_and_something_to_take_back(api: Api) -> None:
    id = api.active(api.cycle(), {"unit_id": api.unit()})
    refused(api.post(f"/objectives/{id}/reinstatement", {"reason": "x"}), 409, "forbidden-transition")
    api.done(f"/objectives/{id}/cancellation", {"effective_on": "2025-03-01", "reason": "mistaken"})
    refused(api.post(f"/objectives/{id}/reinstatement"), 422, "reason-required", "/reason")
    early = {"reason": "mistaken", "effective_on": "2025-02-28"}
    refused(api.post(f"/objectives/{id}/reinstatement", early), 422, "effective-date", "/effective_on")
