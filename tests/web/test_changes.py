"""How much has changed when, over HTTP."""

from datetime import date, timedelta

import pytest

from tests.web.api import Api, refused, today
from tests.web.conftest import token

CHANGES = "/changes"
AHEAD = date.fromisoformat(today()) + timedelta(days=40)


@pytest.fixture(scope="module")
def there(shared_api: Api) -> Api:
    """A unit and a person, both recorded late, and a unit ahead."""
    shared_api.person(shared_api.unit())
    ahead = {"name": "Next", "kind": "team", "effective_on": AHEAD.isoformat()}
    shared_api.done("/units", ahead)
    shared_api.project()
    return shared_api


def test_every_step_of_the_span_is_told_those_without_changes_too(there: Api) -> None:
    answer = there.ask(CHANGES, **{"from": "2024-12-15", "to": "2025-02-10"})
    assert (answer["from"], answer["to"], answer["step"]) == ("2024-12-15", "2025-02-10", "month")
    assert answer["items"] == [
        {"from": "2024-12-15", "to": "2024-12-31", "changes": 0, "late": 0},
        {"from": "2025-01-01", "to": "2025-01-31", "changes": 2, "late": 2},
        {"from": "2025-02-01", "to": "2025-02-10", "changes": 0, "late": 0},
    ]


def test_by_day_and_ahead(there: Api) -> None:
    before = (AHEAD - timedelta(days=1)).isoformat()
    answer = there.ask(CHANGES, step="day", **{"from": before, "to": AHEAD.isoformat()})
    assert [(each["from"], each["changes"], each["late"]) for each in answer["items"]] == [
        (before, 0, 0),
        (AHEAD.isoformat(), 1, 0),
    ]


def test_nothing_was_known_before_it_was_recorded(there: Api) -> None:
    answer = there.ask(CHANGES, known_at="2025-02-01T00:00:00Z", **{"from": "2025-01-01", "to": "2025-01-31"})
    assert [each["changes"] for each in answer["items"]] == [0]


def test_a_year_of_months_is_told_to_everybody_and_held_by_its_tag(there: Api) -> None:
    (person,) = there.ask("/people")["items"]
    asking = Api(there.app, there.dsn, token(there.dsn, "employee", person_id=person["id"]))
    answer = asking.get(CHANGES)
    assert answer.status_code == 200
    assert answer.json is not None
    assert len(answer.json["items"]) in (12, 13)
    assert asking.get(CHANGES, if_none_match=answer.headers["ETag"]).status_code == 304


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("from=2025-02-01&to=2025-01-31", "?from"),
        ("from=1900-01-01&to=2025-01-31", "?from"),
        ("step=year", "?step"),
        ("as_of=2025-01-31", "?as_of"),
        ("unit=1", "?unit"),
        ("known_at=9999-12-31T23:59:59-23:00", "?known_at"),
    ],
)
def test_what_is_asked_wrongly_is_named(there: Api, query: str, pointer: str) -> None:
    answer = there.app.test_client().get(f"/api/v1{CHANGES}?{query}", headers=there.headers({}))

    refused(answer, 422, "invalid-value", pointer)
