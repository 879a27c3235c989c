"""Measures: set at the outset, read over time, shown beside the objectives that should move them."""

from typing import Any

import pytest

from tests.web.api import UNKNOWN, Api, refused
from tests.web.conftest import token


@pytest.fixture
def objective(api: Api) -> str:
    measured = [{"title": "Markets", "kind": "increase", "baseline": 0, "target": 10}]
    return api.active(api.cycle(), {"unit_id": api.unit()}, level="strategic", key_results=measured)


def _measure(objective: str, **given: Any) -> dict[str, Any]:
    return {
        "name": "Satisfaction",
        "unit_of_measure": "points",
        "direction": "increase",
        "baseline": "60",
        "target": "80",
        "objective_ids": [objective],
        "effective_on": "2026-01-10",
        **given,
    }


def test_a_measure_is_defined_read_and_corrected(api: Api, objective: str) -> None:
    answer = api.post("/measures", _measure(objective, external_id="M-1"), if_match=None)
    assert answer.status_code == 201
    assert answer.json is not None
    measure = answer.json["id"]
    assert answer.headers["Location"] == f"/api/v1/measures/{measure}"
    assert api.ask(f"/measures/{measure}")["latest"] is None

    api.done(f"/measures/{measure}/readings", {"on": "2026-02-28", "value": "64.50", "source": "survey"})
    api.done(f"/measures/{measure}/readings", {"on": "2026-03-31", "value": 70})
    first = api.ask(f"/measures/{measure}")["readings"][0]
    correction = {"value": "65", "reason": "one region was counted twice"}
    path = f"/measures/{measure}/readings/{first['reading_id']}/correction"
    refused(api.post(path, {"value": "65"}), 422, "reason-required", "/reason")
    api.done(path, correction)

    shown = api.ask(f"/measures/{measure}")
    assert (shown["name"], shown["external_id"], shown["attainment"]) == ("Satisfaction", "M-1", 0.5)
    assert [(one["on"], one["value"], one["attainment"]) for one in shown["readings"]] == [
        ("2026-02-28", "65", 0.25),
        ("2026-03-31", "70", 0.5),
    ]
    assert shown["readings"][0]["source"] == "survey"
    assert [one["latest"]["value"] for one in api.ask("/measures")["items"]] == ["70"]
    assert api.ask(f"/measures/{measure}", as_of="2026-03-01")["latest"]["value"] == "65"


def test_a_reading_that_is_withdrawn_was_not_read(api: Api, objective: str) -> None:
    measure = f"/measures/{api.done('/measures', _measure(objective))}"
    for on, value in (("2026-02-28", "64"), ("2026-03-31", "700")):
        api.done(f"{measure}/readings", {"on": on, "value": value, "source": "survey"})
    known_at = api.ask(f"/objectives/{objective}")["known_at"]
    path = f"{measure}/readings/{api.ask(measure)['latest']['reading_id']}"

    refused(api.post(f"{path}/withdrawal"), 422, "reason-required", "/reason")
    refused(api.post(f"{measure}/readings/{objective}/withdrawal", {"reason": "a slip"}), 404, "not-found")
    api.done(f"{path}/withdrawal", {"reason": "of another measure"})

    now, then = api.ask(measure), api.ask(measure, known_at=known_at)
    assert [(one["latest"]["value"], one["attainment"]) for one in (now, then)] == [
        ("64", 0.2),
        ("700", 32.0),
    ]
    assert [[one["value"] for one in each["readings"]] for each in (now, then)] == [["64"], ["64", "700"]]
    months = api.ask(f"{measure}/impact", **{"from": "2026-03-15", "to": "2026-03-31"})["months"]
    assert [(month["value"], month["read_on"]) for month in months] == [("64", "2026-02-28")]
    subject = {"subject": measure.rpartition("/")[2], "kind": "event", "order": "oldest"}
    told = api.ask("/audit", **subject)["items"][-1]
    assert (told["action"], told["effective_on"]) == ("measure.reading_withdrawn", "2026-03-31")
    changes = {each["field"].rpartition(".")[2]: (each["before"], each["after"]) for each in told["changes"]}
    assert changes == {"value": ("700", None), "source": ("survey", None)}
    refused(api.post(f"{path}/correction", {"value": "1", "reason": "a slip"}), 404, "not-found")


