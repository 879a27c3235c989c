"""Reminding now: only once a day, and what would be sent is said without sending."""

import json
from collections.abc import Iterator

import psycopg
import pytest

from tests.web.api import Api
from tests.web.cli.conftest import Throughline
from tests.web.performance import company
from tests.web.reminders.conftest import SENDER, URL, address
from tests.web.reminders.inbox import Inbox, receiving
from web.reminders.record import lock


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with receiving() as inbox:
        yield inbox


@pytest.fixture
def env(inbox: Inbox) -> dict[str, str]:
    return {
        "THROUGHLINE_PUBLIC_URL": URL,
        "THROUGHLINE_SMTP_HOST": "127.0.0.1",
        "THROUGHLINE_SMTP_PORT": str(inbox.port),
        "THROUGHLINE_SMTP_TLS": "none",
        "THROUGHLINE_MAIL_FROM": SENDER,
    }


@pytest.fixture
def bo(api: Api) -> str:
    """Bo is to approve something, and so is nobody else."""
    there = company(api)
    api.done(f"/people/{there.ids['bo']}/revision", {"email": address("bo"), "effective_on": "2025-01-01"})
    body = {"title": "Grow more", "reason": "agreed"}
    there.ana.done(f"/objectives/{there.objective}/revision", body)
    api.project()
    return there.ids["bo"]


def test_it_is_said_who_would_have_a_mail_and_then_sent_once(
    throughline: Throughline, bo: str, env: dict[str, str], inbox: Inbox, dsn: str
) -> None:
    said = throughline("remind", "--dry-run", "--json", **env)
    assert said.exit_code == 0, said.output
    found = {each["person"]: each for each in json.loads(said.stdout)}
    assert found[bo] == {"person": bo, "own": 1, "escalated": 0, "reached": True}
    assert inbox.take() == {}
    assert bo in throughline("remind", "--dry-run", **env).stdout
    sent = throughline("remind", "--json", **env)
    assert sent.exit_code == 0, sent.output
    assert json.loads(sent.stdout)["sent"] == 1
    assert list(inbox.take()) == [address("bo")]
    again = throughline("remind", **env)
    assert again.exit_code == 0, again.output
    assert inbox.take() == {}
    with psycopg.connect(dsn) as conn:
        noted = conn.execute("select outcome from access.journal where action = 'throughline.remind'")
        assert [outcome for (outcome,) in noted] == ["begun", "answered", "begun", "answered"]


def test_a_mail_that_is_not_taken_makes_it_exit_with_1(
    throughline: Throughline, bo: str, env: dict[str, str], inbox: Inbox
) -> None:
    inbox.at_rcpt = {address("bo"): "451 later"}
    assert throughline("remind", **env).exit_code == 1


def test_without_a_server_while_another_sends_or_where_nobody_listens_it_is_refused_in_a_sentence(
    throughline: Throughline, bo: str, env: dict[str, str], dsn: str
) -> None:
    nowhere = throughline("remind")
    assert (nowhere.exit_code, "THROUGHLINE_SMTP_HOST" in nowhere.output) == (1, True)
    with psycopg.connect(dsn, autocommit=True) as conn:
        assert lock(conn)
        busy = throughline("remind", **env)
    assert (busy.exit_code, "right now" in busy.output) == (1, True)
    away = throughline("remind", **{**env, "THROUGHLINE_SMTP_PORT": "9"})
    assert (away.exit_code, "does not take mails now" in away.output) == (1, True)
