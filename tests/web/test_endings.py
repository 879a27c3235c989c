"""Endings and corrections over HTTP: what hangs on an end, the way back, and facts at both times."""

import pytest

from tests.web.api import Api, refused
from tests.web.performance import STEPS, Company, company, days_ago
from tests.web.test_paths import _recorded


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def test_a_departure_is_refused_with_what_hangs_on_it_or_hands_it_over(there: Company) -> None:
    api, ids, review = there.admin, there.ids, there.review()
    departure = {"effective_on": days_ago(10), "reason": "a position elsewhere"}

    answer = api.post(f"/people/{ids['bo']}/departure", departure)
    refused(answer, 409, "still-in-use")
    assert answer.json is not None
    wanted = {"people": [ids["ana"]], "reviews": [review], "objectives": [], "units": []}
    assert {name: answer.json[name] for name in wanted} == wanted

    unknown = api.post(f"/people/{ids['bo']}/departure", {**departure, "hand_over_to": there.unit})
    refused(unknown, 422, "unknown-reference", "/hand_over_to")
    done = api.post(f"/people/{ids['bo']}/departure", {**departure, "hand_over_to": ids["dan"]})
    assert done.json is not None
    assert done.json["events"] == ["person.departed", "person.transferred", "review.reassigned"]
    assert api.ask(f"/people/{ids['ana']}", as_of=days_ago(10))["manager_id"] == ids["dan"]
    assert api.ask(f"/people/{ids['ana']}", as_of=days_ago(11))["manager_id"] == ids["bo"]
    assert api.ask(f"/reviews/{review}")["reviewer_id"] == ids["dan"]


def test_a_review_that_changes_hands_keeps_what_was_said_and_is_finished_by_the_new_reviewer(
    there: Company,
) -> None:
    review = there.up_to("self-assessment")
    refused(there.dan.post(f"/reviews/{review}/assessment", STEPS[1][2]), 404, "not-found")
    to_dan = {"reviewer_id": there.ids["dan"], "reason": "Bo left", "effective_on": days_ago(15)}
    for name in ("bo", "ana", "auditor"):
        refused(there.who(name).post(f"/reviews/{review}/reassignment", to_dan), 403, "forbidden")

    there.hr.done(f"/reviews/{review}/reassignment", to_dan)

    assert there.dan.ask(f"/reviews/{review}")["self_assessment"]["text"] == STEPS[0][2]["text"]
    refused(there.bo.post(f"/reviews/{review}/assessment", STEPS[1][2]), 403, "forbidden")
    for path, who, body in (("assessment", "dan", STEPS[1][2]), ("calibration", "hr", STEPS[2][2])):
        there.who(who).done(f"/reviews/{review}/{path}", {**body, "effective_on": days_ago(10)})
    there.dan.done(f"/reviews/{review}/sharing")
    history = there.hr.ask(f"/reviews/{review}/history")["items"]
    (moved,) = [item for item in history if item["action"] == "review.reassigned"]
    assert (moved["reason"], moved["actor"]) == ("Bo left", f"person:{there.ids['hr']}")
    assert [(each["field"], each["before"], each["after"]) for each in moved["changes"]] == [
        ("reviewer_id", there.ids["bo"], there.ids["dan"])
    ]


def test_people_and_units_come_back_and_ends_are_taken_back(api: Api) -> None:
    top = api.unit("Top")
    team, ana = api.unit("Team", top), api.person(top)
    for path, back, gone in (
        (f"/people/{ana}", "return", "departure"),
        (f"/units/{team}", "restoration", "dissolution"),
    ):
        api.done(f"{path}/{gone}", {"effective_on": "2025-03-01"})
        refused(api.post(f"{path}/{back}", {"effective_on": "2025-09-01"}), 422, "reason-required", "/reason")
        why = {"reason": "a new start"}
        api.done(f"{path}/{back}", {"effective_on": "2025-09-01", **why})
        days = ("2025-02-01", "2025-05-01", "2025-09-01")
        assert [api.ask(path, as_of=day)["status"] == "active" for day in days] == [True, False, True]
        api.done(f"{path}/{gone}/withdrawal", {"effective_on": "2025-03-01", **why})
        assert [api.ask(path, as_of=day)["status"] == "active" for day in days] == [True, True, True]
    refused(api.post(f"/people/{ana}/return", {"reason": "again"}), 409, "forbidden-transition")


def test_a_return_says_where_to(api: Api) -> None:
    top, old = api.unit("Top"), api.unit("Old")
    ana = api.person(old)
    for path in (f"/people/{ana}/departure", f"/units/{old}/dissolution"):
        api.done(path, {"effective_on": "2025-03-01"})
    back = {"effective_on": "2025-09-01", "reason": "a new start"}
    refused(api.post(f"/people/{ana}/return", back), 422, "unknown-reference", "/unit_id")
    assert _recorded(api, f"/people/{ana}/return", {**back, "unit_id": top, "manager_id": None}) == [
        "person.returned",
        "person.transferred",
    ]


def test_address_and_job_title_are_read_at_both_times(api: Api) -> None:
    ana = api.person(api.unit())
    first = api.post(f"/people/{ana}/revision", {"job_title": "Clerk", "effective_on": "2025-02-01"})
    assert first.json is not None
    api.done(
        f"/people/{ana}/revision",
        {"email": "ana@example.org", "job_title": "Lead", "effective_on": "2025-06-01"},
    )
    known_at = first.json["recorded_at"]
    days = ("2025-01-01", "2025-02-01", "2025-06-01")
    told = [api.ask(f"/people/{ana}", as_of=day) for day in days]
    assert [(each["job_title"], each["email"]) for each in told] == [
        (None, None),
        ("Clerk", None),
        ("Lead", "ana@example.org"),
    ]
    assert api.ask(f"/people/{ana}", as_of="2025-06-01", known_at=known_at)["job_title"] == "Clerk"
    refused(api.post(f"/people/{ana}/revision", {"email": "ana"}), 422, "invalid-value", "/email")
    assert _recorded(api, f"/people/{ana}/revision", {"email": None}) == ["person.revised"]


def test_a_cycle_is_corrected_while_it_is_not_sealed(api: Api) -> None:
    cycle = api.cycle()
    body = {"name": "2025 to 2031", "ends_on": "2031-12-31", "cadence_days": 7, "appeal_days": 5}
    api.done(f"/cycles/{cycle}/revision", {**body, "effective_on": "2025-01-01"})
    told = api.ask(f"/cycles/{cycle}")
    assert {name: told[name] for name in body} == body
    assert told["starts_on"] == "2025-01-01"
    for step in ("activation", "closure"):
        api.done(f"/cycles/{cycle}/{step}")
    refused(api.post(f"/cycles/{cycle}/revision", {"name": "2025"}), 409, "cycle-sealed")


@pytest.mark.parametrize("kind", ["activation", "sharing"])
def test_a_step_given_again_otherwise_tells_what_is_recorded(there: Company, kind: str) -> None:
    if kind == "activation":
        path, day = f"/cycles/{there.cycle}/activation", "2025-01-01"
    else:
        path, day = f"/reviews/{there.up_to('sharing')}/sharing", days_ago(20)
    assert _recorded(there.admin, path, {"effective_on": day}) == []
    answer = there.admin.post(path, {"effective_on": days_ago(5)})
    refused(answer, 409, "forbidden-transition")
    assert answer.json is not None
    assert answer.json["recorded"] == {"effective_on": day, "reason": None}