def test_impact_sets_the_measure_beside_its_objectives_month_by_month(api: Api, objective: str) -> None:
    measure = api.done("/measures", _measure(objective))
    key_result = api.ask(f"/objectives/{objective}")["key_results"][0]["id"]
    for on, reading, value in (("2026-02-10", "66", "2"), ("2026-03-10", "70", "5")):
        api.done(f"/measures/{measure}/readings", {"on": on, "value": reading})
        check_in = {"on": on, "readings": [{"key_result_id": key_result, "value": value}]}
        api.done(f"/objectives/{objective}/check-ins", check_in)

    shown = api.ask(f"/measures/{measure}/impact", **{"from": "2026-01-15", "to": "2026-03-15"})

    assert [(m["on"], m["value"], m["read_on"], m["attainment"], m["progress"]) for m in shown["months"]] == [
        ("2026-01-31", None, None, None, 0.0),
        ("2026-02-28", "66", "2026-02-10", 0.3, 0.2),
        ("2026-03-31", "70", "2026-03-10", 0.5, 0.5),
    ]
    assert {(month["live_below"], month["coverage"]) for month in shown["months"]} == {(0, None)}
    assert shown["objective_ids"] == [objective]
    assert shown["note"]


def test_impact_covers_what_is_below_the_objectives(api: Api) -> None:
    cycle, unit = api.cycle(), api.unit()
    top = api.active(cycle, {"unit_id": unit}, level="strategic", title="Top")
    low = api.active(cycle, {"unit_id": unit}, title="Low")
    link = {"objective_id": top, "kind": "contributes", "reason": "a test", "effective_on": "2026-02-15"}
    api.done(f"/objectives/{low}/alignments", link)
    measure = api.done("/measures", _measure(top))

    months = api.ask(f"/measures/{measure}/impact", **{"from": "2026-01-01", "to": "2026-02-01"})["months"]

    assert [(month["live_below"], month["coverage"]) for month in months] == [(0, None), (1, 1.0)]


def test_impact_is_of_twelve_months_and_ends_with_the_day_asked_about(api: Api, objective: str) -> None:
    measure = api.done("/measures", _measure(objective))

    days = [m["on"] for m in api.ask(f"/measures/{measure}/impact", as_of="2026-04-15")["months"]]

    assert len(days) == 12
    assert (days[0], days[-2:]) == ("2025-05-31", ["2026-03-31", "2026-04-15"])


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "2026-02-01", "to": "2026-01-01"},
        {"from": "1900-01-01", "to": "2026-01-01"},
        {"from": "0001-01-01"},
        {"from": "soon"},
    ],
)
def test_a_span_that_is_none_is_refused(api: Api, objective: str, asked: dict[str, Any]) -> None:
    measure = api.done("/measures", _measure(objective))

    refused(api.get(f"/measures/{measure}/impact", **asked), 422, "invalid-value", "?from")


def test_the_first_years_have_months_too(api: Api, objective: str) -> None:
    measure = api.done("/measures", _measure(objective))

    queries: list[dict[str, Any]] = [{"as_of": "1900-01-01"}, {"to": "1900-03-01"}, {"to": "2200-12-31"}]
    for query in queries:
        assert api.get(f"/measures/{measure}/impact", **query).status_code in (200, 404)


def test_a_reading_before_the_baseline_is_refused(api: Api, objective: str) -> None:
    measure = api.done("/measures", _measure(objective))
    before = api.events()

    answer = api.post(f"/measures/{measure}/readings", {"on": "2026-01-09", "value": "61"})

    refused(answer, 422, "effective-date", "/on")
    assert answer.json is not None
    assert answer.json["earliest"] == "2026-01-10"
    assert api.events() == before


