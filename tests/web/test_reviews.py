"""Reviews: every step recorded and shown, the evidence as it was, and what has changed since."""

from uuid import UUID

import pytest

from tests.web.api import UNKNOWN, Api
from tests.web.conftest import token
from tests.web.performance import STEPS, Company, company, days_ago


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def test_a_review_lives_its_whole_life(there: Company) -> None:
    answer = there.hr.post("/reviews", there.opening(external_id="R-1"), if_match=None)
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["events"] == ["review.opened"]
    review = answer.json["id"]
    assert answer.headers["Location"] == f"/api/v1/reviews/{review}"

    events = [event for path, _, _ in STEPS for event in there.step(review, path)]

    assert events == [
        "review.self_assessed",
        "review.assessed",
        "review.calibrated",
        "review.shared",
        "review.appealed",
        "review.appeal_decided",
        "review.finalised",
    ]
    shown = there.hr.ask(f"/reviews/{review}")
    assert (shown["status"], shown["rating"], shown["external_id"]) == ("finalised", 5, "R-1")
    assert (shown["shared_on"], shown["appeal_until"]) == (days_ago(20), days_ago(10))
    assert [one["rating_before"] for one in (*shown["calibrations"], shown["appeal_decision"])] == [3, 4]
    assert shown["assessment"]["by"] == f"person:{there.ids['bo']}"
    assert shown["objectives"] == [{"objective_id": there.objective, "weight": "100"}]


def test_acknowledging_is_not_agreeing(there: Company) -> None:
    review = there.up_to("sharing")

    there.ana.done(f"/reviews/{review}/acknowledgement", {"agrees": False, "comment": "not at all"})

    shown = there.ana.ask(f"/reviews/{review}")
    assert shown["status"] == "acknowledged"
    assert (shown["acknowledgement"]["agrees"], shown["acknowledgement"]["comment"]) == (False, "not at all")


def test_hr_acts_on_behalf_of_who_cannot_and_is_named(there: Company) -> None:
    review = there.review()

    there.hr.done(f"/reviews/{review}/self-assessment", {"text": "As she told me."})
    there.admin.done(f"/reviews/{review}/withdrawal", {"reason": "she left"})

    shown = there.hr.ask(f"/reviews/{review}")
    assert shown["self_assessment"]["by"] == f"person:{there.ids['hr']}"
    assert shown["withdrawal"]["reason"] == "she left"


def test_a_step_repeated_records_nothing_more(there: Company) -> None:
    review = there.up_to("assessment")

    assert there.step(review, "assessment") == []


def test_reviews_are_listed_by_what_is_asked(there: Company) -> None:
    later = there.review(effective_on=days_ago(30))
    theirs = there.admin.objective(there.cycle, {"person_id": there.ids["dan"]})
    whole = [{"objective_id": theirs, "weight": 100}]
    first = there.review(person_id=there.ids["dan"], objectives=whole)
    there.hr.done(f"/reviews/{first}/self-assessment", {"text": "fine"})

    def listed(**asked: str) -> list[str]:
        return [item["id"] for item in there.hr.ask("/reviews", **asked)["items"]]

    assert listed() == [first, later]
    assert listed(person=there.ids["ana"]) == [later]
    assert listed(reviewer=there.ids["bo"], status="self_assessed") == [first]
    assert listed(cycle=UNKNOWN) == []
    page = there.hr.get("/reviews", limit=1)
    assert 'rel="next"' in page.headers["Link"]


def test_what_was_shared_later_was_not_yet_so_before(there: Company) -> None:
    review = there.up_to("sharing")

    assert there.hr.ask(f"/reviews/{review}", as_of=days_ago(21))["status"] == "opened"
    assert there.hr.get(f"/reviews/{review}", as_of=days_ago(41)).status_code == 404


def test_a_history_says_every_change_with_before_and_after(there: Company) -> None:
    review = there.up_to("calibration")

    items = there.hr.ask(f"/reviews/{review}/history")["items"]

    assert [item["action"] for item in items] == [
        "review.opened",
        "review.self_assessed",
        "review.assessed",
        "review.calibrated",
    ]
    calibrated = items[-1]
    assert calibrated["actor"] == f"person:{there.ids['hr']}"
    assert {"field": "rating", "before": 3, "after": 4} in calibrated["changes"]
    assert calibrated["event_id"] == f"{review}:4"


