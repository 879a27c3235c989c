"""The reach of the goals over HTTP: who sees what of it, and what is asked wrongly."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.web.api import Api, refused
from tests.web.conftest import token

REACH = "/alignment-health/reach"


@dataclass(frozen=True)
class Company:
    """Two teams stand under the goal of the company, one of them private; the other is cancelled in July."""

    api: Api
    company: str
    goal: str
    open_: str
    private: str


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Company:
    api = shared_api
    company, cycle = api.unit("Company"), api.cycle()
    goal = api.active(cycle, {"unit_id": company}, level="strategic", title="Goal")
    up = [{"objective_id": goal, "kind": "contributes", "weight": "1"}]
    open_ = api.active(cycle, {"unit_id": company}, title="Open", alignments=up)
    private = api.active(cycle, {"unit_id": company}, title="Private", alignments=up, visibility="private")
    measured = {"kind": "increase", "title": "Done", "baseline": "0", "target": "9"}
    api.done(
        f"/objectives/{private}/key-results", {**measured, "effective_on": "2025-01-02", "reason": "agreed"}
    )
    api.done(f"/objectives/{open_}/cancellation", {"reason": "given up", "effective_on": "2025-07-01"})
    api.project()
    return Company(api, company, goal, open_, private)


def teams(answer: dict[str, Any]) -> Any:
    return answer["rows"][0]["cells"][1]


def test_a_day_is_compared_with_another(there: Company) -> None:
    answer = there.api.ask(REACH, as_of="2025-08-01", **{"from": "2025-06-01"})

    row = answer["rows"][0]
    assert (row["goal"]["title"], row["goal"]["unit_name"], row["goal_change"]) == (
        "Goal",
        "Company",
        "stayed",
    )
    assert (row["before"]["live"], row["live"]) == (2, 1)
    assert (answer["from"]["as_of"], answer["from"]["total"]["live"], answer["total"]["live"]) == (
        "2025-06-01", 3, 2,
    )  # fmt: skip
    assert answer["from"]["known_at"] == answer["known_at"]
    assert teams(answer)["change"]["gone"] == {"count": 1, "ids": [there.open_]}
    assert teams(answer)["change"]["stayed"] == {"count": 1, "ids": [there.private]}


def test_a_day_is_compared_with_what_was_known_of_it(there: Company) -> None:
    answer = there.api.ask(REACH, as_of="2025-06-01", from_known_at="2025-07-01T00:00:00Z")
    assert (answer["from"]["as_of"], answer["from"]["total"]["live"]) == ("2025-06-01", 0)
    assert (answer["rows"][0]["goal_change"], answer["rows"][0]["before"]) == ("came", None)


def test_without_a_day_to_compare_with_nothing_is_compared(there: Company) -> None:
    answer = there.api.ask(REACH, as_of="2025-06-01", unit=there.company)
    assert (answer["from"], teams(answer)["change"]) == (None, None)
    assert {(each["goal_change"], each["before"] is None) for each in answer["rows"]} == {(None, True)}
    assert {each["id"] for each in teams(answer)["marks"]} == {there.open_, there.private}


@pytest.fixture(scope="module")
def stranger(there: Company) -> Api:
    """Somebody who is to see nothing that is private."""
    person = there.api.person(there.api.unit("Elsewhere"), "Stranger")
    return Api(there.api.app, there.api.dsn, token(there.api.dsn, "employee", person_id=person))


def test_a_stranger_is_told_how_many_they_are_and_no_more(there: Company, stranger: Api) -> None:
    answer = stranger.ask(REACH, as_of="2025-08-01")

    (mark,) = teams(answer)["marks"]
    assert mark == {"id": there.private, "pace": None, "also": False, "withheld": True}
    assert answer["total"] == there.api.ask(REACH, as_of="2025-08-01")["total"]


def test_figures_by_pace_are_the_same_for_everybody_and_lists_say_what_they_leave_out(
    there: Company, stranger: Api
) -> None:
    figures = [each.ask("/alignment-health", as_of="2029-01-01")["total"] for each in (there.api, stranger)]
    lists = [each.ask("/objectives", pace="off_track", as_of="2029-01-01") for each in (there.api, stranger)]

    assert figures[0] == figures[1]
    assert (figures[0]["paces"]["off_track"], figures[0]["progress"]) == (2, 0.0)
    assert [(len(each["items"]), each["withheld"]) for each in lists] == [(2, 0), (1, 1)]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("from=2025-02-30", "?from"),
        ("from_known_at=2025-01-01", "?from_known_at"),
        ("from_known_at=9999-12-31T23:59:59-23:00", "?from_known_at"),
        ("unit=1", "?unit"),
        ("cycle=1", "?cycle"),
        ("to=2025-01-01", "?to"),
        ("limit=5", "?limit"),
    ],
)
def test_what_is_asked_wrongly_is_named(there: Company, query: str, pointer: str) -> None:
    answer = there.api.app.test_client().get(f"/api/v1{REACH}?{query}", headers=there.api.headers({}))

    refused(answer, 422, "invalid-value", pointer)
