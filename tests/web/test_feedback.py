"""Feedback: given to an objective at any time, private or open, withdrawn with a reason."""

import json

import pytest

from tests.web.api import UNKNOWN, Api, refused
from tests.web.performance import Company, company

OPEN = {"kind": "praise", "text": "The form answers\nmost questions."}
PRIVATE = {"kind": "concern", "text": "It will not hold.", "visibility": "private"}


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def _seen(there: Company, name: str) -> list[str]:
    items = there.who(name).ask(f"/objectives/{there.objective}/feedback")["items"]
    return [item["kind"] for item in items]


def test_feedback_is_given_and_withdrawn_with_a_reason(there: Company) -> None:
    path = f"/objectives/{there.objective}/feedback"
    answer = there.dan.post(path, OPEN)
    assert answer.json is not None
    assert answer.json["events"] == ["objective.feedback_given"]
    (given,) = there.dan.ask(path)["items"]
    assert (given["text"], given["visibility"]) == (OPEN["text"], "open")
    assert given["giver"] == f"person:{there.ids['dan']}"

    withdrawal = f"{path}/{given['id']}/withdrawal"
    refused(there.dan.post(withdrawal), 422, "reason-required", "/reason")
    refused(there.ana.post(withdrawal, {"reason": "not true"}), 403, "forbidden")
    there.dan.done(withdrawal, {"reason": "I was mistaken"})

    (given,) = there.dan.ask(path)["items"]
    assert given["withdrawal_reason"] == "I was mistaken"
    assert given["withdrawn_on"]


def test_feedback_can_be_given_to_what_is_closed(there: Company) -> None:
    there.admin.done(f"/objectives/{there.objective}/closure", {"outcome": "not_achieved"})

    there.dan.done(f"/objectives/{there.objective}/feedback", OPEN)

    assert not there.admin.ask(f"/objectives/{there.objective}")["amended"]


def test_private_feedback_is_for_the_owner_those_above_and_who_gave_it(there: Company) -> None:
    path = f"/objectives/{there.objective}/feedback"
    there.dan.done(path, PRIVATE)
    there.cleo.done(path, OPEN)

    for name in ("dan", "ana", "bo", "cleo", "hr", "admin", "auditor"):
        assert _seen(there, name) == ["concern", "praise"], name
    transfer = {"unit_id": there.unit, "manager_id": None}
    there.admin.done(f"/people/{there.ids['bo']}/transfer", transfer)
    assert _seen(there, "cleo") == ["praise"]
    assert _seen(there, "bo") == ["concern", "praise"]


def test_of_private_feedback_others_do_not_learn_that_it_exists(there: Company) -> None:
    path = f"/objectives/{there.objective}/feedback"
    there.bo.done(path, PRIVATE)
    (given,) = there.bo.ask(path)["items"]
    assert _seen(there, "dan") == []

    hidden = there.dan.post(f"{path}/{given['id']}/withdrawal", {"reason": "a guess"})
    missing = there.dan.post(f"{path}/{UNKNOWN}/withdrawal", {"reason": "a guess"})

    refused(hidden, 404, "not-found")
    assert hidden.json is not None
    assert missing.json is not None
    assert hidden.json["detail"].replace(given["id"], UNKNOWN) == missing.json["detail"]
    there.hr.done(f"{path}/{given['id']}/withdrawal", {"reason": "on request"})


@pytest.mark.parametrize(
    "text", ['""', '" "', '"%s"' % ("x" * 100_000), r'"\ud800"', r'"a\u0007"', "null", "5"]
)
def test_a_remark_is_text_and_has_an_end(shared_api: Api, text: str) -> None:
    body = json.dumps({"kind": "praise", "text": "TEXT"}).replace('"TEXT"', text)
    before = shared_api.events()

    answer = shared_api.raw(f"/objectives/{UNKNOWN}/feedback", body.encode())

    refused(answer, 422, "invalid-value", "/text")
    assert shared_api.events() == before


def test_feedback_on_nothing_is_not_found(shared_api: Api) -> None:
    refused(shared_api.post(f"/objectives/{UNKNOWN}/feedback", OPEN), 404, "not-found")
    assert shared_api.get(f"/objectives/{UNKNOWN}/feedback").status_code == 404
