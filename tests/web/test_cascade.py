"""An objective is cascaded: a draft for everybody below, each as a command of its own."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from domain import room
from tests.web.api import UNKNOWN, Api, refused
from tests.web.conftest import token
from tests.web.performance import Company, company, days_ago
from web.api import cascade

DRAFT = {"title": "Answer your customers", "recipients": "people"}


@pytest.fixture
def there(api: Api) -> Company:
    made = company(api)
    api.project()
    return made


@pytest.fixture
def whole(there: Company) -> str:
    """An objective of the unit, to which its people belong."""
    return there.admin.active(there.cycle, {"unit_id": there.unit}, level="strategic", title="Whole")


def _cascaded(who: Api, id: str, body: dict[str, Any], key: str | None = None) -> list[dict[str, Any]]:
    who.project()
    answer = who.post(f"/objectives/{id}/cascade", body, if_match=None, key=key)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    outcomes: list[dict[str, Any]] = answer.json["outcomes"]
    return outcomes


def _names(outcomes: list[dict[str, Any]]) -> list[str]:
    return [outcome["recipient"]["name"] for outcome in outcomes]


def _statuses(outcomes: list[dict[str, Any]]) -> list[int]:
    return [outcome["status"] for outcome in outcomes]


def test_everybody_below_gets_an_aligned_draft(there: Company, whole: str) -> None:
    measured = [{"title": "In time", "kind": "increase", "baseline": 60, "target": "95.5"}]
    body = {**DRAFT, "key_results": measured, "weight": 2, "kind": "supports", "reason": "the new year"}
    outcomes = _cascaded(there.hr, whole, {**body, "effective_on": days_ago(3)})

    assert _names(outcomes) == ["Ana", "Bo", "Cleo", "Dan", "Eva", "Hr"]
    assert _statuses(outcomes) == [201] * 6
    ana, *_ = outcomes
    assert ana["recipient"] == {"person_id": there.ids["ana"], "name": "Ana"}
    assert ana["location"] == f"/api/v1/objectives/{ana['body']['id']}"
    made = there.hr.ask(f"/objectives/{ana['body']['id']}")
    assert (made["title"], made["status"], made["level"]) == (DRAFT["title"], "draft", "individual")
    assert (made["cycle_id"], made["owner"]["person_id"]) == (there.cycle, there.ids["ana"])
    (link,) = made["alignments"]
    assert (link["objective_id"], link["kind"], link["weight"]) == (whole, "supports", "2")
    assert [each["target"] for each in made["key_results"]] == ["95.5"]
    history = there.hr.ask(f"/objectives/{ana['body']['id']}/history")["items"]
    assert {(item["actor"], item["reason"], item["effective_on"]) for item in history} == {
        (f"person:{there.ids['hr']}", "the new year", days_ago(3))
    }


def test_a_repetition_makes_nothing_twice_and_makes_what_was_refused(there: Company, whole: str) -> None:
    key = str(uuid4())
    first = _cascaded(there.bo, there.objective, {**DRAFT, "below": {"unit_id": there.unit}}, key)
    assert dict(zip(_names(first), _statuses(first), strict=True)) == {
        name: 201 if name in ("Ana", "Bo") else 403 for name in ("Ana", "Bo", "Cleo", "Dan", "Eva", "Hr")
    }
    before = there.admin.events()

    again = _cascaded(there.bo, there.objective, {**DRAFT, "below": {"unit_id": there.unit}}, key)

    assert there.admin.events() == before
    assert _statuses(again) == _statuses(first)
    assert [each.get("replayed") for each in again] == [True, True, None, None, None, None]
    assert [each["body"] for each in again[:2]] == [each["body"] for each in first[:2]]
    other = _cascaded(there.bo, there.objective, {**DRAFT, "title": "Other"}, key)
    assert [outcome["problem"]["type"] for outcome in other] == ["/problems/command-id-reused"] * len(other)
    transfer = {"unit_id": there.unit, "manager_id": there.ids["bo"]}
    there.admin.done(f"/people/{there.ids['dan']}/transfer", transfer)
    later = _cascaded(there.bo, there.objective, {**DRAFT, "below": {"unit_id": there.unit}}, key)
    assert _statuses(later) == [201, 201, 403, 201, 403, 403]
    # Another key is another cascade, and so is one of another objective.
    assert _statuses(_cascaded(there.hr, whole, DRAFT, key)) == [201] * 6


def test_each_draft_is_judged_for_its_owner_and_each_refusal_is_noted(there: Company, whole: str) -> None:
    outcomes = _cascaded(there.ana, whole, DRAFT)
    assert dict(zip(_names(outcomes), _statuses(outcomes), strict=True))["Ana"] == 201
    assert _statuses(outcomes).count(403) == 5
    with psycopg.connect(there.admin.dsn, row_factory=dict_row) as conn:
        rows = conn.execute("select * from access.journal where kind = 'refusal'").fetchall()
    assert [(row["action"], row["outcome"], row["actor"]) for row in rows] == [
        ("objectives.define", "forbidden", f"person:{there.ids['ana']}")
    ] * 5


def test_a_dry_run_is_judged_as_the_cascade_and_records_nothing(there: Company, whole: str) -> None:
    dry: list[dict[str, Any]] = []
    for changed in ({}, {"weight": 0}):
        before = there.admin.events()
        body = {**DRAFT, **changed}
        dry = _cascaded(there.ana, whole, {**body, "dry_run": True})
        assert there.admin.events() == before
        done = _cascaded(there.ana, whole, body)
        for tried, outcome in zip(dry, done, strict=True):
            assert tried == {name: outcome[name] for name in tried}
            assert tried.keys() == {"recipient", "status", "problem"} & outcome.keys()
    assert sorted(_statuses(dry)) == [403] * 5 + [422]


def test_a_cascade_is_for_whom_a_definition_is_for(there: Company, whole: str) -> None:
    service = token(there.admin.dsn, "service", scopes=["objectives.cascade"])
    both = token(there.admin.dsn, "service", scopes=["objectives.cascade", "objectives.define"])
    refused(there.auditor.post(f"/objectives/{whole}/cascade", DRAFT), 403, "forbidden")
    there.admin.project()
    lone = _cascaded(Api(there.admin.app, there.admin.dsn, service), whole, DRAFT)
    assert set(_statuses(lone)) == {403}
    assert set(_statuses(_cascaded(Api(there.admin.app, there.admin.dsn, both), whole, DRAFT))) == {201}


def test_a_private_objective_is_not_there_for_others(there: Company) -> None:
    private = there.admin.active(
        there.cycle, {"person_id": there.ids["bo"]}, level="strategic", visibility="private"
    )
    there.admin.project()
    refused(there.dan.post(f"/objectives/{private}/cascade", DRAFT), 404, "not-found")
    refused(there.dan.post(f"/objectives/{UNKNOWN}/cascade", DRAFT), 404, "not-found")
    assert _names(_cascaded(there.bo, private, DRAFT)) == ["Ana"]


def test_recipients_are_people_or_units_below_directly_or_not(there: Company, whole: str) -> None:
    sub = there.admin.unit("Sub", there.unit)
    lower, gone = there.admin.unit("Lower", sub), there.admin.unit("Gone", sub)
    there.admin.done(f"/units/{gone}/dissolution")
    fay = there.admin.person(lower, "Fay")
    left = there.admin.person(lower, "Gus")
    there.admin.done(f"/people/{left}/departure", {"effective_on": days_ago(2)})
    dry = {**DRAFT, "dry_run": True}
    before = there.admin.events()

    def names(**asked: Any) -> list[str]:
        outcomes = _cascaded(there.hr, whole, {**dry, **asked})
        assert all(outcome == {"recipient": outcome["recipient"], "status": 201} for outcome in outcomes)
        return _names(outcomes)

    own = ["Ana", "Bo", "Cleo", "Dan", "Eva", "Hr"]
    assert names() == [*own[:5], "Fay", "Hr"]
    assert names(directly=True) == own
    assert names(below={"unit_id": lower}) == ["Fay"]
    assert names(below={"unit_id": lower}, effective_on=days_ago(5)) == ["Fay", "Gus"]
    assert names(below={"person_id": there.ids["cleo"]}) == ["Ana", "Bo"]
    assert names(below={"person_id": there.ids["cleo"]}, directly=True) == ["Bo"]
    assert names(below={"person_id": fay}) == []
    assert names(recipients="units") == ["Lower", "Sub"]
    assert names(recipients="units", directly=True) == ["Sub"]
    assert there.admin.events() == before

    made = _cascaded(there.hr, whole, {**DRAFT, "recipients": "units", "directly": True})
    assert made[0]["recipient"] == {"unit_id": sub, "name": "Sub"}
    assert there.hr.ask(f"/objectives/{made[0]['body']['id']}")["level"] == "team"


@pytest.mark.parametrize(
    ("changed", "slug", "pointer"),
    [
        ({"recipients": "everybody"}, "invalid-value", "/recipients"),
        ({"recipients": "units", "below": {"person_id": UNKNOWN}}, "unknown-reference", "/below/person_id"),
        ({"below": {"unit_id": UNKNOWN}}, "unknown-reference", "/below/unit_id"),
        ({"below": {}}, "invalid-value", "/below"),
        ({"title": ""}, "invalid-value", "/title"),
        ({"owner": {"unit_id": UNKNOWN}}, "invalid-value", "/owner"),
        ({"key_results": [{"title": "x", "kind": "faster"}]}, "invalid-value", "/key_results/0/kind"),
    ],
)
def test_what_cannot_be_for_anybody_is_refused_whole(
    there: Company, changed: dict[str, Any], slug: str, pointer: str
) -> None:
    before = there.admin.events()
    answer = there.hr.post(f"/objectives/{there.objective}/cascade", {**DRAFT, **changed})
    refused(answer, 422, slug, pointer)
    assert there.admin.events() == before


def test_what_its_rules_refuse_of_a_draft_is_the_outcome_of_each(there: Company, whole: str) -> None:
    outcomes = _cascaded(there.hr, whole, {**DRAFT, "weight": 0})
    assert _statuses(outcomes) == [422] * 6
    assert [each["pointer"] for each in outcomes[0]["problem"]["errors"]] == ["/alignments/0/weight"]


def test_a_person_has_no_units_below(there: Company) -> None:
    body = {**DRAFT, "recipients": "units"}
    refused(
        there.hr.post(f"/objectives/{there.objective}/cascade", body), 422, "invalid-value", "/recipients"
    )


def test_a_cascade_has_room_for_so_many(there: Company, whole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cascade, "MOST_COMMANDS", 5)
    there.admin.project()
    answer = there.hr.post(f"/objectives/{whole}/cascade", DRAFT)
    refused(answer, 409, "limit-reached")
    assert answer.json is not None
    assert answer.json["limit"] == 5
    assert (
        _statuses(_cascaded(there.hr, whole, {**DRAFT, "below": {"person_id": there.ids["cleo"]}}))
        == [201] * 2
    )


def test_the_quotas_hold_for_each_draft(there: Company, whole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST", {**room.MOST, "objectives aligned to one": 4})
    outcomes = _cascaded(there.hr, whole, DRAFT)
    assert _statuses(outcomes) == [201] * 4 + [409] * 2
    assert {outcome["problem"]["type"] for outcome in outcomes[4:]} == {"/problems/limit-reached"}


def test_it_waits_for_those_who_have_just_come(there: Company, whole: str) -> None:
    """Nobody is left out because the read models have not taken them in: then it is not answered."""
    there.admin.project()
    there.admin.person(there.unit, "Zoe")
    refused(there.hr.post(f"/objectives/{whole}/cascade", DRAFT), 503, "not-yet-visible")
    assert _names(_cascaded(there.hr, whole, {**DRAFT, "dry_run": True}))[-1] == "Zoe"


def test_a_role_that_is_limited_to_units_cascades_there(there: Company, whole: str) -> None:
    sub = there.admin.unit("Sub", there.unit)
    there.admin.person(sub, "Fay")
    limited = token(there.admin.dsn, "hr", person_id=UUID(there.ids["eva"]), units=[UUID(sub)])
    outcomes = _cascaded(Api(there.admin.app, there.admin.dsn, limited), whole, DRAFT)
    assert [
        name for name, status in zip(_names(outcomes), _statuses(outcomes), strict=True) if status == 201
    ] == [
        "Eva",
        "Fay",
    ]
