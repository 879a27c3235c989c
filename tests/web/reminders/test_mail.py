"""Mails go over TLS whose certificate is checked, signed in if there is a password, which is never told."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.web import webhooks
from tests.web.reminders.conftest import SENDER, URL, House
from tests.web.reminders.inbox import Inbox, authenticated, receiving
from tests.web.reminders.test_reminding import BO, amended, rows
from web.reminders import mail
from web.reminders.how import STARTTLS, Reminding, Server
from web.reminders.looking import Owed
from web.reminders.record import Digest
from web.reminders.words import OF_OTHERS, WORDS

PEM = Path(webhooks.__file__).parent / "loopback.pem"
PASSWORD = "a good secret"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    with receiving(context, authenticator=authenticated, auth_required=True) as inbox:
        yield inbox


@pytest.fixture
def how(inbox: Inbox) -> Reminding:
    server = Server("127.0.0.1", inbox.port, STARTTLS, SENDER, "throughline", PASSWORD)
    return Reminding(URL, server)


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate of the server is one of those that are trusted."""
    monkeypatch.setattr(mail, "_trust", lambda: ssl.create_default_context(cafile=PEM))


def test_mails_go_over_tls_after_signing_in(house: House, trusted: None) -> None:
    amended(house)
    assert list(house.look()) == [BO]
    assert house.inbox.over_tls == [True]


def test_a_certificate_that_nobody_vouches_for_gets_nothing(house: House) -> None:
    amended(house)
    assert house.look() == {}
    assert {each["status"] for each in rows(house, "mails")} == {"later"}
    assert rows(house, "told") == []


@pytest.mark.parametrize("how_", [("starttls", "wrong"), ("none", None), ("implicit", PASSWORD)])
def test_a_server_that_lets_nobody_in_is_unwell_and_nothing_is_told(
    house: House, trusted: None, how_: tuple[str, str | None]
) -> None:
    tls, password = how_
    user = None if password is None else "throughline"
    server = Server("127.0.0.1", house.inbox.port, tls, SENDER, user, password)
    house.how = Reminding(URL, server)
    house.reminder = house.another()
    amended(house)
    with structlog.testing.capture_logs() as logs:
        assert house.look() == {}
    assert rows(house, "told") == []
    said = str(logs)
    assert "mail_server_unwell" in said
    for word in (PASSWORD, "wrong", "example.org", "bo@"):
        assert word not in said
    assert PASSWORD not in repr(server)


def test_there_are_words_for_every_kind() -> None:
    from projections.reviews.queries.obligations import KINDS

    assert set(KINDS) == set(WORDS) == set(OF_OTHERS)


def test_a_mail_is_composed_of_kinds_days_and_links_alone() -> None:
    from datetime import UTC, date, datetime

    day = date(2026, 3, 2)
    own = [Owed("check_in", "a", day), Owed("orphan", "b", None)]
    digest = Digest("one", "ana@example.org", own, {"two": [Owed("assessment", "c", day)]})
    made = mail.composed(digest, day, datetime(2026, 3, 2, 7, tzinfo=UTC), URL, SENDER, {"c": "review"})
    assert made["Subject"] == "3 things to do"
    assert made.get_content() == (
        "A check-in is to be made, due on 2026-03-02.\n"
        "https://objectives.example.org/objectives/a\n\n"
        "An objective has no link.\n"
        "https://objectives.example.org/objectives/b\n\n"
        "Late with somebody whom you lead: A review waits for assessment, due on 2026-03-02.\n"
        "https://objectives.example.org/reviews/c\n\n"
        "All that waits for you: https://objectives.example.org/\n"
        "Each thing is told once. It is gone when it is done.\n"
    )
