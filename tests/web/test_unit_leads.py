"""A unit may be led by somebody, from a day on; an end of that person looks at it."""

import pytest

from tests.web.api import UNKNOWN, Api, refused
from tests.web.performance import Company, company, days_ago


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def test_a_lead_is_a_dated_fact_with_a_history(there: Company) -> None:
    api, unit, bo, cleo = there.admin, there.unit, there.ids["bo"], there.ids["cleo"]
    assert api.ask(f"/units/{unit}")["lead_person_id"] is None
    api.done(f"/units/{unit}/lead", {"person_id": bo, "effective_on": days_ago(9)})
    api.done(f"/units/{unit}/lead", {"person_id": cleo, "effective_on": days_ago(4)})
    known = api.ask("/units")["known_at"]
    api.done(f"/units/{unit}/lead", {"person_id": None, "effective_on": days_ago(2)})

    said = {day: api.ask(f"/units/{unit}", as_of=days_ago(day))["lead_person_id"] for day in (10, 9, 4, 2)}
    assert said == {10: None, 9: bo, 4: cleo, 2: None}
    assert api.ask(f"/units/{unit}", as_of=days_ago(2), known_at=known)["lead_person_id"] == cleo
    entries = api.ask("/audit", action="unit.lead_named")["items"]
    assert [entry["changes"][0]["after"] for entry in entries] == [None, cleo, bo]


def test_naming_the_same_lead_again_records_nothing(there: Company) -> None:
    body = {"person_id": there.ids["bo"], "effective_on": days_ago(9)}
    there.admin.done(f"/units/{there.unit}/lead", body)
    before = there.admin.events()
    there.admin.done(f"/units/{there.unit}/lead", body)
    assert there.admin.events() == before


def test_a_lead_is_somebody_who_is_there_and_has_to_be_said(there: Company) -> None:
    api, path = there.admin, f"/units/{there.unit}/lead"
    before = api.events()
    refused(api.post(path, {}), 422, "invalid-value", "/person_id")
    refused(api.post(path, {"person_id": UNKNOWN}), 422, "unknown-reference", "/person_id")
    refused(api.post(path, {"person_id": there.unit}), 422, "unknown-reference", "/person_id")
    early = {"person_id": there.ids["bo"], "effective_on": "2024-12-31"}
    refused(api.post(path, early), 422, "effective-date", "/effective_on")
    gone = api.unit("Gone")
    api.done(f"/units/{gone}/dissolution", {"effective_on": days_ago(9)})
    refused(api.post(f"/units/{gone}/lead", {"person_id": there.ids["bo"]}), 409, "forbidden-transition")
    assert api.events() == before + 2


def test_a_lead_who_departs_is_asked_about_their_units(there: Company) -> None:
    api, dan, eva = there.admin, there.ids["dan"], there.ids["hr"]
    api.done(f"/units/{there.unit}/lead", {"person_id": dan, "effective_on": days_ago(9)})

    answer = api.post(f"/people/{dan}/departure", {"effective_on": days_ago(3)})
    refused(answer, 409, "still-in-use")
    assert answer.json is not None
    assert answer.json["units"] == [there.unit]

    api.done(f"/people/{dan}/departure", {"effective_on": days_ago(3), "hand_over_to": eva})
    assert api.ask(f"/units/{there.unit}")["lead_person_id"] == eva
    assert api.ask(f"/units/{there.unit}", as_of=days_ago(4))["lead_person_id"] == dan


def test_a_lead_who_was_gone_already_is_listed(there: Company) -> None:
    api, dan = there.admin, there.ids["dan"]
    api.done(f"/people/{dan}/departure", {"effective_on": days_ago(3)})
    api.done(f"/units/{there.unit}/lead", {"person_id": dan, "effective_on": days_ago(9)})
    left = api.ask("/left-behind")["items"]
    assert [(each["kind"], each["id"], each["holder_id"]) for each in left] == [("unit", there.unit, dan)]
