"""Everybody has their own record: what is stored about them, as far as it is theirs, and who asked for it."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.web.api import UNKNOWN, Api, refused
from tests.web.conftest import token
from tests.web.performance import TEXT, Company, company, days_ago

PRIVATE = {"kind": "concern", "text": "It will not hold.", "visibility": "private"}


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def _record(who: Api, person: str, **asked: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows by their part, of all pages."""
    found: dict[str, list[dict[str, Any]]] = {}
    for items in _pages(who, person, **asked):
        for item in items:
            assert item.keys() == {"part", item["part"]}
            found.setdefault(item["part"], []).append(item[item["part"]])
    return found


def _pages(who: Api, person: str, **asked: Any) -> list[list[dict[str, Any]]]:
    pages = []
    while True:
        answer = who.get(f"/people/{person}/record", **asked)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        pages.append(answer.json["items"])
        if (link := answer.headers.get("Link")) is None:
            return pages
        asked = dict(parse_qsl(urlsplit(link.partition(">")[0]).query))


def _limited(there: Company, role: str, unit: str) -> Api:
    limited = token(there.admin.dsn, role, person_id=UUID(there.ids["eva"]), units=[UUID(unit)])
    return Api(there.admin.app, there.admin.dsn, limited)


def test_everybody_reads_what_is_stored_about_them_and_who_read_it(there: Company) -> None:
    ana = there.ids["ana"]
    review = there.up_to("assessment")
    there.dan.done(f"/objectives/{there.objective}/feedback", PRIVATE)
    given = there.admin.active(there.cycle, {"unit_id": there.unit}, level="strategic", title="Whole")
    there.ana.done(f"/objectives/{given}/feedback", {**PRIVATE, "text": "By Ana."})
    there.hr.ask(f"/reviews/{review}")
    there.hr.ask("/reviews", person=ana)
    refused(there.dan.get(f"/reviews/{review}"), 404, "not-found")
    there.hr.ask("/people")

    found = _record(there.ana, ana)

    (person,) = found["person"]
    assert (person["id"], person["name"]) == (ana, "Ana")
    assert [change["action"] for change in found["history"]] == ["person.defined"]
    (objective,) = found["objective"]
    assert (objective["id"], objective["owned"]) == (there.objective, [{"from": "2025-01-01", "to": None}])
    (held_back,) = found["review"]
    assert (held_back["id"], held_back["rating"], held_back["assessment"]) == (review, None, None)
    assert held_back["self_assessment"]["text"] == TEXT
    assert [remark["text"] for remark in found["feedback"]] == [PRIVATE["text"], "By Ana."]
    (own,) = found["token"]
    assert (own["roles"], own["person_id"], own["revoked_at"]) == (["employee"], ana, None)
    assert own.keys() & {"hash", "token", "secret"} == set()
    hr, dan = (f"person:{there.ids[name]}" for name in ("hr", "dan"))
    assert [(row["actor"], row["actor_name"], row["action"], row["outcome"]) for row in found["read"]] == [
        (hr, "Hr", "review_questions.read", "answered"),
        (hr, "Hr", "review_questions.list_all", "answered"),
        (dan, "Dan", "review_questions.read", "not-found"),
    ]


def test_a_review_shows_more_of_itself_once_it_is_shared(there: Company) -> None:
    there.up_to("sharing")
    (review,) = _record(there.ana, there.ids["ana"])["review"]
    assert (review["rating"], review["assessment"]["text"]) == (4, TEXT)


def test_a_record_is_for_the_person_and_for_personnel_and_auditors_in_their_units(there: Company) -> None:
    ana, other = there.ids["ana"], there.admin.unit("Other")
    review = there.up_to("assessment")
    for who in (there.hr, there.auditor, there.admin, _limited(there, "auditor", there.unit)):
        (shown,) = _record(who, ana)["review"]
        assert (shown["id"], shown["rating"]) == (review, 3)
    service = Api(there.admin.app, there.admin.dsn, token(there.admin.dsn, "service", scopes=["people.*"]))
    admin = token(there.admin.dsn, "admin", person_id=UUID(there.ids["dan"]))
    others = [
        *(there.who(name) for name in ("bo", "cleo", "dan")),
        Api(there.admin.app, there.admin.dsn, admin),
        _limited(there, "hr", other),
        _limited(there, "auditor", other),
        service,
    ]
    for who in others:
        refused(who.get(f"/people/{ana}/record"), 403, "forbidden")
        refused(who.get(f"/people/{ana}/record.csv"), 403, "forbidden")
    for limited in (_limited(there, "hr", other), _limited(there, "auditor", other)):
        assert _record(limited, there.ids["eva"])["person"][0]["name"] == "Eva"
    refused(there.hr.get(f"/people/{UNKNOWN}/record"), 404, "not-found")


def test_an_address_in_it_is_for_those_whose_it_is_to_read(there: Company) -> None:
    ana, address = there.ids["ana"], "ana@example.org"
    given = {"email": address, "user_name": "ana.ruiz", "effective_on": "2025-01-01"}
    there.admin.done(f"/people/{ana}/revision", given)
    for who, told in (
        (there.ana, address),
        (there.hr, address),
        (_limited(there, "auditor", there.unit), None),
    ):
        found = _record(who, ana, part="person,history")
        changes = {each["field"]: each["after"] for each in found["history"][-1]["changes"]}
        assert found["person"][0]["email"] == changes["email"] == told
        assert found["person"][0].get("user_name") == changes["user_name"]


