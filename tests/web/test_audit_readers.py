"""Who could have read something, at any date, by what they are to it and by which tokens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.web.api import Api, refused
from tests.web.conftest import token
from tests.web.performance import Company, company, days_ago
from web.access.tokens import revoke


@pytest.fixture
def there(api: Api) -> Company:
    return company(api)


def _readers(there: Company, subject: str, **moment: Any) -> Any:
    return there.auditor.ask("/audit/readers", subject=subject, **moment)


def _people(told: Any) -> list[tuple[str, str, bool]]:
    return [(one["name"], one["because"], one["only_in_part"]) for one in told["people"]]


def _holders(there: Company, told: Any) -> list[str]:
    """Roles of tokens without a person, and the names of those that have one."""
    names = {id: name for name, id in there.ids.items()}
    return sorted(names.get(one["person_id"], one["role"]) for one in told["tokens"])


def test_a_review_is_for_the_circle_of_its_person_and_who_reads_all(there: Company) -> None:
    review = there.up_to("assessment")
    told = _readers(there, review)
    assert told["subject"] == {"type": "review", "id": review, "title": "Ana, Long"}
    assert told["open"] is False
    assert _people(told) == [
        ("Ana", "person_reviewed", True),
        ("Bo", "reviewer", False),
        ("Cleo", "manager", False),
    ]
    assert _holders(there, told) == ["admin", "ana", "auditor", "bo", "cleo", "eva", "hr"]
    there.step(review, "calibration")
    there.step(review, "sharing")
    assert _people(_readers(there, review))[0] == ("Ana", "person_reviewed", False)


def test_it_agrees_with_who_is_answered(there: Company) -> None:
    review = there.up_to("assessment")
    holders = _holders(there, _readers(there, review))
    for name in ("ana", "bo", "cleo", "dan", "hr", "auditor", "admin"):
        answered = there.who(name).get(f"/reviews/{review}").status_code == 200
        assert answered == (name in holders), name


def test_it_is_told_as_of_a_day(there: Company) -> None:
    review = there.review()
    body = {"unit_id": there.unit, "manager_id": there.ids["dan"], "effective_on": days_ago(10)}
    there.admin.done(f"/people/{there.ids['ana']}/transfer", body)
    assert ("Dan", "manager", False) in _people(_readers(there, review))
    assert ("Cleo", "manager", False) not in _people(_readers(there, review))
    then = _readers(there, review, as_of=days_ago(11))
    assert ("Cleo", "manager", False) in _people(then)
    assert ("Dan", "manager", False) not in _people(then)
    refused(
        there.auditor.get("/audit/readers", subject=review, as_of=days_ago(50)), 404, "not-found"
    )  # not opened yet


def test_tokens_are_those_of_the_time(there: Company) -> None:
    review = there.review()
    before = datetime.now(UTC)
    ending = before + timedelta(days=1)
    late = Api(there.admin.app, there.admin.dsn, token(there.admin.dsn, "auditor", expires_at=ending))
    late.ask("/units")
    told = _readers(there, review)
    (newest,) = [one for one in told["tokens"] if one["until"] is not None]
    assert newest["until"] == ending.isoformat(timespec="microseconds").replace("+00:00", "Z")
    assert (newest["role"], newest["name"], newest["person_id"]) == ("auditor", "a test's auditor", None)

    then = _readers(there, review, known_at=before.isoformat())
    assert newest["token_id"] not in [one["token_id"] for one in then["tokens"]]
    with psycopg.connect(there.admin.dsn) as conn:
        revoke(conn, newest["token_id"])
    now = _readers(there, review)
    assert newest["token_id"] not in [one["token_id"] for one in now["tokens"]]


@pytest.mark.parametrize("kind", ["objective", "person", "unit", "cycle"])
def test_what_everybody_may_read_is_open_to_every_token(there: Company, kind: str) -> None:
    id = {
        "objective": there.objective,
        "person": there.ids["ana"],
        "unit": there.unit,
        "cycle": there.cycle,
    }[kind]
    told = _readers(there, id)
    assert (told["subject"]["type"], told["open"], told["people"]) == (kind, True, [])
    assert _holders(there, told) == ["admin", "ana", "auditor", "bo", "cleo", "dan", "eva", "hr"]


def _remark(there: Company, who: Api, visibility: str) -> str:
    there_before = {one["id"] for one in _remarks(there)}
    body = {"kind": "concern", "text": "Too slow.", "visibility": visibility}
    who.done(f"/objectives/{there.objective}/feedback", body)
    (id,) = {one["id"] for one in _remarks(there)} - there_before
    return str(id)


def _remarks(there: Company) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = there.admin.ask(f"/objectives/{there.objective}/feedback")["items"]
    return items


def test_private_feedback_is_for_its_giver_and_those_above_the_objective(there: Company) -> None:
    told = _readers(there, _remark(there, there.dan, "private"))
    assert (told["subject"]["type"], told["open"]) == ("feedback", False)
    assert sorted(_people(told)) == [
        ("Ana", "owner", False),
        ("Bo", "manager", False),
        ("Cleo", "manager", False),
        ("Dan", "giver", False),
    ]
    assert _holders(there, told) == ["admin", "ana", "auditor", "bo", "cleo", "dan", "eva", "hr"]


def test_a_token_may_read_the_feedback_that_it_gave(there: Company) -> None:
    service = Api(
        there.admin.app, there.admin.dsn, token(there.admin.dsn, "service", scopes=["objectives.*"])
    )
    told = _readers(there, _remark(there, service, "private"))
    assert "service" in _holders(there, told)
    assert "dan" not in _holders(there, told)


def test_open_feedback_is_open(there: Company) -> None:
    assert _readers(there, _remark(there, there.dan, "open"))["open"] is True
