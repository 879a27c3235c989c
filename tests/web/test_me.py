"""Who is calling, and which commands are theirs to give: the answer is what the commands themselves say."""

from typing import Any
from uuid import UUID

import pytest

from tests.web.api import UNKNOWN, Api, refused
from tests.web.conftest import token
from tests.web.performance import Company, company, days_ago
from web.access.table import TABLE

EVERY_STEP = ("commitment", "submission", "return", "approval", "activation", "postponement", "resumption")


@pytest.fixture
def there(api: Api) -> Company:
    made = company(api)
    api.project()
    return made


def _client(api: Api, role: str, **given: Any) -> Api:
    return Api(api.app, api.dsn, token(api.dsn, role, **given))


def _mine(who: Api, id: str) -> dict[str, bool]:
    """Operation -> whether it fits."""
    answer = who.ask("/me/operations", subject=id)
    assert answer["subject"]["id"] == id
    return {each["operation"]: each["fits"] for each in answer["operations"]}


def test_a_person_learns_who_they_are(there: Company) -> None:
    found = there.ana.ask("/me")
    assert found["person"] == {"id": there.ids["ana"], "name": "Ana"}
    assert (found["actor"], found["roles"]) == (f"person:{there.ids['ana']}", ["employee"])
    assert (found["units"], found["scopes"]) == ([], [])
    assert found["signed_in"] == {
        "how": "token",
        "token_id": found["signed_in"]["token_id"],
        "name": "a test's employee",
        "until": found["signed_in"]["until"],
    }
    assert {"objectives.check_in", "reviews.appeal", "units.list"} <= set(found["operations"])
    assert not {"audit.list", "units.define", "reviews.withdraw"} & set(found["operations"])
    assert there.ana.get("/me").headers["Cache-Control"] == "no-store"


def test_so_does_an_office_that_is_limited_a_service_and_what_belongs_to_nobody(there: Company) -> None:
    office = _client(there.admin, "hr", person_id=UUID(there.ids["hr"]), units=[UUID(there.unit)]).ask("/me")
    assert office["units"] == [{"id": there.unit, "name": "Sales"}]
    assert "audit.list" not in office["operations"]  # which is about the whole
    service = _client(there.admin, "service", scopes=["people.*"]).ask("/me")
    assert (service["person"], service["scopes"]) == (None, ["people.*"])
    assert "people.define" in service["operations"]
    assert not [each for each in service["operations"] if each.startswith(("objectives.", "reviews."))]
    whole = there.admin.ask("/me")
    assert whole["person"] is None
    beyond = {name for name, row in TABLE.items() if row.person} | {"scim.describe"}
    assert set(TABLE) - set(whole["operations"]) >= {name for name in beyond if TABLE[name].person}
    refused(Api(there.admin.app, there.admin.dsn, "tl_none").get("/me"), 401, "unauthenticated")


def test_what_is_mine_to_do_is_what_the_commands_let_me_do(there: Company) -> None:
    """Each of these is posted, at a version that it is not at, so that nothing is done."""
    private = there.admin.active(there.cycle, {"person_id": there.ids["ana"]}, visibility="private")
    for objective in (there.objective, private):
        for name in ("ana", "bo", "cleo", "dan", "hr", "auditor", "admin"):
            who = there.who(name)
            hidden = who.get("/me/operations", subject=objective).status_code == 404
            told = {} if hidden else _paths(who, objective)
            for step in EVERY_STEP:
                body = {"confidence": 5} if step == "commitment" else {"reason": "a test"}
                answer = who.post(f"/objectives/{objective}/{step}", body, if_match='"999"')
                said = {403: False, 412: True, 404: None}[answer.status_code]
                path = f"/api/v1/objectives/{objective}/{step}"
                assert (None if hidden else path in told) == said, (name, step)


def _paths(who: Api, id: str) -> set[str]:
    return {each["path"] for each in who.ask("/me/operations", subject=id)["operations"]}


