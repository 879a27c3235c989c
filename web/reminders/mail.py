"""Mails: what they say, and how they go by SMTP.

A mail has no personal text: the kinds of what is due, days, and links. A server is spoken to over TLS whose
certificate is checked; where it is on this machine, it may be without. Stages are taken one by one, so that
it is known whether a mail may have left: before its end was sent, it has not.
"""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import structlog

from web.reminders.how import IMPLICIT, STARTTLS, Server
from web.reminders.looking import Owed
from web.reminders.record import LATER, REFUSED, SENT, UNKNOWN, Digest
from web.reminders.words import OF_OTHERS, WORDS, page_of

SECONDS = 10.0
"""So long a server may take for one answer."""
MOST_LINES = 50
"""Things that one mail names; of the others it says how many there are."""
POLICY = SMTP.clone(max_line_length=998)
SPECIALS = frozenset('"(),:;<>@[\\] ')
log = structlog.get_logger(__name__)


class ServerUnwell(Exception):
    """The server takes no mails now, whoever they are for; `status` says what became of the one under way."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


def composed(
    digest: Digest, day: date, at: datetime, url: str, sender: str, types: Mapping[str, str]
) -> EmailMessage:
    """The mail of a digest; `types` says of each subject whether it is an objective or a review. Raises
    `MessageError` or `ValueError` for an address that cannot be written into a header.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = Address("Throughline", addr_spec=sender)
    message["To"] = _written(digest.email or "")
    message["Subject"] = f"{_things(digest.lines)} to do"
    message["Date"] = at
    message["Message-ID"] = f"<{day}.{digest.person}@{urlsplit(url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content("\n".join(_text(digest, url, types)) + "\n", cte="7bit")
    return message


def _written(address: str) -> Address:
    """Raises for what is not one address alone."""
    if address.isascii():
        return Address(addr_spec=address)
    user, _, domain = address.rpartition("@")
    if not address.isprintable() or SPECIALS & {*user, *domain}:
        raise ValueError("not an address")
    return Address(username=user, domain=domain)


def _text(digest: Digest, url: str, types: Mapping[str, str]) -> Iterator[str]:
    lines = [*_said(digest, url, types)]
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"And {len(lines) - MOST_LINES} more."
        yield ""
    yield f"All that waits for you: {url}/"
    yield "Each thing is told once. It is gone when it is done."


def _said(digest: Digest, url: str, types: Mapping[str, str]) -> list[str]:
    lines = [_line(WORDS, each, url, types) for each in digest.own]
    late = (each for owed in digest.escalated.values() for each in owed)
    lines += [f"Late with somebody whom you lead: {_line(OF_OTHERS, each, url, types)}" for each in late]
    return lines


def _line(words: Mapping[str, str], owed: Owed, url: str, types: Mapping[str, str]) -> str:
    day = "" if owed.due_on is None else f", due on {owed.due_on.isoformat()}"
    page = page_of(types.get(owed.subject_id, ""), owed.subject_id, url)
    return f"{words[owed.kind]}{day}.\n{page}\n"


def _things(count: int) -> str:
    return "One thing" if count == 1 else f"{count} things"


class Outbox:
    """One connection to a server, opened when there is something to send."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._open: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._open.quit()
            self._open.close()

    def send(self, message: EmailMessage) -> str:
        """Gives SENT, LATER or REFUSED. Raises `ServerUnwell`, which says whether it may have left."""
        address = message["To"].addresses[0].addr_spec
        try:
            server = self._opened()
            if not (address.isascii() or server.has_extn("smtputf8")):
                return REFUSED
            wide = [] if address.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
            code, _ = server.mail(self._server.sender, wide)
            if _status(code) != SENT:  # it does not take what we send, whoever it is for
                raise smtplib.SMTPSenderRefused(code, b"", self._server.sender)
            if (said := _status(server.rcpt(address)[0])) != SENT:
                server.rset()
                return said
        except (OSError, smtplib.SMTPException) as error:
            raise self._unwell(error, LATER) from error
        try:
            policy = POLICY if address.isascii() else POLICY.clone(utf8=True)
            return _status(server.data(message.as_bytes(policy=policy))[0])
        except smtplib.SMTPDataError as error:
            return _status(error.smtp_code)
        except (OSError, smtplib.SMTPException) as error:
            raise self._unwell(error, UNKNOWN) from error

    def _unwell(self, error: Exception, status: str) -> ServerUnwell:
        log.warning("mail_server_unwell", host=self._server.host, port=self._server.port, error=_why(error))
        return ServerUnwell(status)

    def _opened(self) -> smtplib.SMTP:
        if self._open is None:
            self._open = _connected(self._server)
        return self._open


def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _connected(to: Server) -> smtplib.SMTP:
    name = to.sender.rpartition("@")[2]
    if to.tls == IMPLICIT:
        server: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, name, timeout=SECONDS, context=_trust())
    else:
        server = smtplib.SMTP(to.host, to.port, name, timeout=SECONDS)
    try:
        if to.tls == STARTTLS:
            server.starttls(context=_trust())
        if to.user is not None:
            server.login(to.user, to.password or "")
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _status(code: int) -> str:
    if 200 <= code < 300:
        return SENT
    return REFUSED if 500 <= code < 600 else LATER


def _why(error: Exception) -> str:
    """Names the error without what the server said, which may hold an address or a name."""
    code = getattr(error, "smtp_code", None)
    return type(error).__name__ if code is None else f"{type(error).__name__} {code}"


BAD_ADDRESS = (MessageError, ValueError, IndexError)
