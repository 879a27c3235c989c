"""Policies over HTTP: an answer goes by the version of its moment, and names it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import psycopg
import pytest
from flask import Flask

from application.store.organisation import record_zone
from tests.web.api import Api, refused
from tests.web.conftest import token
from web.app import create_app
from web.ops.settings import Settings, SettingsError
from web.wiring import EXTENSION, prepare

NEW_YEAR = "2026-01-01"


def made(answer: Any) -> str:
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json["id"])


class Organisation:
    """A company with two departments, a team in one of them, and a cycle of the year."""

    def __init__(self, api: Any) -> None:
        self.api = api
        self.company = self.unit("Company", None)
        self.sales = self.unit("Sales", self.company)
        self.team = self.unit("Team", self.sales)
        self.support = self.unit("Support", self.company)
        body = {"name": "2026", "starts_on": NEW_YEAR, "ends_on": "2026-12-31", "effective_on": NEW_YEAR}
        self.cycle = made(api.post("/cycles", body))
        api.post(f"/cycles/{self.cycle}/activation", {"effective_on": NEW_YEAR})

    def unit(self, name: str, parent: str | None) -> str:
        body = {"name": name, "kind": "team", "parent_id": parent, "effective_on": NEW_YEAR}
        return made(self.api.post("/units", body))

    def objective(self, title: str, unit: str, starts_on: str, ends_on: str, *up: str, **more: Any) -> str:
        body = {
            "title": title,
            "description": title,
            "level": "team" if up else "strategic",
            "cycle_id": self.cycle,
            "owner": {"unit_id": unit},
            "starts_on": starts_on,
            "ends_on": ends_on,
            "effective_on": NEW_YEAR,
            "alignments": [{"objective_id": id, "kind": "contributes", "weight": 1} for id in up],
            **more,
        }
        id = made(self.api.post("/objectives", body))
        waivers = [{"criterion": letter, "reason": "a test"} for letter in "SMART"]
        for step, said in (("submission", {"waivers": waivers}), ("approval", {}), ("activation", {})):
            made(self.api.post(f"/objectives/{id}/{step}", {"effective_on": NEW_YEAR, **said}))
        return id


@pytest.fixture
def there(api: Any, dsn: str) -> Organisation:
    prepare(dsn)
    return Organisation(api)


def health(api: Any, day: str, **asked: Any) -> dict[str, Any]:
    found = api.get("/alignment-health", as_of=day, **asked).json["total"]
    return dict(found)


def test_what_has_not_begun_is_planned_and_what_is_over_overdue(there: Organisation) -> None:
    goal = there.objective("Goal", there.company, NEW_YEAR, "2026-12-31")
    for title, first, last in (("H1", NEW_YEAR, "2026-06-30"), ("H2", "2026-07-01", "2026-12-31")):
        there.objective(title, there.sales, first, last, goal)

    june, july, later = (health(there.api, day) for day in ("2026-06-30", "2026-07-01", "2030-01-01"))

    counted = ("live", "planned", "overdue", "aligned", "links")
    assert [june[name] for name in counted] == [2, 1, 0, 1, 1]
    assert [july[name] for name in counted] == [2, 0, 1, 1, 1]
    assert [later[name] for name in counted] == [0, 0, 3, 0, 0]


@pytest.mark.parametrize("phase", ["live", "planned", "overdue"])
def test_the_list_behind_a_number_has_as_many(there: Organisation, phase: str) -> None:
    goal = there.objective("Goal", there.company, NEW_YEAR, "2026-12-31")
    for month in ("02", "06", "10", "11"):
        there.objective(month, there.sales, f"2026-{month}-01", f"2026-{month}-20", goal)
    found = there.api.get("/alignment-health", as_of="2026-06-10").json

    path, _, query = found["lists"][phase].removeprefix("/api/v1").partition("?")
    listed = there.api.get(path, **dict(parse_qsl(query))).json["items"]

    assert len(listed) == found["total"][phase] > 0
    assert {each["phase"] for each in listed} == {phase}
    assert {each["class"] is None for each in listed} == {phase != "live"}


def test_a_line_that_aligns_upward_within_itself_is_a_silo(there: Organisation) -> None:
    goal = there.objective("Goal", there.company, NEW_YEAR, "2026-12-31")
    middle = there.objective("Middle", there.sales, NEW_YEAR, "2026-12-31", goal)
    there.objective("Low", there.team, NEW_YEAR, "2026-12-31", middle, goal)
    assert health(there.api, "2026-03-01")["silo_index"] == 1.0

    there.objective("Across", there.support, NEW_YEAR, "2026-12-31", middle)

    found = health(there.api, "2026-03-01")
    assert (found["links"], found["links_crossing"], found["silo_index"]) == (4, 1, 0.75)
    crossing = there.api.get("/alignment-links", crossing="true", as_of="2026-03-01").json["items"]
    assert [each["from_title"] for each in crossing] == ["Across"]


def test_a_team_that_moves_crosses_from_that_day_on(there: Organisation) -> None:
    goal = there.objective("Goal", there.company, NEW_YEAR, "2026-12-31")
    middle = there.objective("Middle", there.sales, NEW_YEAR, "2026-12-31", goal)
    there.objective("Low", there.team, NEW_YEAR, "2026-12-31", middle)
    body = {"parent_id": there.support, "effective_on": "2026-05-01", "reason": "reorganised"}
    made(there.api.post(f"/units/{there.team}/move", body))

    series = there.api.get("/alignment-health/series", to="2026-05-02", step="day", **{"from": "2026-04-29"})

    assert [point["links_crossing"] for point in series.json["points"]] == [0, 0, 1, 1]


def test_staleness_counts_from_the_first_day_of_the_period(there: Organisation) -> None:
    there.objective("Summer", there.sales, "2026-06-01", "2026-08-31")

    stale = [
        health(there.api, day)["stale"] for day in ("2026-05-31", "2026-06-01", "2026-07-01", "2026-07-02")
    ]

    assert stale == [0, 0, 0, 1]


def test_health_and_series_can_be_asked_of_one_cycle(there: Organisation) -> None:
    body = {"name": "Q1", "starts_on": NEW_YEAR, "ends_on": "2026-03-31", "effective_on": NEW_YEAR}
    quarter = made(there.api.post("/cycles", body))
    goal = there.objective("Goal", there.company, NEW_YEAR, "2026-12-31")
    there.objective("Quarter", there.sales, NEW_YEAR, "2026-03-31", goal, cycle_id=quarter)

    of_quarter = health(there.api, "2026-02-01", cycle=quarter)
    assert [of_quarter[name] for name in ("live", "aligned", "strategic", "links")] == [1, 1, 0, 1]
    of_year = health(there.api, "2026-02-01", cycle=there.cycle)
    assert [of_year[name] for name in ("live", "aligned", "strategic", "links")] == [1, 0, 1, 0]
    days = {"from": "2026-03-31", "to": "2026-04-01", "step": "day", "cycle": quarter}
    points = there.api.get("/alignment-health/series", **days).json["points"]
    assert [(point["live"], point["overdue"]) for point in points] == [(1, 0), (0, 1)]


def test_a_day_that_comes_is_named_where_no_event_made_the_difference(there: Organisation) -> None:
    goal = there.objective("Goal", there.company, NEW_YEAR, "2026-12-31")
    low = there.objective("Half", there.sales, NEW_YEAR, "2026-06-30", goal)

    change = there.api.get("/alignment-health/change", to="2026-07-01", **{"from": "2026-06-30"}).json

    [changed] = change["objectives"]
    assert (changed["objective_id"], changed["before"], changed["after"]) == (low, "aligned", None)
    assert changed["events"] == []
    assert changed["days"] == [{"on": "2026-06-30", "objective_id": low, "field": "ends_on"}]


UP = {"kind": "increase", "baseline": 0, "target": 10_000_000}
DOWN = {"kind": "decrease", "baseline": 10_000_000, "target": 0}
NEARLY: list[tuple[str, dict[str, Any], Any, str, str]] = [
    ("nearly all", UP, 9_999_999, "target", "0.999999"),
    ("just below target", UP, 6_999_999, "commit", "0.699999"),
    ("just below commit", DOWN, 7_000_001, "fail", "0.299999"),
    ("all of it", DOWN, 0, "stretch", "1"),
]


@pytest.mark.parametrize(("what", "measured", "value", "zone", "score"), NEARLY)
def test_no_figure_is_shown_over_a_threshold_that_it_does_not_reach(
    there: Organisation, what: str, measured: dict[str, Any], value: Any, zone: str, score: str
) -> None:
    key_result = {"title": what, **measured}
    id = there.objective("Goal", there.company, NEW_YEAR, "2026-12-31", key_results=[key_result])
    key = there.api.get(f"/objectives/{id}").json["key_results"][0]["id"]
    reading = {"on": "2026-02-01", "readings": [{"key_result_id": key, "value": value}]}
    made(there.api.post(f"/objectives/{id}/check-ins", reading))

    made(
        there.api.post(
            f"/objectives/{id}/closure", {"outcome": "partly_achieved", "effective_on": "2026-11-01"}
        )
    )

    found = there.api.get(f"/objectives/{id}").json
    assert (found["score"], found["zone"], found["policy"]) == (score, zone, "2026-2")


def test_the_exact_progress_as_score_needs_no_note(there: Organisation) -> None:
    key_result = {"title": "k", "kind": "increase", "baseline": 0, "target": 10_000_000}
    id = there.objective("Goal", there.company, NEW_YEAR, "2026-12-31", key_results=[key_result])
    key = there.api.get(f"/objectives/{id}").json["key_results"][0]["id"]
    reading = {"on": "2026-02-01", "readings": [{"key_result_id": key, "value": 9_999_999}]}
    made(there.api.post(f"/objectives/{id}/check-ins", reading))
    closure = {"outcome": "partly_achieved", "effective_on": "2026-11-01"}

    refused(
        there.api.post(f"/objectives/{id}/closure", {**closure, "score": "1"}),
        422,
        "reason-required",
        "/note",
    )
    made(there.api.post(f"/objectives/{id}/closure", {**closure, "score": "0.9999999"}))


def test_the_policies_say_what_each_changed(there: Organisation) -> None:
    body = {
        "name": "ours",
        "zones": {"stretch": 1, "target": "0.8", "commit": "0.3"},
        "effective_on": "2026-04-01",
        "reason": "decided by the board",
    }
    answer = there.api.post("/policies", body)
    assert answer.headers["Location"] == f"/api/v1/policies/{made(answer)}"

    first, second, ours = there.api.get("/policies", as_of="2026-05-01").json["items"]

    assert [each["name"] for each in (first, second, ours)] == ["2026-1", "2026-2", "ours"]
    assert [each["in_force"] for each in (first, second, ours)] == [False, False, True]
    assert first["changes"] == []
    assert {(each["field"], each["before"], each["after"]) for each in second["changes"]} == {
        ("live", "by_status", "within_period"),
        ("stale", "from_last_sign", "from_first_day"),
        ("crossing", "between_units", "between_lines"),
        ("rounding", "half_even", "cut"),
    }
    assert ours["changes"] == [{"field": "zones.target", "before": "0.7", "after": "0.8"}]
    assert ours["in_force_from"] == "2026-04-01"
    assert there.api.get(f"/policies/{ours['id']}", as_of="2026-05-01").json["name"] == "ours"
    page = there.api.get("/policies", limit=1).json["items"]
    assert [each["name"] for each in page] == ["2026-1"]


def test_an_answer_goes_by_the_version_of_its_moment(there: Organisation) -> None:
    id = there.objective("Goal", there.company, NEW_YEAR, "2026-12-31")
    before = datetime.now(UTC)
    body = {
        "name": "ours",
        "live": "by_status",
        "effective_on": "2026-04-01",
        "reason": "decided by the board",
    }
    made(there.api.post("/policies", body))

    def policy(**asked: Any) -> tuple[str, bool]:
        found = there.api.get(f"/objectives/{id}", **asked).json
        return found["policy"], "phase" in found

    assert policy(as_of="2026-03-31") == ("2026-2", True)
    assert policy(as_of="2026-04-01") == ("ours", False)
    assert policy(as_of="2026-04-01", known_at=before.isoformat().replace("+00:00", "Z")) == ("2026-2", True)
    days = {"from": "2026-03-30", "to": "2026-04-02", "step": "day"}
    series = there.api.get("/alignment-health/series", **days).json
    assert series["policies"] == [
        {"policy": "2026-2", "from": "2026-03-30"},
        {"policy": "ours", "from": "2026-04-01"},
    ]
    assert ["planned" in point for point in series["points"]] == [True, True, False, False]
    change = there.api.get("/alignment-health/change", to="2026-04-02", **{"from": "2026-03-30"}).json
    assert (change["policy_before"], change["policy"]) == ("2026-2", "ours")


def test_each_month_of_a_measure_goes_by_the_rules_of_its_last_day(there: Organisation) -> None:
    id = there.objective("Goal", there.company, NEW_YEAR, "2026-12-31")
    measured = {"direction": "increase", "baseline": 0, "target": 3, "objective_ids": [id]}
    measure = there.api.done("/measures", {"name": "Revenue", "effective_on": NEW_YEAR, **measured})
    made(there.api.post(f"/measures/{measure}/readings", {"on": NEW_YEAR, "value": "2"}))
    ours = {"name": "ours", "rounding": "half_even", "effective_on": "2026-02-01", "reason": "decided"}
    made(there.api.post("/policies", {**ours}))
    made(
        there.api.post(
            "/policies", {**ours, "name": "as before", "rounding": "cut", "effective_on": "2026-03-01"}
        )
    )

    months = there.api.get(f"/measures/{measure}/impact", as_of="2026-04-30", **{"from": NEW_YEAR}).json[
        "months"
    ]

    assert [(each["on"], each["attainment"]) for each in months] == [
        ("2026-01-31", 0.666666),
        ("2026-02-28", 0.666667),
        ("2026-03-31", 0.666666),
        ("2026-04-30", 0.666666),
    ]


@pytest.mark.parametrize("role", ["hr", "employee", "auditor", "service"])
def test_only_an_administrator_adopts_a_policy(there: Organisation, dsn: str, role: str) -> None:
    other = Api(there.api.app, dsn, token(dsn, role))
    refused(other.post("/policies", {"name": "mine", "reason": "why not"}), 403, "forbidden")


AHEAD: list[tuple[str, dict[str, str], str]] = [
    ("/objectives", {}, "known_at"),
    ("/objectives.csv", {}, "known_at"),
    ("/units", {"as_of": "2026-01-01"}, "known_at"),
    ("/alignment-health/series", {}, "known_at"),
    ("/alignment-health/change", {"from": "2026-01-01"}, "from_known_at"),
    ("/alignment-health/change", {"from": "2026-01-01"}, "to_known_at"),
    ("/people/5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11/alignment", {}, "from_known_at"),
    ("/audit/readers", {"subject": "5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11"}, "known_at"),
]


@pytest.mark.parametrize(("path", "asked", "name"), AHEAD)
def test_nobody_knows_what_will_be_known(api: Any, path: str, asked: dict[str, str], name: str) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=5)).isoformat().replace("+00:00", "Z")
    refused(api.get(path, **asked, **{name: soon}), 422, "invalid-value", f"?{name}")


@pytest.mark.parametrize("day", ["1899-12-31", "2201-01-01", "0026-03-31", "9999-12-31"])
def test_a_day_of_another_age_is_a_typing_error(api: Any, day: str) -> None:
    refused(api.get("/units", as_of=day), 422, "invalid-value", "?as_of")
    unit = {"name": "Org", "kind": "team", "effective_on": day}
    refused(api.post("/units", unit), 422, "invalid-value", "/effective_on")
    cycle = {"name": "Year", "starts_on": day, "ends_on": "2026-12-31"}
    refused(api.post("/cycles", cycle), 422, "invalid-value", "/starts_on")
    there = api.cycle()
    refused(api.post(f"/cycles/{there}/revision", {"ends_on": day}), 422, "invalid-value", "/ends_on")


def _app_in(dsn: str, zone: str | None) -> Flask:
    return create_app(Settings(database_url=dsn, time_zone=zone))


FAR = {"Pacific/Kiritimati": 14, "Pacific/Pago_Pago": -11}


@pytest.mark.parametrize("zone", FAR)
def test_today_is_the_day_of_the_organisation(dsn: str, zone: str) -> None:
    prepare(dsn, zone, record=True)
    app = _app_in(dsn, None)
    local = (datetime.now(UTC) + timedelta(hours=FAR[zone])).date()
    api: Any = Api(app, dsn, token(dsn, "admin"))

    made(api.post("/units", {"name": "made today", "kind": "team", "parent_id": None}))

    assert api.get("/units").json["as_of"] == str(local)
    events = api.get("/events", limit=50).json["items"]
    [event] = [each for each in events if each["data"].get("name") == "made today"]
    assert event["data"]["effective_on"] == str(local)
    asked = {"kind": "event", "action": "unit.defined", "from": str(local), "to": str(local)}
    [row] = api.get("/audit", **asked, late="false").json["items"]
    assert row["position"] == event["position"]
    before = str(local - timedelta(days=1))
    assert api.get("/audit", **{**asked, "from": before, "to": before}).json["items"] == []
    ahead = {"name": "y", "kind": "team", "parent_id": None, "effective_on": str(local + timedelta(days=400))}
    refused(api.post("/units", ahead), 422, "effective-date", "/effective_on")
    app.extensions[EXTENSION].close()


def test_another_zone_than_the_recorded_one_is_refused(dsn: str) -> None:
    prepare(dsn, "Europe/Lisbon", record=True)

    with pytest.raises(SettingsError, match=r"is Asia/Tokyo, but .* those of Europe/Lisbon"):
        prepare(dsn, "Asia/Tokyo")

    with psycopg.connect(dsn) as conn:
        record_zone(conn, "Asia/Tokyo")
    prepare(dsn, "Asia/Tokyo")


def test_an_upgraded_database_keeps_its_old_answers(api: Any, dsn: str) -> None:
    there = Organisation(api)
    goal = there.objective("Goal", there.company, NEW_YEAR, "2026-12-31")
    there.objective("Later", there.sales, "2026-07-01", "2026-12-31", goal)
    paths = ["/alignment-health", "/objectives", f"/objectives/{goal}", "/alignment"]
    moment = {"as_of": "2026-06-30", "known_at": datetime.now(UTC).isoformat().replace("+00:00", "Z")}

    def answers() -> list[dict[str, Any]]:
        found = [api.get(path, **moment).json for path in paths]
        return [{name: value for name, value in each.items() if name != "position"} for each in found]

    before = answers()
    prepare(dsn)

    assert answers() == before
    assert [each.get("policy") for each in before] == ["2026-1", None, "2026-1", "2026-1"]
    assert api.get("/alignment-health").json["policy"] == "2026-2"
    assert api.get("/alignment-health", as_of="2026-06-30").json["policy"] == "2026-1"