def test_nobody_reads_more_of_their_own_review_by_a_role(there: Company) -> None:
    ana = there.ids["ana"]
    there.up_to("assessment")
    by_role = Api(there.admin.app, there.admin.dsn, token(there.admin.dsn, "hr", person_id=UUID(ana)))
    (review,) = _record(by_role, ana)["review"]
    assert (review["rating"], review["assessment"]) == (None, None)


def test_what_is_hidden_elsewhere_is_not_in_a_record(there: Company) -> None:
    ana, bo = there.ids["ana"], there.ids["bo"]
    there.ana.done(f"/objectives/{there.objective}/feedback", {"kind": "praise", "text": "Mine."})
    there.admin.done(f"/objectives/{there.objective}/transfer", {"person_id": bo, "reason": "it is Bo's now"})
    (formerly,) = _record(there.ana, ana)["objective"]
    assert formerly["owned"][0]["to"] is not None
    hiding = {"visibility": "private", "reason": "it is nobody's business"}
    there.admin.done(f"/objectives/{there.objective}/revision", hiding)

    found = _record(there.ana, ana)

    assert (found.get("objective"), found.get("feedback")) == (None, None)
    whole = _record(there.hr, ana)
    assert (len(whole["objective"]), len(whole["feedback"])) == (1, 1)


def test_a_day_of_the_past_shows_what_was_and_opens_nothing(there: Company) -> None:
    """Feedback is for the owner of today, though another day is asked about."""
    there.dan.done(f"/objectives/{there.objective}/feedback", {**PRIVATE, "effective_on": days_ago(9)})
    transfer = {"person_id": there.ids["cleo"], "reason": "it is Cleo's", "effective_on": days_ago(3)}
    there.admin.done(f"/objectives/{there.objective}/transfer", transfer)
    path = f"/objectives/{there.objective}/feedback"
    assert there.ana.ask(path, as_of=days_ago(5))["items"] == []
    assert "feedback" not in _record(there.ana, there.ids["ana"], as_of=days_ago(5))
    assert len(there.cleo.ask(path, as_of=days_ago(5))["items"]) == 1
    assert len(_record(there.cleo, there.ids["cleo"])["feedback"]) == 1


def test_it_comes_in_pages_that_miss_nothing(there: Company) -> None:
    ana = there.ids["ana"]
    there.up_to("sharing")
    for number in range(3):
        there.ana.done(f"/objectives/{there.objective}/feedback", {**PRIVATE, "text": f"Note {number}"})
        there.admin.active(there.cycle, {"person_id": ana}, level="strategic", title=f"Aim {number}")
        token(there.admin.dsn, "employee", person_id=UUID(ana))
        there.hr.ask(f"/people/{ana}")
    known_at = there.ana.ask("/people", limit=1)["known_at"]
    (whole,) = _pages(there.ana, ana, known_at=known_at, limit=500)
    for limit in (1, 2, 5):
        pages = _pages(there.ana, ana, known_at=known_at, limit=limit)
        assert [item for page in pages for item in page] == whole
        assert {len(page) for page in pages[:-1]} == {limit}
    assert [item["part"] for item in whole].count("token") == 4
    (some,) = _pages(there.ana, ana, part="token,review", known_at=known_at)
    assert some == [item for item in whole if item["part"] in ("token", "review")]


@pytest.mark.parametrize("after", ["x", "WyJhIl0", "WyJyZWNvcmQiLCJyZWFkIiwieCJd"])
def test_a_cursor_of_something_else_is_refused(there: Company, after: str) -> None:
    refused(there.ana.get(f"/people/{there.ids['ana']}/record", after=after), 422, "invalid-value", "?after")


def test_a_cursor_leads_on_in_the_record_that_it_is_of(there: Company) -> None:
    link = there.hr.get(f"/people/{there.ids['ana']}/record", limit=1).headers["Link"]
    after = dict(parse_qsl(urlsplit(link.partition(">")[0]).query))["after"]
    refused(there.hr.get(f"/people/{there.ids['bo']}/record", after=after), 422, "invalid-value", "?after")
    path = f"/people/{there.ids['ana']}/record"
    refused(there.hr.get(path, after=after, part="person"), 422, "invalid-value", "?after")


def test_asking_for_it_is_a_read_of_the_person(there: Company) -> None:
    ana = there.ids["ana"]
    there.hr.ask(f"/people/{ana}/record")
    refused(there.dan.get(f"/people/{ana}/record"), 403, "forbidden")
    with psycopg.connect(there.admin.dsn, row_factory=dict_row) as conn:
        rows = conn.execute("select * from access.journal where action = 'people.record' order by number")
        told = [(row["subject_type"], str(row["subject_id"]), row["outcome"]) for row in rows]
    assert told == [("person", ana, "answered"), ("person", ana, "forbidden")]
    reads = _record(there.ana, ana)["read"]
    assert [(row["action"], row["outcome"]) for row in reads] == [
        ("people.record", "answered"),
        ("people.record", "forbidden"),
    ]
