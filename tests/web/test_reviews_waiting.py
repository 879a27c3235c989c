"""The reviews of a cycle, in one answer: who they are of, who acted, and who is next since when."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.api import Api, refused
from tests.web.performance import STEPS, Company, company, days_ago


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def _one(who: Api, **asked: Any) -> dict[str, Any]:
    (found,) = who.ask("/reviews", **asked)["items"]
    assert found == {name: who.ask(f"/reviews/{found['id']}")[name] for name in found}
    return dict(found)


def test_a_review_names_who_it_is_of_and_who_is_next_at_every_step(there: Company) -> None:
    review, found = there.review(), _one(there.hr)
    ana, bo = there.ids["ana"], there.ids["bo"]
    assert (found["person_name"], found["reviewer_name"]) == ("Ana", "Bo")
    assert (found["unit_id"], found["unit_name"]) == (there.unit, "Sales")
    opening = {"action": "review.opened", "actor": f"person:{there.ids['hr']}", "actor_name": "Hr"}
    assert found["last"] == {**opening, "on": days_ago(40)}
    assert found["next"] == {
        "operation": "reviews.self_assess", "by": "person_reviewed", "person_id": ana, "name": "Ana",
        "since": days_ago(40),
    }  # fmt: skip
    expected = {
        "self-assessment": ("reviews.assess", "reviewer", bo),
        "assessment": ("reviews.share", "reviewer", bo),
        "calibration": ("reviews.share", "reviewer", bo),
        "sharing": ("reviews.acknowledge", "person_reviewed", ana),
        "appeal": ("reviews.decide_appeal", "hr", None),
        "appeal-decision": ("reviews.finalise", "hr", None),
    }
    for step, who, _ in STEPS[:-1]:
        there.step(review, step)
        found = _one(there.hr)
        operation, by, person = expected[step]
        assert (found["next"]["operation"], found["next"]["by"], found["next"]["person_id"]) == (
            operation, by, person,
        )  # fmt: skip
        assert found["next"]["since"] == days_ago(20)
        assert found["last"]["actor_name"] == who.title()
    there.step(review, "finalisation")
    assert _one(there.hr)["next"] is None


def test_each_step_names_who_took_it(there: Company) -> None:
    shown = there.hr.ask(f"/reviews/{there.up_to('finalisation')}")
    names = ("self_assessment", "assessment", "sharing", "appeal", "appeal_decision", "finalisation")
    assert [shown[name]["by_name"] for name in names] == ["Ana", "Bo", "Bo", "Ana", "Eva", "Hr"]
    assert [each["by_name"] for each in shown["calibrations"]] == ["Hr"]


def test_the_person_reviewed_is_not_told_who_acted_before_it_was_shared(there: Company) -> None:
    there.up_to("calibration")
    found = _one(there.ana)
    assert (found["status"], found["last"]["action"]) == ("calibrated", "review.self_assessed")
    assert _one(there.bo)["last"]["action"] == "review.calibrated"


def test_those_that_wait_come_by_how_long_they_do_with_counts_of_every_status(there: Company) -> None:
    admin = there.admin
    days = {"Kim": 12, "Lea": 30, "Moe": 12, "Ned": 3}
    reviews: dict[str, str] = {}
    for name, day in days.items():
        person = admin.person(there.unit, name)
        objective = admin.active(there.cycle, {"person_id": person})
        share = [{"objective_id": objective, "weight": "100"}]
        reviews[name] = there.review(person_id=person, objectives=share)
        body = {"text": "So.", "effective_on": days_ago(day)}
        there.hr.done(f"/reviews/{reviews[name]}/self-assessment", body)
    ended = there.up_to("finalisation")
    there.hr.done(f"/reviews/{reviews['Ned']}/withdrawal", {"reason": "by mistake"})
    found = there.hr.ask("/reviews", order="waiting", cycle=there.cycle)
    kim_and_moe = sorted(["Kim", "Moe"], key=reviews.__getitem__)
    assert [each["person_name"] for each in found["items"]] == ["Lea", *kim_and_moe]
    assert found["counts"] == {
        "opened": 0, "self_assessed": 3, "assessed": 0, "calibrated": 0, "shared": 0, "acknowledged": 0,
        "appealed": 0, "upheld": 0, "amended": 0, "finalised": 1, "withdrawn": 1,
    }  # fmt: skip
    walked: list[str] = []
    query: dict[str, Any] = {"order": "waiting", "limit": "1"}
    while query:
        answer = there.hr.get("/reviews", **query)
        walked += [each["id"] for each in answer.get_json()["items"]]
        link = answer.headers.get("Link", "").partition(">")[0]
        query = {name: one for name, (one,) in parse_qs(urlsplit(link).query).items()}
    assert walked == [each["id"] for each in found["items"]]
    several = there.hr.ask("/reviews", status="finalised,withdrawn")
    assert {each["id"] for each in several["items"]} == {ended, reviews["Ned"]}
    assert several["counts"] == found["counts"]
    assert there.dan.ask("/reviews")["counts"]["self_assessed"] == 0
    refused(there.hr.get("/reviews", order="newest"), 422, "invalid-value", "?order")
    refused(there.hr.get("/reviews", status="final"), 422, "invalid-value", "?status")


def test_ratings_are_told_as_assessed_too(there: Company) -> None:
    for number in range(5):
        person = there.admin.person(there.unit, f"Person {number}")
        objective = there.admin.active(there.cycle, {"person_id": person})
        share = [{"objective_id": objective, "weight": "100"}]
        review = there.review(person_id=person, objectives=share)
        there.hr.done(f"/reviews/{review}/self-assessment", {"text": "So.", "effective_on": days_ago(20)})
        there.step(review, "assessment")
        if number < 2:
            there.step(review, "calibration")
    total = there.hr.ask("/reviews/fairness", cycle=there.cycle)["total"]
    assert total["distribution"] == {"1": 0, "2": 0, "3": 3, "4": 2, "5": 0}
    assert total["assessed"] == {"distribution": {"1": 0, "2": 0, "3": 5, "4": 0, "5": 0}, "mean": 3.0}
