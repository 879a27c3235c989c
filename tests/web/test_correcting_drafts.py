"""A draft whose level or cycle was recorded wrongly is corrected by a command, and right in both times."""

from tests.web.api import UNKNOWN, Api, refused

FIRST = "2025-01-01"


def test_a_corrected_draft_is_right_from_its_first_day_and_was_not_known_to_be(api: Api) -> None:
    wrong, right, unit = api.cycle(), api.cycle(), api.unit()
    id = api.objective(wrong, {"unit_id": unit})
    before = api.ask("/audit", subject=id)["items"][0]["recorded_at"]

    done = api.post(f"/objectives/{id}/revision", {"level": "strategic", "cycle_id": right})
    assert (done.status_code, (done.json or {})["events"]) == (200, ["objective.revised"])
    again = api.post(f"/objectives/{id}/revision", {"level": "strategic", "cycle_id": right})
    assert (again.status_code, (again.json or {})["events"]) == (200, [])

    found = api.ask(f"/objectives/{id}", as_of=FIRST)
    assert (found["level"], found["cycle_id"]) == ("strategic", right)
    then = api.ask(f"/objectives/{id}", as_of=FIRST, known_at=before)
    assert (then["level"], then["cycle_id"]) == ("team", wrong)
    for cycle, expected in ((wrong, []), (right, [id])):
        assert [each["id"] for each in api.ask("/objectives", cycle=cycle)["items"]] == expected
    assert [each["id"] for each in api.ask("/objectives", cycle=wrong, known_at=before)["items"]] == [id]

    (entry,) = api.ask("/audit", subject=id, action="objective.revised")["items"]
    assert entry["effective_on"] == FIRST
    assert {each["field"]: (each["before"], each["after"]) for each in entry["changes"]} == {
        "cycle_id": (wrong, right),
        "level": ("team", "strategic"),
    }
    history = api.ask(f"/objectives/{id}/history")["items"]
    assert [each["action"] for each in history] == ["objective.defined", "objective.revised"]


def test_an_objective_that_was_submitted_is_not_corrected_so(api: Api) -> None:
    cycle, other, unit = api.cycle(), api.cycle(), api.unit()
    active = api.active(cycle, {"unit_id": unit})
    path = f"/objectives/{active}/revision"
    refused(
        api.post(path, {"level": "individual", "reason": "a slip"}), 409, "forbidden-transition", "/level"
    )
    refused(api.post(path, {"cycle_id": other, "reason": "a slip"}), 409, "forbidden-transition", "/cycle_id")
    assert api.post(path, {"level": "team", "cycle_id": cycle, "reason": "as it is"}).status_code == 200


def test_what_is_no_level_and_no_cycle_is_named(api: Api) -> None:
    draft = api.objective(api.cycle(), {"unit_id": api.unit()})
    path = f"/objectives/{draft}/revision"
    refused(api.post(path, {"level": "galactic"}), 422, "invalid-value", "/level")
    refused(api.post(path, {"cycle_id": UNKNOWN}), 422, "unknown-reference", "/cycle_id")
    refused(
        api.post(path, {"level": "individual", "effective_on": "2025-02-01"}),
        422,
        "effective-date",
        "/effective_on",
    )


def test_the_health_of_a_cycle_counts_a_draft_where_it_was_corrected_to(api: Api) -> None:
    wrong, right, unit = api.cycle(), api.cycle(), api.unit()
    id = api.objective(wrong, {"unit_id": unit})
    api.done(f"/objectives/{id}/revision", {"cycle_id": right, "level": "strategic"})
    waivers = [{"criterion": letter, "reason": "a test"} for letter in "SMART"]
    for step in ("submission", "approval", "activation"):
        api.done(f"/objectives/{id}/{step}", {"effective_on": "2025-01-02"} | (
            {} if step == "approval" else {"waivers": waivers}))  # fmt: skip
    counted = [api.ask("/alignment-health", cycle=cycle)["total"]["strategic"] for cycle in (wrong, right)]
    assert counted == [0, 1]
