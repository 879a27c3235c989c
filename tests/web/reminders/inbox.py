"""An SMTP server of a test, which keeps what it takes and refuses what it is told to."""

import re
import socket
import ssl
from asyncio import Transport
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

OK = "250 OK"
LINE = re.compile(r"^(?P<said>.+?)(, due on (?P<day>[0-9-]+))?\.\n(?P<url>https://\S+)$", re.MULTILINE)


class Line(NamedTuple):
    """One thing that a mail says."""

    said: str
    due_on: str | None
    url: str


class Mail(NamedTuple):
    """One mail that arrived."""

    to: str
    message: EmailMessage
    raw: str

    @property
    def text(self) -> str:
        return str(self.message.get_content())

    @property
    def lines(self) -> list[Line]:
        found = LINE.finditer(self.text.replace("\r\n", "\n"))
        return [Line(one["said"], one["day"], one["url"]) for one in found]


class Inbox:
    """`at_rcpt` and `at_data` answer for an address; what is not in them is taken."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.connections = 0
        self.at_rcpt: dict[str, str] = {}
        self.at_data: dict[str, str] = {}
        self.hangs_up = False
        self.over_tls: list[bool] = []
        self.port = 0

    async def handle_EHLO(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.at_rcpt.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        (to,) = envelope.rcpt_tos
        answer = self.at_data.get(to, OK)
        if answer == OK:
            content = envelope.content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, policy=default)
            assert isinstance(message, EmailMessage)
            self.mails.append(Mail(to, message, content.decode()))
            self.over_tls.append(session.ssl is not None)
        if self.hangs_up:
            assert isinstance(server.transport, Transport)
            server.transport.abort()
        return answer

    def take(self) -> dict[str, Mail]:
        """The mails since it was asked last, by address: one each."""
        found, self.mails = self.mails, []
        by_address = {each.to: each for each in found}
        assert len(by_address) == len(found)
        return by_address


def authenticated(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    """Knows one user."""
    return AuthResult(success=(data.login, data.password) == (b"throughline", b"a good secret"))


@contextmanager
def receiving(context: ssl.SSLContext | None = None, **how: Any) -> Iterator[Inbox]:
    """An inbox on a free port of loopback; with a context it speaks STARTTLS and demands it."""
    inbox = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        inbox.port = probe.getsockname()[1]
    tls: dict[str, Any] = {} if context is None else {"tls_context": context, "require_starttls": True}
    controller = Controller(inbox, "127.0.0.1", inbox.port, enable_SMTPUTF8=True, **tls, **how)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()
