"""One search over all that has a name: what is hidden is neither found nor counted."""

from typing import Any
from uuid import UUID

import pytest

from tests.web.api import Api, refused
from tests.web.conftest import token
from tests.web.performance import Company, company, days_ago


class Office:
    def __init__(self, api: Api) -> None:
        self.api = api
        self.there: Company = company(api)
        self.unit = api.unit("Élan works")
        self.person = api.person(self.unit, "Zoë Elanova")
        owner = {"unit_id": self.unit}
        self.objectives = {
            title: api.active(self.there.cycle, owner, title=title)
            for title in ("New elan 10", "elan", "Elan 9 and more", "New elan 9")
        }
        self.private = api.active(
            self.there.cycle,
            {"person_id": self.there.ids["ana"]},
            title="Elan in private",
            visibility="private",
        )
        api.project()

    def find(self, who: Api | None = None, **asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = (who or self.api).ask("/search", **asked)
        return found


@pytest.fixture(scope="module")
def office(shared_api: Api) -> Office:
    return Office(shared_api)


def _client(api: Api, role: str, **given: Any) -> Api:
    return Api(api.app, api.dsn, token(api.dsn, role, **given))


@pytest.mark.parametrize("q", ["elan", "ÉLAN", "e\u0301lan"])
def test_all_that_has_a_name_is_found_by_how_well_it_matches_and_then_by_name(office: Office, q: str) -> None:
    found = office.find(office.there.dan, q=q)
    assert [(each["type"], each["title"], each["match"]) for each in found["items"]] == [
        ("objective", "elan", "whole"),
        ("objective", "Elan 9 and more", "beginning"),
        ("objective", "New elan 9", "words"),
        ("objective", "New elan 10", "words"),
        ("person", "Zoë Elanova", "words"),
        ("unit", "Élan works", "beginning"),
    ]
    assert found["found"] == {"event": 0, "objective": 4, "person": 1, "unit": 1, "cycle": 0}


def test_each_says_where_it_stands(office: Office) -> None:
    items = {each["type"]: each for each in office.find(q="elan")["items"][::-1]}
    assert items["objective"]["place"] == "Élan works"
    assert (items["objective"]["detail"], items["objective"]["status"]) == ("team", "active")
    assert items["person"]["place"] == "Élan works"
    assert items["unit"]["detail"] == "department"
    assert [each["title"] for each in office.find(q="long")["items"]] == ["Long"]  # the cycle


def test_what_is_hidden_is_neither_found_nor_counted(office: Office) -> None:
    ana, dan = office.there.ana, office.there.dan
    assert office.find(ana, q="elan private")["found"]["objective"] == 1
    hidden = office.find(dan, q="elan private")
    assert (hidden["items"], hidden["found"]["objective"]) == ([], 0)


def test_of_each_type_there_are_so_many_at_most(office: Office) -> None:
    found = office.find(office.there.dan, q="elan", limit=1)
    assert [each["type"] for each in found["items"]] == ["objective", "person", "unit"]
    assert found["found"]["objective"] == 4
    refused(office.api.get("/search", q="elan", limit=51), 422, "invalid-value", "?limit")
    refused(office.api.get("/search", q=" - "), 422, "invalid-value", "?q")
    refused(office.api.get("/search"), 422, "invalid-value", "?q")


def test_it_is_that_of_the_day_and_of_what_was_known(office: Office) -> None:
    assert office.find(q="elan", as_of="2024-12-31")["items"] == []
    assert office.find(q="elan", known_at="2025-01-01T00:00:00Z")["items"] == []


@pytest.mark.parametrize("q", ["{}", "#{}"])
def test_an_event_is_found_by_its_number_by_whoever_reads_the_trail(office: Office, q: str) -> None:
    history = office.api.ask(f"/objectives/{office.private}/history")["items"]
    number = history[0]["position"]
    asked = q.format(number)
    (event,) = office.find(office.there.hr, q=asked)["items"]
    assert event == {
        "type": "event", "id": history[0]["event_id"], "title": "Elan in private", "status": None,
        "detail": "objective.defined", "place": "a test's admin", "match": "whole", "position": number,
    }  # fmt: skip
    (row,) = office.there.hr.ask("/audit", position=number)["items"]
    assert row["event_id"] == event["id"]
    limited = _client(office.api, "hr", units=[UUID(office.unit)])
    for who in (office.there.ana, limited):
        assert office.find(who, q=asked)["found"]["event"] == 0
    assert office.find(office.there.hr, q="999999999")["items"] == []


def test_events_of_a_review_that_was_not_shared_are_not_found_by_the_person_reviewed(api: Api) -> None:
    there = company(api)
    review = there.up_to("assessment")
    both = {}
    for who in (there.hr, there.eva):
        events = {each["action"]: each["position"] for each in who.ask(f"/reviews/{review}/history")["items"]}
        both[who] = events["review.assessed"]
    as_hr = _client(api, "hr", person_id=UUID(there.ids["ana"]))
    assert there.hr.ask("/search", q=str(both[there.hr]))["found"]["event"] == 1
    assert as_hr.ask("/search", q=str(both[there.hr]))["found"]["event"] == 0
    there.step(review, "sharing", days_ago(10))
    assert as_hr.ask("/search", q=str(both[there.hr]))["found"]["event"] == 1