@pytest.mark.parametrize(
    ("wrong", "slug", "pointer"),
    [
        ({"target": "60"}, "invalid-value", "/target"),
        ({"direction": "sideways"}, "invalid-value", "/direction"),
        ({"baseline": None}, "invalid-value", "/baseline"),
        ({"baseline": "NaN"}, "invalid-value", "/baseline"),
        ({"name": "x" * 100_000}, "invalid-value", "/name"),
        ({"name": "\x07"}, "invalid-value", "/name"),
        ({"objective_ids": []}, "invalid-value", "/objective_ids"),
        ({"objective_ids": [UNKNOWN]}, "unknown-reference", "/objective_ids/0"),
    ],
)
def test_a_measure_that_cannot_stand_is_refused(
    api: Api, objective: str, wrong: dict[str, Any], slug: str, pointer: str
) -> None:
    before = api.events()
    refused(api.post("/measures", _measure(objective, **wrong)), 422, slug, pointer)
    assert api.events() == before


def test_a_measure_is_linked_to_strategic_objectives(api: Api) -> None:
    team = api.objective(api.cycle(), {"unit_id": api.unit()})

    refused(api.post("/measures", _measure(team)), 409, "strategic-only", "/objective_ids/0")


@pytest.mark.parametrize(("role", "status"), [("hr", 201), ("employee", 403), ("auditor", 403)])
def test_measures_are_for_hr_and_admins_to_set_and_for_all_to_read(
    api: Api, objective: str, role: str, status: int
) -> None:
    client = Api(api.app, api.dsn, token(api.dsn, role))

    assert client.post("/measures", _measure(objective)).status_code == status
    assert client.get("/measures").status_code == 200


def test_a_revised_measure_says_on_each_day_what_held_then(api: Api, objective: str) -> None:
    measure = api.done("/measures", _measure(objective))
    api.done(f"/measures/{measure}/readings", {"on": "2026-02-28", "value": "65"})
    before = api.events()
    revision = {"target": "70", "name": "Loyalty", "effective_on": "2026-03-15"}
    path = f"/measures/{measure}/revision"

    refused(api.post(path, revision), 422, "reason-required", "/reason")
    refused(api.post(path, {"target": "50", "reason": "a slip"}), 422, "invalid-value", "/target")
    refused(api.post(path, {"baseline": None, "reason": "a slip"}), 422, "invalid-value", "/baseline")
    assert api.events() == before
    api.done(path, {**revision, "reason": "another scale"})

    days = ("2026-03-14", "2026-03-15")
    shown = [api.ask(f"/measures/{measure}", as_of=day) for day in days]
    assert [(each["name"], each["attainment"]) for each in shown] == [
        ("Satisfaction", 0.25),
        ("Loyalty", 0.5),
    ]
    months = api.ask(f"/measures/{measure}/impact", **{"from": "2026-02-01", "to": "2026-03-31"})["months"]
    assert [month["attainment"] for month in months] == [0.25, 0.5]
    (entry,) = api.ask("/audit", lowered="true")["items"]
    assert entry["action"] == "measure.revised"
    assert [(each["field"], "lowered" in each) for each in entry["changes"]] == [
        ("name", False),
        ("target", True),
    ]


@pytest.mark.parametrize(
    ("defined", "revised", "lowered"),
    [
        ({}, {"target": "90"}, None),
        ({"direction": "decrease", "baseline": "90"}, {"target": "85"}, "target"),
        ({"direction": "maintain", "baseline": "90"}, {"target": "79"}, "target"),
        ({"direction": "maintain"}, {"target": "81"}, "target"),
        ({}, {"direction": "decrease", "baseline": "90"}, "direction"),
    ],
)
def test_a_measure_made_easier_is_marked(
    api: Api, objective: str, defined: dict[str, str], revised: dict[str, str], lowered: str | None
) -> None:
    measure = api.done("/measures", _measure(objective, **defined))
    api.done(f"/measures/{measure}/revision", {**revised, "reason": "the market"})
    found = api.ask("/audit", lowered="true")["items"]
    fields = [change["field"] for entry in found for change in entry["changes"] if "lowered" in change]
    assert fields == ([lowered] if lowered else [])
