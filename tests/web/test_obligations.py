"""Whoever has something to do is told so, with the operation that ends it; and when it was done, no more."""

from typing import Any
from uuid import UUID

import pytest

from tests.web.api import UNKNOWN, Api, refused, today
from tests.web.conftest import token
from tests.web.performance import STEPS, Company, company, days_ago


@pytest.fixture
def there(api: Api) -> Company:
    """Ana's one objective was checked in today."""
    made = company(api)
    made.check_in(today(), "1")
    return made


def _of(who: Api, person: str, **asked: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """(kind, id of the subject) -> the obligation."""
    items = who.ask(f"/people/{person}/obligations", **asked)["items"]
    found = {(each["kind"], each["subject"]["id"]): each for each in items}
    assert len(found) == len(items)
    return found


def _kinds(who: Api, person: str, **asked: Any) -> list[str]:
    return [kind for kind, _ in _of(who, person, **asked)]


def test_a_check_in_is_due_by_the_cadence_of_the_cycle_and_gone_when_it_was_made(api: Api) -> None:
    there = company(api)
    there.check_in(days_ago(31), "1")
    due = _of(there.ana, there.ids["ana"])["check_in", there.objective]
    assert (due["since"], due["due_on"], due["overdue"]) == (days_ago(31), days_ago(1), True)
    assert due["subject"] == {"type": "objective", "id": there.objective, "title": "Grow"}
    assert due["operation"] == "objectives.check_in"
    assert due["reason"] == f"a check-in is due every 30 days; counted from {days_ago(31)}"
    assert there.ana.ask("/objectives", stale="true")["items"] != []
    path = due["path"].removeprefix("/api/v1")
    there.ana.done(path, {"on": today(), "readings": [{"key_result_id": there.key_result, "value": "2"}]})
    assert _of(there.ana, there.ids["ana"]) == {}
    ahead = _of(there.ana, there.ids["ana"], ahead=30)["check_in", there.objective]
    assert ahead["overdue"] is False
    assert (
        _of(there.ana, there.ids["ana"], as_of=days_ago(1))["check_in", there.objective]["overdue"] is False
    )
    assert _of(there.ana, there.ids["ana"], as_of=days_ago(2)) == {}


def test_an_objective_goes_from_draft_to_its_end_by_what_is_due(there: Company) -> None:
    ana, bo = there.ids["ana"], there.ids["bo"]
    up = [{"objective_id": there.objective, "kind": "contributes", "weight": "1"}]
    measured = [{"title": "Done", "kind": "increase", "baseline": 0, "target": 1}]
    more = {"level": "individual", "key_results": measured, "alignments": up}
    objective = there.admin.objective(there.cycle, {"person_id": ana}, **more)
    for kind, body, who in (
        ("commitment", {"confidence": 5}, there.ana),
        ("submission", {}, there.ana),
        ("approval", {}, there.bo),
        ("activation", {}, there.ana),
    ):
        whose = bo if kind == "approval" else ana
        due = _of(who, whose)[kind, objective]
        who.done(due["path"].removeprefix("/api/v1"), body)
        assert (kind, objective) not in _of(who, whose)
    assert {kind for kind, id in _of(there.ana, ana) if id == objective} <= {"check_in"}
    there.ana.done(f"/objectives/{objective}/check-ins", {"on": today(), "confidence": 5})
    assert _of(there.ana, ana) == {}
    why = {"reason": "it ended early"}
    there.hr.done(f"/objectives/{objective}/revision", {"ends_on": days_ago(2), **why})
    there.bo.done(f"/objectives/{objective}/approval")
    closing = _of(there.ana, ana)["closure", objective]
    assert (closing["due_on"], closing["overdue"]) == (days_ago(2), True)
    there.ana.done(f"/objectives/{objective}/closure", {"outcome": "not_achieved", "score": "0"})
    assert _of(there.ana, ana) == {}


def test_an_approval_is_due_from_the_first_above_who_may_give_it(there: Company) -> None:
    change = {"title": "Grow more", "reason": "agreed"}
    there.ana.done(f"/objectives/{there.objective}/revision", change)
    due = _of(there.bo, there.ids["bo"])
    assert list(due) == [("approval", there.objective)]
    assert due["approval", there.objective]["since"] == today()
    assert _of(there.cleo, there.ids["cleo"]) == {}
    there.bo.done(f"/objectives/{there.objective}/revision", {"title": "Grow most", "reason": "agreed"})
    assert _of(there.bo, there.ids["bo"]) == {}  # never by whoever amended it
    assert list(_of(there.cleo, there.ids["cleo"])) == [("approval", there.objective)]
    there.cleo.done(f"/objectives/{there.objective}/approval")
    assert _of(there.cleo, there.ids["cleo"]) == {}


def test_what_is_of_a_unit_is_due_from_whoever_leads_it_or_the_next_one_above(there: Company) -> None:
    admin = there.admin
    team = admin.unit("Team", there.unit)
    lead = {"person_id": there.ids["cleo"], "effective_on": "2025-01-01"}
    admin.done(f"/units/{there.unit}/lead", lead)
    objective = admin.active(there.cycle, {"unit_id": team})
    assert ("orphan", objective) in _of(there.cleo, there.ids["cleo"])
    admin.done(f"/units/{team}/lead", {**lead, "person_id": there.ids["dan"]})
    assert ("orphan", objective) not in _of(there.cleo, there.ids["cleo"])
    orphan = _of(there.dan, there.ids["dan"])["orphan", objective]
    assert (orphan["due_on"], orphan["reason"], orphan["overdue"]) == (None, "it has no link", False)
    up = {"objective_id": there.objective, "kind": "supports", "reason": "agreed"}
    there.dan.done(orphan["path"].removeprefix("/api/v1"), up)
    assert ("orphan", objective) not in _of(there.dan, there.ids["dan"])
    assert ("approval", objective) in _of(there.cleo, there.ids["cleo"])


def test_each_step_of_a_review_is_due_from_one_and_gone_when_it_was_taken(there: Company) -> None:
    review = there.review()
    expected = {
        "self-assessment": ("ana", "self_assessment"),
        "assessment": ("bo", "assessment"),
        "sharing": ("bo", "sharing"),
        "appeal": ("ana", "acknowledgement"),
        "appeal-decision": ("eva", "appeal_decision"),
        "finalisation": ("hr", "finalisation"),
    }
    for step, _, _ in STEPS:
        name, kind = expected.get(step, ("hr", "calibration"))
        if step in expected:
            due = _of(there.who(name), there.ids[name])
            assert list(due) == [(kind, review)]
            assert due[kind, review]["subject"] == {"type": "review", "id": review, "title": "Ana"}
        there.step(review, step, None if step == "self-assessment" else days_ago(5))
        assert (kind, review) not in _of(there.who(name), there.ids[name])
    for name in ("ana", "bo", "hr", "eva"):
        assert _of(there.who(name), there.ids[name]) == {}


def test_an_appeal_runs_out_for_whoever_does_not_agree(there: Company) -> None:
    review = there.up_to("calibration")
    there.step(review, "sharing", days_ago(2))
    until = there.hr.ask(f"/reviews/{review}")["appeal_until"]
    due = _of(there.ana, there.ids["ana"])["acknowledgement", review]
    assert (due["due_on"], due["overdue"]) == (until, False)
    there.ana.done(f"/reviews/{review}/acknowledgement", {"agrees": False})
    appeal = _of(there.ana, there.ids["ana"])["appeal", review]
    assert (appeal["due_on"], appeal["operation"]) == (until, "reviews.appeal")
    there.ana.done(appeal["path"].removeprefix("/api/v1"), {"grounds": "So."})
    assert _of(there.ana, there.ids["ana"]) == {}
    assert _kinds(there.hr, there.ids["hr"]) == []  # who calibrated does not decide
    assert _kinds(there.eva, there.ids["eva"]) == ["appeal_decision"]


def test_it_is_for_the_person_those_above_and_personnel_as_far_as_they_may_see(there: Company) -> None:
    ana = there.ids["ana"]
    review = there.review()
    for name in ("ana", "bo", "cleo", "hr"):
        assert list(_of(there.who(name), ana)) == [("self_assessment", review)]
    unit = there.admin.unit("Elsewhere")
    for who in (there.dan, there.auditor, _client(there, "hr", units=[UUID(unit)]), _client(there, "admin")):
        refused(who.get(f"/people/{ana}/obligations"), 403, "forbidden")
    assert _of(_client(there, "hr", units=[UUID(there.unit)]), ana) != {}
    refused(there.hr.get(f"/people/{UNKNOWN}/obligations"), 404, "not-found")
    refused(there.ana.get(f"/people/{ana}/obligations", ahead=367), 422, "invalid-value", "?ahead")
    # Bo writes a review of somebody who is not below Cleo.
    dan = there.admin.active(there.cycle, {"person_id": there.ids["dan"]})
    share = [{"objective_id": dan, "weight": "100"}]
    other = there.review(person_id=there.ids["dan"], objectives=share)
    there.dan.done(f"/reviews/{other}/self-assessment", {"text": "So."})
    assert ("assessment", other) in _of(there.bo, there.ids["bo"])
    assert ("assessment", other) not in _of(there.cleo, there.ids["bo"])


def _client(there: Company, role: str, **given: Any) -> Api:
    issued = token(there.admin.dsn, role, person_id=UUID(there.ids["dan"]), **given)
    return Api(there.admin.app, there.admin.dsn, issued)


def test_they_come_by_the_day_and_in_pages(there: Company) -> None:
    for number in (2, 10, 1):
        there.admin.objective(
            there.cycle, {"person_id": there.ids["ana"]}, title=f"Plan {number}", starts_on="2025-02-01"
        )
    path = f"/people/{there.ids['ana']}/obligations"
    titles = [each["subject"]["title"] for each in there.ana.ask(path)["items"]]
    assert titles == ["Plan 1", "Plan 2", "Plan 10"]
    first = there.ana.get(path, limit=2)
    assert [each["subject"]["title"] for each in first.get_json()["items"]] == titles[:2]
    assert 'rel="next"' in first.headers["Link"]
    refused(there.ana.get(path, after="nowhere"), 422, "invalid-value", "?after")