def test_a_late_correction_leaves_the_evidence_and_is_told_in_the_history(there: Company) -> None:
    there.check_in(days_ago(30), "4")
    review = there.up_to("finalisation")
    check_in = there.admin.ask(f"/objectives/{there.objective}/progress")["readings"][0]["check_in_id"]
    unchanged = there.hr.ask(f"/reviews/{review}/history")["evidence"]
    assert [one["differs"] for one in unchanged] == [False]

    correction = {
        "readings": [{"key_result_id": there.key_result, "value": "8"}],
        "reason": "two markets were left out",
    }
    path = f"/objectives/{there.objective}/check-ins/{check_in}/correction"
    there.admin.done(path, correction)

    (fixed,) = there.hr.ask(f"/reviews/{review}")["assessment"]["evidence"]
    assert (fixed["progress"], fixed["key_results"][0]["value"]) == (0.4, "4")
    (compared,) = there.hr.ask(f"/reviews/{review}/history")["evidence"]
    assert compared["differs"] is True
    assert (compared["fixed"]["progress"], compared["now"]["progress"]) == (0.4, 0.8)
    (why,) = compared["events"]
    assert (why["action"], why["reason"], why["late"]) == (
        "objective.check_in_corrected",
        "two markets were left out",
        True,
    )
    assert why["position"] > compared["position"]
    value = f"key_results/{there.key_result}/value"
    assert {"field": value, "before": "4", "after": "8"} in why["changes"]


def _reviewed(there: Company, unit: str, ratings: list[tuple[int, int]]) -> None:
    """People of that unit, each assessed and calibrated so."""
    for assessed, calibrated in ratings:
        person = there.admin.person(unit, "Somebody")
        objective = there.admin.objective(there.cycle, {"person_id": person})
        whole = [{"objective_id": objective, "weight": 100}]
        review = there.review(person_id=person, objectives=whole)
        client = Api(
            there.admin.app, there.admin.dsn, token(there.admin.dsn, "employee", person_id=UUID(person))
        )
        client.done(f"/reviews/{review}/self-assessment", {"text": "fine"})
        there.bo.done(f"/reviews/{review}/assessment", {"rating": assessed, "text": "fine"})
        calibration = {"rating": calibrated, "reason_code": "consistency", "comment": "all alike"}
        there.hr.done(f"/reviews/{review}/calibration", calibration)


def test_fairness_shows_groups_of_five_and_no_smaller_ones(there: Company) -> None:
    many, few = there.admin.unit("Many"), there.admin.unit("Few")
    _reviewed(there, many, [(3, 4), (3, 3), (4, 3), (2, 4), (5, 5)])
    asked = {"cycle": there.cycle, "by": "unit"}

    alone = there.hr.ask("/reviews/fairness", **asked)
    assert (alone["suppressed"], alone["total"]["people"]) == (0, 5)
    (group,) = alone["groups"]
    assert (group["key"], group["name"], group["reviews"]) == (many, "Many", 5)
    assert group["distribution"] == {"1": 0, "2": 0, "3": 2, "4": 2, "5": 1}
    assert group["calibrations"] == {"up": 2, "down": 1, "unchanged": 2, "mean_shift": 0.4}

    _reviewed(there, few, [(1, 1)])
    both = there.hr.ask("/reviews/fairness", **asked)
    assert both["groups"] == []
    assert both["suppressed"] == 2
    by_reviewer = there.hr.ask("/reviews/fairness", cycle=there.cycle, by="reviewer")
    assert [(one["key"], one["name"]) for one in by_reviewer["groups"]] == [(there.ids["bo"], "Bo")]
    by_level = there.hr.ask("/reviews/fairness", cycle=there.cycle, by="level")
    assert [(one["key"], one["name"]) for one in by_level["groups"]] == [("department", None)]


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("hr", 200), ("auditor", 200), ("employee", 403), ("service", 403)]
)
def test_fairness_is_for_those_who_may_read_reviews(shared_api: Api, role: str, status: int) -> None:
    client = Api(shared_api.app, shared_api.dsn, token(shared_api.dsn, role))

    assert client.get("/reviews/fairness", cycle=UNKNOWN).status_code == status
