"""Whoever owes something is told so by one mail in the morning, once; and what it says is not personal."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.web.api import today
from tests.web.performance import days_ago
from tests.web.reminders.conftest import URL, House, address
from web.reminders.record import lock
from web.reminders.round import AT_ONCE

ANA, BO, CLEO, HR = (address(name) for name in ("ana", "bo", "cleo", "hr"))


def rows(house: House, table: str) -> list[dict[str, Any]]:
    with psycopg.connect(house.there.admin.dsn, row_factory=dict_row) as conn:
        return conn.execute(f"select * from reminders.{table}".encode()).fetchall()


def amended(house: House) -> None:
    """Bo is to approve what Ana changed."""
    path = f"/objectives/{house.there.objective}/revision"
    house.there.ana.done(path, {"title": "Grow more", "reason": "agreed"})


def test_it_is_told_in_the_morning_once_and_by_one_mail(house: House) -> None:
    amended(house)
    house.move(hours=-2)
    assert house.look() == {}  # six o'clock is too early
    house.move(hours=1)
    mails = house.look()
    assert list(mails) == [BO]
    (line,) = mails[BO].lines
    assert line == (
        "An objective waits for your approval",
        today(),
        f"{URL}/objectives/{house.there.objective}",
    )
    for _ in range(3):
        house.move(hours=3)
        assert house.look() == {}
    house.reminder = house.another()
    assert house.look() == {}
    house.move(days=1)
    assert house.look() == {}


def test_what_was_done_is_not_told(house: House) -> None:
    amended(house)
    house.there.bo.done(f"/objectives/{house.there.objective}/approval")
    assert house.look() == {}


def test_what_is_due_again_is_told_again(house: House) -> None:
    house.move(days=30)
    (line,) = house.look()[ANA].lines
    assert (line.said, line.due_on) == ("A check-in is to be made", house.now.date().isoformat())
    house.move(days=1)
    assert house.look() == {}
    house.there.check_in(today(), "2")  # withdrawn: it is as if it had not been
    withdrawn = house.there.ana.ask(f"/objectives/{house.there.objective}/history")["items"]
    assert withdrawn
    amended(house)
    house.there.bo.done(f"/objectives/{house.there.objective}/approval")
    assert house.look() == {}
    house.move(days=40)
    assert [line.said for line in house.look()[BO].lines] != []


def test_mails_say_nothing_personal(house: House) -> None:
    amended(house)
    review = house.there.review()
    mails = house.look()
    assert set(mails) == {ANA, BO}
    (line,) = mails[ANA].lines
    assert line == ("A self-assessment waits to be written", days_ago(40), f"{URL}/reviews/{review}")
    for mail in mails.values():
        for word in ("Grow", "Ana", "Bo", "Cleo", "Sales"):
            assert word not in mail.raw.replace(address("ana"), "").replace(address("bo"), "")
        assert mail.message["From"] == "Throughline <throughline@example.org>"
        assert mail.message["Subject"] == "One thing to do"
        assert mail.message["Auto-Submitted"] == "auto-generated"
        assert mail.raw.isascii()


def test_what_stays_late_is_told_to_whoever_leads_once(house: House) -> None:
    amended(house)
    assert list(house.look()) == [BO]
    house.move(days=6)
    assert house.look() == {}
    house.move(days=1)
    mails = house.look()
    assert list(mails) == [CLEO]
    (line,) = mails[CLEO].lines
    assert line.said == "Late with somebody whom you lead: An objective waits for approval"
    assert line.url == f"{URL}/objectives/{house.there.objective}"
    for days in (1, 7):
        house.move(days=days)
        house.reminder = house.another()
        assert house.look() == {}
    (told,) = rows(house, "told")
    assert str(told["escalated_to"]) == house.there.ids["cleo"]


def test_what_was_done_in_time_is_not_told_to_the_lead(house: House) -> None:
    amended(house)
    house.look()
    house.move(days=6, hours=1)
    house.there.bo.done(f"/objectives/{house.there.objective}/approval")
    house.move(days=1)
    assert house.look() == {}
    assert rows(house, "told") == []


def test_without_a_manager_the_lead_of_the_unit_is_told(house: House) -> None:
    there = house.there
    there.admin.done(
        f"/units/{there.unit}/lead", {"person_id": there.ids["dan"], "effective_on": "2025-01-01"}
    )
    amended(house)
    there.bo.done(f"/objectives/{there.objective}/revision", {"title": "Grow most", "reason": "agreed"})
    assert list(house.look()) == [CLEO]  # Bo may not approve what he changed
    house.move(days=7)
    assert list(house.look()) == [address("dan")]


def test_personnel_is_told_what_personnel_is_to_do(house: House) -> None:
    there = house.there
    review = there.up_to("sharing")
    house.there.ana.done(f"/reviews/{review}/acknowledgement", {"agrees": True})
    mails = house.look()
    assert set(mails) == {HR, address("eva")}
    assert [line.said for line in mails[HR].lines] == ["A review waits to be finalised"]


def test_who_has_no_address_has_no_mail_and_is_counted(house: House) -> None:
    bo = house.there.ids["bo"]
    house.there.admin.done(f"/people/{bo}/revision", {"email": None})
    amended(house)
    assert house.look() == {}
    (day,) = rows(house, "days")
    assert day["without_address"] == 1
    house.move(days=7)
    assert list(house.look()) == [CLEO]


def test_who_has_left_has_no_mail(house: House) -> None:
    amended(house)
    there = house.there
    there.admin.done(
        f"/people/{there.ids['ana']}/transfer", {"unit_id": there.unit, "manager_id": there.ids["cleo"]}
    )
    there.admin.done(f"/people/{there.ids['bo']}/departure", {"reason": "elsewhere"})
    assert list(house.look()) == [CLEO]


@pytest.mark.parametrize(
    "email", ["a,b@example.org", "<ana>@example.org", "ana@exa(mple.org", "ä,b@example.org"]
)
def test_an_address_that_cannot_be_written_is_refused_and_the_others_have_theirs(
    house: House, email: str
) -> None:
    house.there.admin.done(f"/people/{house.there.ids['ana']}/revision", {"email": email})
    amended(house)
    house.there.review()
    assert list(house.look()) == [BO]
    assert sorted(each["status"] for each in rows(house, "mails")) == ["refused", "sent"]


def test_an_address_beyond_ascii_is_written_as_it_is(house: House) -> None:
    house.there.admin.done(f"/people/{house.there.ids['bo']}/revision", {"email": "bö@example.org"})
    amended(house)
    assert list(house.look()) == ["bö@example.org"]


def test_a_mail_that_is_not_taken_yet_is_sent_later_and_says_what_is_due_then(house: House) -> None:
    amended(house)
    review = house.there.review()
    house.inbox.at_rcpt = {BO: "451 try again later"}
    assert list(house.look()) == [ANA]
    house.move(minutes=4)
    assert house.look() == {}
    house.move(minutes=2)
    assert house.look() == {}  # refused again
    house.inbox.at_rcpt = {}
    house.there.ana.done(f"/reviews/{review}/self-assessment", {"text": "So."})
    house.there.bo.done(f"/objectives/{house.there.objective}/approval")
    house.move(minutes=31)
    mails = house.look()
    assert [line.said for line in mails[BO].lines] == ["A review waits for your assessment"]
    assert mails[BO].message["Message-ID"] == f"<{today()}.{house.there.ids['bo']}@objectives.example.org>"
    house.move(hours=5)
    assert house.look() == {}


def test_a_mail_that_was_not_taken_all_day_is_told_by_that_of_the_next(house: House) -> None:
    amended(house)
    house.inbox.at_data = {BO: "452 full"}
    for _ in range(12):
        assert house.look() == {}
        house.move(hours=1)
    house.inbox.at_data = {}
    house.move(hours=12)
    assert len(house.look()[BO].lines) == 1
    assert {each["status"] for each in rows(house, "mails")} == {"failed", "sent"}


def test_a_mail_that_is_refused_for_good_is_not_sent_again(house: House) -> None:
    amended(house)
    house.inbox.at_rcpt = {BO: "550 no such user"}
    assert house.look() == {}
    house.inbox.at_rcpt = {}
    house.move(hours=5)
    assert house.look() == {}
    house.move(days=1)
    assert house.look() == {}


def test_a_mail_of_which_nobody_knows_whether_it_arrived_is_not_sent_again(house: House) -> None:
    amended(house)
    house.inbox.hangs_up = True
    assert list(house.look()) == [BO]
    house.inbox.hangs_up = False
    house.move(hours=2)
    assert house.look() == {}
    (mail,) = rows(house, "mails")
    assert mail["status"] == "unknown"


def test_a_process_that_was_killed_while_it_sent_sends_nothing_again(house: House) -> None:
    amended(house)
    assert list(house.look()) == [BO]
    with psycopg.connect(house.there.admin.dsn) as conn:
        conn.execute("update reminders.mails set status = 'sending'")
        conn.execute("delete from reminders.days")
    house.reminder = house.another()
    assert house.look() == {}
    assert [each["status"] for each in rows(house, "mails")] == ["unknown"]


def test_a_server_that_is_away_is_left_alone_for_a_while_and_then_told_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    amended(house)
    tried = []

    def connected(_server: object) -> None:
        tried.append(house.now)
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr("web.reminders.mail._connected", connected)
        for _ in range(12):
            assert house.look() == {}
            house.move(minutes=1)
    assert 2 <= len(tried) <= 4  # after one minute, two, four
    house.move(hours=1)
    assert list(house.look()) == [BO]


def test_two_processes_do_not_send_twice(house: House) -> None:
    amended(house)
    with psycopg.connect(house.there.admin.dsn, autocommit=True) as conn:
        assert lock(conn)
        assert house.look() == {}
    assert list(house.look()) == [BO]
    house.reminder = house.another()
    assert house.look() == {}


def test_a_day_that_ends_while_it_is_at_work_is_given_up(house: House) -> None:
    amended(house)
    house.there.admin.project()
    house.reminder.look(lambda: True)
    assert house.inbox.take() == {}
    assert rows(house, "days") == []
    assert list(house.look()) == [BO]


def test_days_are_those_of_the_organisation(house: House) -> None:
    with psycopg.connect(house.there.admin.dsn) as conn:
        conn.execute("insert into store.organisation (time_zone) values ('Pacific/Kiritimati')")
    amended(house)
    house.now = datetime.combine(datetime.now(UTC).date(), datetime.min.time(), tzinfo=UTC)
    house.move(hours=16)  # six in the morning of the next day there
    assert house.look() == {}
    house.move(hours=1)
    assert list(house.look()) == [BO]
    (day,) = rows(house, "days")
    assert day["day"] == date.today() + timedelta(days=1)  # noqa: DTZ011 - tests run in UTC


def test_a_mail_names_so_many_things_at_most(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    there = house.there
    for number in range(4):
        there.admin.objective(
            there.cycle, {"person_id": there.ids["ana"]}, title=f"Plan {number}", starts_on="2025-02-01"
        )
    monkeypatch.setattr("web.reminders.mail.MOST_LINES", 3)
    mail = house.look()[ANA]
    assert len(mail.lines) == 3
    assert "And 1 more." in mail.text
    assert mail.message["Subject"] == "4 things to do"
    house.move(days=1)
    assert house.look() == {}


def test_everybody_is_asked_in_small_steps(house: House) -> None:
    there = house.there
    for number in range(AT_ONCE + 2):
        person = there.admin.person(there.unit, f"Person {number}")
        there.admin.done(
            f"/people/{person}/revision", {"email": address(f"p{number}"), "effective_on": "2025-01-01"}
        )
        there.admin.objective(there.cycle, {"person_id": person}, starts_on="2025-02-01")
    assert len(house.look()) == AT_ONCE + 2
    assert house.inbox.connections <= 2  # one, greeted once more at most


def test_read_models_that_are_behind_are_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.reminders.looking.CAUGHT_UP_SECONDS", 0.05)
    amended(house)
    house.reminder.look()
    assert house.inbox.take() == {}
    assert rows(house, "days") == []
    assert list(house.look()) == [BO]