def test_a_command_fits_the_state_in_which_the_thing_is(there: Company) -> None:
    mine = _mine(there.bo, there.objective)
    assert mine["objectives.approve"] is False  # nothing awaits it
    assert (mine["objectives.close"], mine["objectives.submit"]) == (True, False)
    change = {"title": "Grow more", "reason": "agreed"}
    there.ana.done(f"/objectives/{there.objective}/revision", change)
    assert _mine(there.bo, there.objective)["objectives.approve"] is True
    assert "objectives.approve" not in _mine(there.ana, there.objective)  # four eyes
    there.bo.done(f"/objectives/{there.objective}/cancellation", {"reason": "overtaken"})
    closed = _mine(there.bo, there.objective)
    assert [name for name in ("objectives.check_in", "objectives.reinstate") if closed[name]] == [
        "objectives.reinstate"
    ]


def test_feedback_is_withdrawn_by_whoever_gave_it(there: Company) -> None:
    assert "objectives.withdraw_feedback" not in _mine(there.dan, there.objective)
    there.dan.done(f"/objectives/{there.objective}/feedback", {"kind": "praise", "text": "Well done."})
    assert "objectives.withdraw_feedback" in _mine(there.dan, there.objective)
    assert "objectives.withdraw_feedback" not in _mine(there.bo, there.objective)


def test_a_review_takes_different_people(there: Company) -> None:
    review = there.up_to("self-assessment")
    assert _mine(there.bo, review) == {"reviews.assess": True, "reviews.share": False}
    assert _mine(there.ana, review)["reviews.self_assess"] is False
    assert _mine(there.cleo, review) == {}  # she reads it
    refused(there.dan.get("/me/operations", subject=review), 404, "not-found")
    for step in ("assessment", "calibration", "sharing", "appeal"):
        there.step(review, step)
    assert _mine(there.hr, review)["reviews.decide_appeal"] is False  # who calibrated it
    assert _mine(there.eva, review)["reviews.decide_appeal"] is True
    assert "reviews.decide_appeal" not in _mine(there.admin, review)  # it takes a person


def test_people_and_units_that_are_gone_can_come_back(there: Company) -> None:
    dan, admin = there.ids["dan"], there.admin
    here = _mine(admin, dan)
    assert (here["people.depart"], here["people.return_"], here["people.withdraw_departure"]) == (
        True, False, False,
    )  # fmt: skip
    assert here["reviews.open_"] is True
    assert "people.depart" not in _mine(there.hr, dan)
    assert "objectives.define" in _mine(there.dan, dan)
    assert "objectives.define" not in _mine(there.ana, dan)
    admin.done(f"/people/{dan}/departure", {"effective_on": days_ago(3)})
    gone = _mine(admin, dan)
    assert (gone["people.transfer"], gone["people.return_"], gone["people.withdraw_departure"]) == (
        False, True, True,
    )  # fmt: skip
    unit = _mine(admin, there.unit)
    assert (unit["units.dissolve"], unit["units.restore"], unit["objectives.define"]) == (True, False, True)


def test_what_is_in_a_sealed_cycle_stays(api: Api) -> None:
    cycle = api.cycle()
    objective = api.objective(cycle, {"unit_id": api.unit()})
    api.done(f"/objectives/{objective}/cancellation", {"reason": "overtaken"})
    assert _mine(api, cycle)["cycles.activate"] is True
    for step in ("activation", "closure"):
        api.done(f"/cycles/{cycle}/{step}")
    assert {name for name, fits in _mine(api, cycle).items() if fits} == {"cycles.reopen"}
    assert not any(_mine(api, objective).values())


def test_nothing_of_that_id_and_no_id(there: Company) -> None:
    refused(there.hr.get("/me/operations", subject=UNKNOWN), 404, "not-found")
    refused(there.hr.get("/me/operations"), 422, "invalid-value", "?subject")
    refused(there.hr.get("/me/operations", subject="ana"), 422, "invalid-value", "?subject")
