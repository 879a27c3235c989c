"""A calendar of what somebody owes: read by programs that have its secret path, and by nobody else."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from tests.web.api import UNKNOWN, Api, refused, today
from tests.web.conftest import token
from tests.web.performance import Company, company, days_ago
from web.reminders.ical import LINE_OCTETS, escaped, folded
from web.reminders.words import WORDS


@pytest.fixture
def there(api: Api) -> Company:
    """Ana's one objective was checked in today."""
    made = company(api)
    made.check_in(today(), "1")
    return made


def path_of(who: Api) -> str:
    answer = who.post("/me/calendar", if_match=None)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json is not None
    return str(answer.json["path"])


def fetched(there: Company, path: str) -> Any:
    there.admin.project()
    return there.admin.app.test_client().get(path)


def events(there: Company, path: str) -> list[Any]:
    """As a calendar program has them."""
    answer = fetched(there, path)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/calendar; charset=utf-8"
    for line in answer.data.split(b"\r\n"):
        assert len(line) <= LINE_OCTETS
        assert b"\n" not in line
    found = Calendar.from_ical(answer.data)
    assert not found.errors
    return found.walk("VEVENT")


def test_it_has_an_event_for_each_day_and_the_same_ones_again(there: Company) -> None:
    review = there.review()
    path = path_of(there.ana)
    found = {str(each["UID"]): each for each in events(there, path)}
    assert set(found) == {f"self_assessment-{review}@localhost", f"check_in-{there.objective}@localhost"}
    waits = found[f"self_assessment-{review}@localhost"]
    assert str(waits["SUMMARY"]) == WORDS["self_assessment"]
    assert waits.decoded("DTSTART") == date.fromisoformat(days_ago(40))
    assert waits.decoded("DTEND") == date.fromisoformat(days_ago(39))
    assert str(waits["URL"]) == f"http://localhost/reviews/{review}"
    ahead = found[f"check_in-{there.objective}@localhost"]
    assert ahead.decoded("DTSTART") == date.fromisoformat(today()) + timedelta(days=30)
    assert {str(each["UID"]) for each in events(there, path)} == set(found)
    there.ana.done(f"/reviews/{review}/self-assessment", {"text": "So."})
    assert [str(each["UID"]) for each in events(there, path)] == [f"check_in-{there.objective}@localhost"]


def test_it_says_nothing_personal(there: Company) -> None:
    there.review()
    text = fetched(there, path_of(there.ana)).text
    for word in ("Grow", "Ana", "Bo", "Sales", there.ids["ana"]):
        assert word not in text


def test_a_new_one_ends_the_one_before_and_it_ends_by_its_person(there: Company) -> None:
    first = path_of(there.ana)
    second = path_of(there.ana)
    assert fetched(there, first).status_code == 404
    assert fetched(there, second).status_code == 200
    bos = path_of(there.bo)
    answer = there.ana.post("/me/calendar/revocation", if_match=None)
    assert (answer.status_code, answer.json) == (200, {"calendar": None})
    assert there.ana.post("/me/calendar/revocation", if_match=None).status_code == 200
    assert _gone(there, second)
    assert fetched(there, bos).status_code == 200


def test_it_is_among_the_tokens_and_ends_with_them_and_with_the_person(there: Company) -> None:
    path = path_of(there.dan)
    feed = next(each for each in there.dan.ask("/tokens")["items"] if each["name"] == "calendar feed")
    assert (feed["roles"], feed["scopes"]) == (["employee"], ["calendar"])
    there.dan.post(f"/tokens/{feed['id']}/revocation", if_match=None)
    assert _gone(there, path)
    path = path_of(there.dan)
    there.admin.done(f"/people/{there.ids['dan']}/departure", {"reason": "elsewhere"})
    there.admin.project()
    assert _gone(there, path)


def _gone(there: Company, path: str) -> bool:
    there.admin.app.extensions["throughline"].__dict__.pop("tokens", None)  # what is remembered for a moment
    return bool(fetched(there, path).status_code == 404)


def test_its_secret_opens_nothing_else_and_no_other_secret_opens_it(there: Company) -> None:
    secret = path_of(there.ana).removeprefix("/calendar/").removesuffix(".ics")
    refused(Api(there.admin.app, there.admin.dsn, secret).get("/me"), 401, "unauthenticated")
    for other in (there.ana.token, "x", UNKNOWN, secret[:-1], f"{secret}x"):
        assert fetched(there, f"/calendar/{other}.ics").status_code == 404
    with psycopg.connect(there.admin.dsn) as conn:
        rows = conn.execute("select t::text from access.tokens t").fetchall()
    assert secret not in str(rows)


def test_who_read_it_is_in_the_journal_and_its_secret_in_neither_journal_nor_log(there: Company) -> None:
    with structlog.testing.capture_logs() as logs:
        path = path_of(there.ana)
        assert fetched(there, path).status_code == 200
    with psycopg.connect(there.admin.dsn) as conn:
        rows = conn.execute("select action, path, subject_id from access.journal j").fetchall()
    ana = UUID(there.ids["ana"])
    assert ("calendar_feed.read", "/calendar", ana) in rows
    assert [row[1] for row in rows if row[0] == "reminders.subscribe"] == ["/api/v1/me/calendar"]
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    assert secret not in str(logs) + str(rows)
    assert urlsplit(path).query == ""


def test_it_is_said_whether_mails_remind_and_whether_there_is_a_calendar(there: Company) -> None:
    found = there.ana.ask("/me/reminders")
    assert {**found, "position": 0} == {
        "mails": False, "hour": 7, "has_address": False, "calendar": None, "position": 0,
    }  # fmt: skip
    path_of(there.ana)
    feed = there.ana.ask("/me/reminders")["calendar"]
    assert (feed["last_used_at"], "path" in feed) == (None, False)


def test_it_is_for_people(there: Company) -> None:
    refused(there.admin.post("/me/calendar", if_match=None), 403, "forbidden")
    assert there.auditor.ask("/me/reminders")["calendar"] is None
    service = Api(there.admin.app, there.admin.dsn, token(there.admin.dsn, "service", scopes=["reminders.*"]))
    refused(service.post("/me/calendar/revocation", if_match=None), 403, "forbidden")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300))
def test_lines_are_folded_between_characters(text: str) -> None:
    sent = folded(text)
    assert sent.endswith(b"\r\n")
    lines = sent[:-2].split(b"\r\n")
    assert all(len(line) <= LINE_OCTETS for line in lines)
    assert [line.decode() for line in lines]
    assert b"".join([lines[0], *(line[1:] for line in lines[1:])]).decode() == text


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=100))
def test_texts_are_escaped_as_programs_read_them(text: str) -> None:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:x",
        "BEGIN:VEVENT",
        "UID:a",
        "DTSTAMP:20260101T000000Z",
    ]
    lines += [f"SUMMARY:{escaped(text)}", "END:VEVENT", "END:VCALENDAR"]
    (event,) = Calendar.from_ical(b"".join(map(folded, lines))).walk("VEVENT")
    assert str(event["SUMMARY"]) == text
