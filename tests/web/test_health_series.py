"""The health of the alignment over time, why it changed, and what is behind each number, over HTTP."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.web.api import UNKNOWN, Api, refused
from web.api.days import year_before

SERIES = "/alignment-health/series"
CHANGE = "/alignment-health/change"


@dataclass(frozen=True)
class Company:
    """Under the company are sales and service. Ana of sales has two objectives; both are aligned to the goal
    of service, one of them through an objective of sales. Service has one that is aligned to nothing.
    """

    api: Api
    company: str
    sales: str
    service: str
    ana: str
    goal: str
    department: str
    low: str


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    api = shared_api
    company = api.unit("Company")
    sales, service, cycle = api.unit("Sales", company), api.unit("Service", company), api.cycle()
    ana = api.person(sales)
    goal = api.active(cycle, {"unit_id": service}, level="strategic", title="Goal")
    up = {"kind": "contributes", "weight": "1"}
    department = api.active(
        cycle, {"unit_id": sales}, title="Department", alignments=[{"objective_id": goal, **up}]
    )
    low = api.active(cycle, {"person_id": ana}, title="Low", alignments=[{"objective_id": department, **up}])
    measured = [{"title": "Markets", "kind": "increase", "baseline": 0, "target": 10}]
    beside = api.active(
        cycle,
        {"person_id": ana},
        title="Beside",
        alignments=[{"objective_id": goal, **up}],
        key_results=measured,
    )
    key_result = api.ask(f"/objectives/{beside}")["key_results"][0]["id"]
    reading = {"key_result_id": key_result, "value": "9"}
    api.done(f"/objectives/{beside}/check-ins", {"on": "2025-06-10", "readings": [reading]})
    api.active(cycle, {"unit_id": service}, title="Alone")
    api.done(f"/objectives/{low}/reaffirmation", {"effective_on": "2025-03-01"})
    api.done(
        f"/people/{ana}/transfer", {"unit_id": service, "manager_id": None, "effective_on": "2025-05-01"}
    )
    api.done(f"/objectives/{department}/cancellation", {"reason": "given up", "effective_on": "2025-07-01"})
    api.project()
    return Company(api, company, sales, service, ana, goal, department, low)


def walked(api: Api, path: str) -> list[dict[str, Any]]:
    """All pages of a list, two items at a time."""
    items: list[dict[str, Any]] = []
    following = f"{path}&limit=2"
    while following:
        answer = api.app.test_client().get(following, headers=api.headers({}))
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        items += answer.json["items"]
        following = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    return items


@pytest.mark.parametrize("as_of", ["2025-01-01", "2025-03-20", "2025-06-01", "2025-12-31"])
@pytest.mark.parametrize("unit", [None, "company", "sales", "service"])
def test_every_number_has_a_list_of_what_it_counts(there: Company, as_of: str, unit: str | None) -> None:
    asked = {"as_of": as_of, **({"unit": getattr(there, unit)} if unit else {})}
    health = there.api.ask("/alignment-health", **asked)

    counted = {name: len(walked(there.api, path)) for name, path in health["lists"].items()}

    assert counted == {name: health["total"][name] for name in counted}
    whole = {name for name, number in health["total"].items() if isinstance(number, int)}
    assert whole - {"coverage", "silo_index"} == set(counted)


def test_a_list_behind_a_number_is_pinned_to_the_moment(there: Company) -> None:
    health = there.api.ask("/alignment-health", as_of="2025-06-01", unit=there.service)
    query = dict(part.split("=") for part in urlsplit(health["lists"]["stale"]).query.split("&"))
    assert query["as_of"] == "2025-06-01"
    assert query["known_at"] == health["known_at"].replace(":", "%3A")
    assert query["unit"] == there.service


def test_every_point_is_the_health_of_its_day(there: Company) -> None:
    span = {"from": "2024-12-15", "to": "2025-08-03", "step": "month"}
    for unit in ({}, {"unit": there.service}):
        series = there.api.ask(SERIES, by="unit", **span, **unit)
        assert (series["from"], series["to"], series["as_of"]) == ("2024-12-15", "2025-08-03", "2025-08-03")
        assert [point["on"] for point in series["points"]][-2:] == ["2025-07-31", "2025-08-03"]
        for place, point in enumerate(series["points"]):
            known = {"as_of": point["on"], "known_at": series["known_at"]}
            health = there.api.ask("/alignment-health", **known, **unit)
            assert point == {
                "on": point["on"],
                **{name: health["total"][name] for name in point if name != "on"},
            }
            assert health["total"].keys() - point.keys() == {"progress", "paces"}
            for shown in health["units"]:
                told = next(each for each in series["units"] if each["unit_id"] == shown["unit_id"])
                at = next(each for each in told["points"] if each["on"] == point["on"])
                assert at == {"on": point["on"], **{name: shown[name] for name in at if name != "on"}}
                assert told["name"] == shown["name"], place


@pytest.mark.parametrize("narrowed", ["", "unit", "cycle"])
def test_every_point_has_the_paces_of_its_day_if_they_are_asked_for(there: Company, narrowed: str) -> None:
    only: dict[str, Any] = {}
    if narrowed == "unit":
        only = {"unit": there.service}
    elif narrowed == "cycle":
        only = {"cycle": there.api.ask("/cycles")["items"][0]["id"]}
    asked: dict[str, Any] = {"from": "2025-04-15", "to": "2025-07-03", "by": "unit", "paces": "true", **only}
    series = there.api.ask(SERIES, **asked)
    read = set()
    for point in series["points"]:
        known = {"as_of": point["on"], "known_at": series["known_at"]}
        found = there.api.ask("/alignment-health", **known, **only)
        assert {name: value for name, value in point.items() if name != "on"} == found["total"]
        read.add(point["progress"])
        told = {each["unit_id"]: each for each in found["units"]}
        for each in series["units"]:
            (at,) = [one for one in each["points"] if one["on"] == point["on"]]
            assert (at["progress"], at["paces"]) == tuple(
                told[each["unit_id"]][name] for name in ("progress", "paces")
            )
    assert len(read) > 1


def test_paces_are_told_of_some_days_alone(there: Company) -> None:
    days: dict[str, Any] = {"from": "2025-01-01", "to": "2025-01-24", "step": "day", "paces": "true"}
    assert len(there.api.ask(SERIES, **days)["points"]) == 24
    refused(there.api.get(SERIES, **{**days, "to": "2025-01-25"}), 422, "invalid-value", "?paces")
    assert "paces" not in there.api.ask(SERIES, **{**days, "paces": "false"})["points"][0]


def test_it_shows_what_went_up_and_down(there: Company) -> None:
    points = there.api.ask(SERIES, **{"from": "2025-02-01", "to": "2025-09-30"})["points"]
    assert [(each["aligned"], each["detached"], each["links_crossing"]) for each in points] == [
        (3, 0, 2), (3, 0, 2), (3, 0, 2), (3, 0, 2), (3, 0, 2), (1, 1, 0), (1, 1, 0), (1, 1, 0),
    ]  # fmt: skip


def test_a_series_takes_a_year_of_months_up_to_today_unless_told_otherwise(there: Company) -> None:
    series = there.api.ask(SERIES)
    assert (series["step"], series["units"], series["unit_id"]) == ("month", [], None)
    assert series["points"][-1]["on"] == series["to"] == series["as_of"]
    assert series["from"] == str(year_before(date.fromisoformat(series["to"])))
    assert len(series["points"]) in (12, 13)


def test_nothing_was_known_before_it_was_recorded(there: Company) -> None:
    early = {"known_at": "2025-07-01T00:00:00Z", "from": "2025-06-01", "to": "2025-07-01"}
    points = there.api.ask(SERIES, **early)["points"]
    assert [point["live"] for point in points] == [0, 0]


def test_a_change_is_explained_by_the_events_that_made_it(there: Company) -> None:
    change = there.api.ask(CHANGE, **{"from": "2025-06-30", "to": "2025-07-01"})

    assert (change["from"]["figures"]["coverage"], change["to"]["figures"]["coverage"]) == (0.75, 0.333333)
    shown = [(each["title"], each["before"], each["after"]) for each in change["objectives"]]
    assert shown == [("Department", "aligned", None), ("Low", "aligned", "detached")]
    for each in change["objectives"]:
        (event,) = each["events"]
        assert (event["action"], event["reason"]) == ("objective.cancelled", "given up")
        assert event["event_id"].startswith(f"{there.department}:")
        assert event["actor_name"] == "a test's admin"
        assert event["subject"] == {"type": "objective", "id": there.department, "title": "Department"}
    assert [each["unit_name"] for each in change["objectives"]] == ["Sales", "Service"]


def test_what_a_transfer_takes_to_another_unit_is_a_change_of_both(there: Company) -> None:
    span = {"from": "2025-04-30", "to": "2025-05-01"}
    for unit, classes in ((there.sales, ("aligned", None)), (there.service, (None, "aligned"))):
        change = there.api.ask(CHANGE, unit=unit, **span)
        assert {(each["before"], each["after"]) for each in change["objectives"]} == {classes}
        actions = {event["action"] for each in change["objectives"] for event in each["events"]}
        assert actions == {"person.transferred"}
        events = [event for each in change["objectives"] for event in each["events"]]
        assert {(event["subject"]["type"], event["subject"]["title"]) for event in events} == {
            ("person", there.api.ask(f"/people/{events[0]['subject']['id']}")["name"])
        }
    assert there.api.ask(CHANGE, unit=there.company, **span)["objectives"] == []


def test_what_corrections_changed_is_asked_with_two_instants(there: Company) -> None:
    known = there.api.ask("/alignment-health")["known_at"]
    asked = {"from": "2025-06-30", "to": "2025-06-30", "from_known_at": "2025-07-01T00:00:00Z"}
    change = there.api.ask(CHANGE, **asked, to_known_at=known)
    assert (change["from"]["figures"]["live"], change["to"]["figures"]["live"]) == (0, 5)
    assert change["from"]["known_at"] == "2025-07-01T00:00:00.000000Z"
    assert [each["title"] for each in change["objectives"]] == [
        "Alone",
        "Beside",
        "Department",
        "Goal",
        "Low",
    ]


def test_links_are_listed_with_both_ends(there: Company) -> None:
    items = there.api.ask("/alignment-links", as_of="2025-06-01", crossing="true")["items"]
    ends = ("from_title", "to_title", "from_unit_name", "to_unit_name")
    assert [tuple(each[name] for name in ends) for each in items] == [
        ("Department", "Goal", "Sales", "Service"),
        ("Low", "Department", "Service", "Sales"),
    ]
    within = there.api.ask("/alignment-links", as_of="2025-06-01", crossing="false", unit=there.service)
    assert [each["from_title"] for each in within["items"]] == ["Beside"]


def test_a_unit_that_nobody_knows_has_nothing(there: Company) -> None:
    health = there.api.ask("/alignment-health", unit=UNKNOWN)
    series = there.api.ask(SERIES, unit=UNKNOWN, by="unit")
    change = there.api.ask(CHANGE, **{"from": "2025-01-01", "unit": UNKNOWN})
    figures = [health["total"], series["points"][-1], change["to"]["figures"]]
    assert [each["live"] for each in figures] == [0, 0, 0]
    assert [health["units"], series["units"], change["objectives"]] == [[], [], []]
    assert there.api.ask("/alignment-links", unit=UNKNOWN)["items"] == []


@pytest.mark.parametrize(
    ("path", "query", "pointer"),
    [
        (SERIES, "from=2025-02-01&to=2025-01-31", "?from"),
        (SERIES, "from=2005-01-30&to=2025-01-31", "?from"),
        (SERIES, "from=1900-01-01&to=2200-12-31", "?from"),
        (SERIES, "from=2025-02-30", "?from"),
        (SERIES, "from=10000-01-01", "?from"),
        (SERIES, "to=0000-01-01", "?to"),
        (SERIES, "step=year", "?step"),
        (SERIES, "by=person", "?by"),
        (SERIES, "unit=sales", "?unit"),
        (SERIES, "as_of=2025-01-01", "?as_of"),
        (SERIES, "known_at=yesterday", "?known_at"),
        (SERIES, "colour=red", "?colour"),
        (SERIES, "from=2025-01-01&from=2025-01-01", "?from"),
        (CHANGE, "", "?from"),
        (CHANGE, "from=2025-02-01&to=2025-01-31", "?from"),
        (CHANGE, "from=2025-01-01&to=2025-13-01", "?to"),
        (CHANGE, "from=2025-01-01&from_known_at=2025-01-01", "?from_known_at"),
        (CHANGE, "from=2025-01-01&to_known_at=9999-12-31T23:59:59-23:00", "?to_known_at"),
        (CHANGE, "from=2025-01-01&as_of=2025-01-01", "?as_of"),
        (CHANGE, "from=2025-01-01&unit=1", "?unit"),
        (CHANGE, "from=2025-01-01&limit=5", "?limit"),
        ("/alignment-links", "crossing=yes", "?crossing"),
        ("/alignment-links", "crossing=1", "?crossing"),
        ("/alignment-links", "after=made-up", "?after"),
        ("/alignment-links", "limit=0", "?limit"),
        ("/alignment-links", "level=team", "?level"),
        ("/objectives", "stale=True", "?stale"),
        ("/objectives", "live=", "?live"),
        ("/alignment-health", "from=2025-01-01", "?from"),
    ],
)
def test_what_is_asked_wrongly_is_named(there: Company, path: str, query: str, pointer: str) -> None:
    answer = there.api.app.test_client().get(f"/api/v1{path}?{query}", headers=there.api.headers({}))

    refused(answer, 422, "invalid-value", pointer)


def test_a_cursor_of_another_list_is_refused(there: Company) -> None:
    link = there.api.get("/objectives", limit=1).headers["Link"]
    cursor = link.split("after=")[1].split(">")[0]

    refused(there.api.get("/alignment-links", after=cursor), 422, "invalid-value", "?after")


def test_points_of_too_many_units_are_refused(there: Company) -> None:
    for number in range(8):
        there.api.unit(f"Team {number}")

    span: dict[str, Any] = {"from": "2006-01-01", "to": "2025-12-31", "step": "day"}
    refused(there.api.get(SERIES, by="unit", **span), 422, "invalid-value", "?by")
    assert len(there.api.ask(SERIES, unit=there.sales, **span)["points"]) == 7305
