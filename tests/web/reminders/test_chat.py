"""Slack and Teams are told once a day how much is due where, and nothing personal."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import psycopg
import pytest

from tests.web.reminders.conftest import URL, House
from tests.web.reminders.inbox import Inbox
from tests.web.reminders.test_reminding import amended, rows
from tests.web.webhooks.receiver import Receiver, Reply, receiving
from web.reminders import chat
from web.reminders.chat import NOUNS, Tally, lines, message
from web.reminders.how import SLACK, TEAMS, Channel, Reminding
from web.reminders.words import WORDS
from web.webhooks.reach import Reach, reach_of

SECRET = "T0123/B4567/a-secret"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def how(receiver: Receiver, inbox: Inbox) -> Reminding:
    """Channels alone, no mails."""
    channels = tuple(Channel(kind, receiver.url(f"/{kind}/{SECRET}")) for kind in (SLACK, TEAMS))
    return Reminding(URL, None, channels=channels, reach=reach_of("127.0.0.0/8"))


def told(house: House, receiver: Receiver) -> dict[str, Any]:
    """Path -> what was posted there since it was asked last; one each."""
    house.look()
    found, receiver.received = receiver.received, []
    assert len({each.path for each in found}) == len(found)
    return {each.path.split("/")[1]: orjson.loads(each.body) for each in found}


def test_each_channel_is_told_once_a_day_how_much_is_due_where(house: House, receiver: Receiver) -> None:
    amended(house)
    house.there.review()
    house.move(hours=-2)
    assert told(house, receiver) == {}
    house.move(hours=2)
    found = told(house, receiver)
    said = ["1 approval is due today in Sales.", "1 thing is overdue."]
    assert found == {kind: message(kind, said, URL) for kind in (SLACK, TEAMS)}
    assert "Grow" not in str(found)
    assert "Ana" not in str(found)
    for _ in range(2):
        house.move(hours=2)
        house.reminder = house.another()
        assert told(house, receiver) == {}
    house.move(days=1)
    assert found.keys() == {SLACK, TEAMS}
    assert told(house, receiver)[SLACK] == message(SLACK, ["2 things are overdue."], URL)
    assert rows(house, "told") == []


def test_where_nothing_is_due_nobody_is_told(house: House, receiver: Receiver) -> None:
    assert told(house, receiver) == {}
    house.move(hours=5)
    amended(house)
    assert told(house, receiver) == {}


def test_a_message_that_was_not_taken_is_sent_again_and_one_that_is_refused_is_not(
    house: House, receiver: Receiver
) -> None:
    amended(house)
    receiver.behave = lambda one: Reply(503 if one.path.startswith("/slack") else 404)
    assert set(told(house, receiver)) == {SLACK, TEAMS}
    receiver.behave = lambda _: Reply()
    house.move(minutes=4)
    assert told(house, receiver) == {}
    house.move(minutes=2)
    assert set(told(house, receiver)) == {SLACK}
    house.move(hours=8)
    assert told(house, receiver) == {}
    assert {each["channel"]: each["status"] for each in rows(house, "chats")} == {
        SLACK: "sent", TEAMS: "refused",
    }  # fmt: skip


def test_nothing_of_the_inside_is_reached(house: House, receiver: Receiver) -> None:
    house.how = replace(house.how, reach=Reach())
    house.reminder = house.another()
    amended(house)
    assert told(house, receiver) == {}
    assert {each["status"] for each in rows(house, "chats")} == {"later"}
    assert SECRET not in repr(house.how)
    with psycopg.connect(house.there.admin.dsn) as conn:
        kept = conn.execute("select c::text from reminders.chats c").fetchall()
    assert SECRET not in str(kept)


def test_a_channel_that_drips_is_broken_off(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "CALL_SECONDS", 0.3)
    amended(house)
    receiver.behave = lambda _: Reply(raw=b"HTTP/1.1 200 OK\r\n", drip=b"X-More: 1\r\n")
    assert set(told(house, receiver)) == {SLACK, TEAMS}
    assert {each["status"] for each in rows(house, "chats")} == {"later"}


def test_a_message_names_so_many_units_at_most() -> None:
    due = {(f"Unit {number:02}", "check_in"): 30 - number for number in range(22)}
    said = lines(Tally(due, 0))
    assert said[0] == "30 check-ins are due today in Unit 00."
    assert len(said) == chat.MOST_UNITS + 1
    assert said[-1] == "19 more things are due today in other units."


def test_names_are_text_and_never_markup() -> None:
    found = message(SLACK, ["1 approval is due today in <!channel> & *Sales*."], URL)
    assert found["text"] == "1 approval is due today in &lt;!channel&gt; &amp; *Sales*."
    assert found["blocks"][0]["text"]["type"] == "plain_text"
    assert found["blocks"][1]["text"]["text"] == f"<{URL}/|Throughline>"
    (attachment,) = message(TEAMS, ["[a](b)"], URL)["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["body"][0]["inlines"] == [{"type": "TextRun", "text": "[a](b)"}]
    assert attachment["content"]["actions"][0]["url"] == f"{URL}/"


def test_there_is_a_noun_for_whatever_has_a_day() -> None:
    assert set(NOUNS) == set(WORDS) - {"orphan", "detached"}
