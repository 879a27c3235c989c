"""A closed cycle is sealed: no command changes what is in it, whoever gives it, and all figures are kept."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from tests.web.api import Api, refused, today
from tests.web.conftest import token
from tests.web.performance import Company, company, days_ago
from web.access.roles import ROLES

ABOUT = ("/api/v1/objectives", "/api/v1/reviews")


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def _close(there: Company) -> dict[str, str]:
    """Ends everything in the cycle and closes it; the ids that paths ask for."""
    there.check_in(days_ago(30), "4")
    review = there.up_to("finalisation")
    kept = {"kind": "praise", "text": "well done"}
    there.ana.done(f"/objectives/{there.objective}/feedback", kept)
    progress = there.admin.ask(f"/objectives/{there.objective}/progress")
    feedback = there.admin.ask(f"/objectives/{there.objective}/feedback")
    there.admin.done(f"/objectives/{there.objective}/closure", {"outcome": "partly_achieved"})
    there.admin.done(f"/cycles/{there.cycle}/closure")
    return {
        "objectives": there.objective,
        "reviews": review,
        "key_result": there.key_result,
        "check_in": progress["readings"][0]["check_in_id"],
        "feedback": feedback["items"][0]["id"],
        "other": there.objective,
    }


ON_BEHALF = frozenset({"admin", "hr"})
OWN = {"reviews.acknowledge": {"employee"}, "reviews.appeal": {"employee"}}
OF_PEOPLE = {"reviews.calibrate": {"hr"}, "reviews.decide_appeal": {"hr"}}
OF_PERSONNEL = (
    "reviews.correct_external_id",
    "reviews.open_",
    "reviews.reassign",
    "reviews.finalise",
    "reviews.withdraw",
)


def _commands(app: Flask) -> Iterator[tuple[str, str, frozenset[str]]]:
    """(path, its key in the document, roles that may) of every command on objectives and reviews."""
    for rule in app.url_map.iter_rules():
        route = getattr(app.view_functions[rule.endpoint], "command", None)
        if route is not None and rule.rule.startswith(ABOUT):
            yield rule.rule, re.sub(r"<uuid:(\w+)>", r"{\1}", rule.rule), _may(route.operation)


def _may(operation: str) -> frozenset[str]:
    """Admin has no person here and stands for the organisation; hr is Eva, the employee whose it is to do."""
    if operation in OWN or operation in OF_PEOPLE:
        return frozenset(OWN.get(operation) or OF_PEOPLE[operation])
    if operation in (*OF_PERSONNEL, "objectives.define", "objectives.approve", "objectives.return_"):
        return ON_BEHALF
    return ON_BEHALF | {"employee"}


def _body(document: dict[str, Any], key: str, cycle: str) -> dict[str, Any]:
    """The example of the document, said of the cycle, with a reason."""
    media = document["paths"][key]["post"]["requestBody"]["content"]["application/json"]
    body: dict[str, Any] = {**media["example"], "reason": "to see whether it can be done"}
    return {**body, "cycle_id": cycle} if "cycle_id" in body and "{id}" not in key else body


def _caller(there: Company, role: str, path: str) -> Api:
    """Employees are those who would take the step."""
    names = {"assessment": "bo", "sharing": "bo"}
    acting = {"employee": names.get(path.rsplit("/", maxsplit=1)[-1], "ana"), "hr": "eva"}
    person = there.ids[acting[role]] if role in acting else None
    return Api(
        there.admin.app,
        there.admin.dsn,
        token(there.admin.dsn, role, person_id=None if person is None else UUID(person)),
    )


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_command_on_what_is_sealed_is_refused_to_every_role(there: Company, role: str) -> None:
    ids = _close(there)
    app = there.admin.app
    document: dict[str, Any] = app.test_client().get("/api/v1/openapi.json").json or {}
    before, tried = there.admin.events(), 0

    for rule, key, roles in _commands(app):
        path = rule.removeprefix("/api/v1").replace("<uuid:id>", ids[rule.split("/")[3]])
        path = re.sub(r"<uuid:(\w+)>", lambda found: ids[found[1]], path)
        answer = _caller(there, role, path).post(path, _body(document, key, there.cycle))
        assert answer.json is not None
        if role in roles:
            refused(answer, 409, "cycle-sealed")
            assert answer.json["cycle_id"] == there.cycle
        else:
            refused(answer, 403, "forbidden")
        tried += 1

    assert tried >= 34
    assert there.admin.events() == before


def test_nothing_comes_into_a_sealed_cycle_from_another(there: Company) -> None:
    _close(there)
    elsewhere = there.admin.active(there.admin.cycle(), {"unit_id": there.unit}, level="strategic")
    before = there.admin.events()

    link = {"objective_id": there.objective, "kind": "supports", "weight": 1, "reason": "a test"}
    for path, body in (
        (f"/objectives/{elsewhere}/alignments", link),
        (f"/objectives/{elsewhere}/carry-over", {"cycle_id": there.cycle, "reason": "a test"}),
        (f"/cycles/{there.cycle}/closure", {}),
        (f"/cycles/{there.cycle}/activation", {}),
    ):
        refused(there.admin.post(path, body), 409, "cycle-sealed")
    outcome = there.admin.post(
        "/commands",
        {"commands": [{"path": f"/objectives/{there.objective}/reaffirmation", "if_match": "*"}]},
    )

    assert outcome.json is not None
    assert outcome.json["outcomes"][0]["problem"]["type"] == "/problems/cycle-sealed"
    assert there.admin.events() == before


def test_a_cycle_closes_when_everything_in_it_has_ended(there: Company) -> None:
    review = there.review()

    answer = there.admin.post(f"/cycles/{there.cycle}/closure")

    refused(answer, 409, "cycle-not-ready")
    assert answer.json is not None
    assert answer.json["open"] == sorted([there.objective, review])
    assert answer.json["count"] == 2


def test_sealed_figures_stay_beside_the_corrected_ones(there: Company) -> None:
    ids = _close(there)
    before = there.admin.ask(f"/cycles/{there.cycle}/sealed")
    assert [seal["differs"] for seal in before["items"]] == [False]
    assert before["now"] == before["items"][0]["figures"]

    there.admin.done(f"/cycles/{there.cycle}/reopening", {"reason": "one market was counted twice"})
    correction = {
        "readings": [{"key_result_id": there.key_result, "value": "3"}],
        "reason": "one market was counted twice",
    }
    path = f"/objectives/{there.objective}/check-ins/{ids['check_in']}/correction"
    there.admin.done(path, correction)
    reopened = there.admin.ask(f"/cycles/{there.cycle}/sealed")
    there.admin.done(f"/cycles/{there.cycle}/closure")
    again = there.admin.ask(f"/cycles/{there.cycle}/sealed")

    (first,) = reopened["items"]
    assert (first["objectives"], first["reviews"], first["differs"]) == (1, 1, True)
    assert first["reopen_reason"] == "one market was counted twice"
    assert first["reopened_at"] > first["sealed_at"]
    (old,), (new,) = first["figures"], reopened["now"]
    assert (old["progress"], new["progress"]) == (0.4, 0.3)
    assert (old["score"], new["score"]) == ("0.4", "0.4")
    assert [seal["differs"] for seal in again["items"]] == [True, False]
    assert again["items"][0]["digest"] == first["digest"] != again["items"][1]["digest"]
    assert again["items"][0]["figures"] == first["figures"]


def test_an_objective_goes_on_in_the_next_cycle(there: Company) -> None:
    there.check_in(days_ago(30), "4")
    later = there.admin.cycle()
    body = {"cycle_id": later, "starts_on": "2026-01-01", "ends_on": "2026-12-31", "effective_on": today()}

    answer = there.admin.post(f"/objectives/{there.objective}/carry-over", body)

    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    successor = answer.json["id"]
    assert answer.headers["Location"] == f"/api/v1/objectives/{successor}"
    assert "objective.carried_over" in answer.json["events"]
    shown = there.admin.ask(f"/objectives/{successor}")
    assert (shown["title"], shown["cycle_id"], shown["origin_id"]) == ("Grow", later, there.objective)
    assert [(one["baseline"], one["target"]) for one in shown["key_results"]] == [("4", "10")]
    origin = there.admin.ask(f"/objectives/{there.objective}")
    assert (origin["status"], origin["successor_id"]) == ("carried_over", successor)


def test_to_carry_over_takes_the_version_that_was_seen(there: Company) -> None:
    path = f"/objectives/{there.objective}/carry-over"
    body = {"cycle_id": there.admin.cycle()}

    refused(there.admin.post(path, body, if_match=None), 428, "version-required")
    refused(there.admin.post(path, body, if_match='"1"'), 412, "stale-version")
