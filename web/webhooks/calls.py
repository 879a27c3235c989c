"""One POST to a receiver, which another thread may break off.

No redirects are followed, no proxy is used, and of what the receiver says only a sentence is read. A time-out
for each read does not bound a receiver that sends a byte now and then: that is what breaking off is for.
"""

import contextlib
import re
import select
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import IPPROTO_TCP, SHUT_RDWR, TCP_NODELAY, create_connection, socket
from time import monotonic

from web.webhooks.address import Address

CONNECT_SECONDS = 5.0
CALL_SECONDS = 10.0
SAID_BYTES = 1_000
SAID_CHARACTERS = 200
LONGEST_RETRY_AFTER = 3_600
NOT_SHOWN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """`answer` is the status, None if there was none; `error` says in a sentence what was wrong, None if the
    receiver took it. `retry_after`: for how many seconds the receiver wants to be left alone.
    """

    answer: int | None
    error: str | None
    retry_after: int = 0


class ResponseLine:
    """The connection that one worker keeps open, for when it calls the same receiver again."""

    def __init__(self) -> None:
        self._to: tuple[bool, str, int] | None = None
        self._connection: HTTPConnection | None = None

    def take(self, address: Address) -> HTTPConnection:
        """A connection to this receiver; its `sock` is None if it is not open yet."""
        to = (address.secure, address.host, address.port)
        if self._connection is None or to != self._to or not _is_open(self._connection.sock):
            self.close()
            self._to, self._connection = to, _unopened(address)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Call:
    """Made once, by one thread."""

    def __init__(self, address: Address, headers: Mapping[str, str], body: bytes) -> None:
        self._address = address
        self._headers = headers
        self._body = body
        self._socket: socket | None = None
        self._broken_off = False
        self._started_at: float | None = None
        self._ended_at: float | None = None

    @property
    def seconds(self) -> float:
        """Says how long it has taken, so far or in all."""
        if self._started_at is None:
            return 0.0
        return (self._ended_at or monotonic()) - self._started_at

    def make(self, line: ResponseLine) -> DeliveryOutcome:
        self._started_at = monotonic()
        try:
            return self._answered(line)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what became of this call
            line.close()
            if self._broken_off or isinstance(error, TimeoutError):
                return DeliveryOutcome(None, "there was no answer in time")
            return DeliveryOutcome(
                None, f"there was no answer: {_sentence(str(error) or type(error).__name__)}"
            )
        finally:
            self._socket = None  # the next call may have the same
            self._ended_at = monotonic()

    def break_off(self) -> None:
        """Ends it soon, and before it has sent anything if it has not yet."""
        self._broken_off = True
        held = self._socket
        if held is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                socket.shutdown(held, SHUT_RDWR)

    def _answered(self, line: ResponseLine) -> DeliveryOutcome:
        connection = line.take(self._address)
        kept = connection.sock is not None
        try:
            response = self._exchange(connection)
        except ConnectionError:
            if not kept or self._broken_off:
                raise
            line.close()  # it was closed at the other end while it was idle
            connection = line.take(self._address)
            response = self._exchange(connection)
        outcome = _outcome(response)
        if not response.isclosed() or response.will_close:
            response.close()
            line.close()
        return outcome

    def _exchange(self, connection: HTTPConnection) -> HTTPResponse:
        if connection.sock is None:
            self._open(connection)
        self._hold(connection.sock)
        connection.request("POST", self._address.target, self._body, dict(self._headers))
        response = connection.getresponse()
        if self._broken_off:  # where the connection ends, so do the headers, for http.client
            raise TimeoutError
        return response

    def _open(self, connection: HTTPConnection) -> None:
        where = (self._address.host, self._address.port)
        connection.sock = create_connection(where, CONNECT_SECONDS)
        connection.sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        connection.sock.settimeout(CALL_SECONDS)
        self._hold(connection.sock)
        if self._address.secure:
            connection.sock = secured = _trust().wrap_socket(
                connection.sock, server_hostname=self._address.host, do_handshake_on_connect=False
            )
            self._hold(secured)
            secured.do_handshake()

    def _hold(self, held: socket) -> None:
        self._socket = held
        if self._broken_off:
            raise TimeoutError


def _unopened(address: Address) -> HTTPConnection:
    if address.secure:
        return HTTPSConnection(address.host, address.port, context=_trust())
    return HTTPConnection(address.host, address.port)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _is_open(kept: socket | None) -> bool:
    """Returns whether nothing has come on an idle connection: if anything has, it is its end."""
    if kept is None:
        return False
    poll = select.poll()
    poll.register(kept, select.POLLIN)
    return not poll.poll(0)


def _outcome(response: HTTPResponse) -> DeliveryOutcome:
    status = response.status
    if 200 <= status < 300:
        with contextlib.suppress(OSError, HTTPException):  # it has been taken, whatever else is said
            if response.length is not None and response.length <= SAID_BYTES:
                response.read()
        return DeliveryOutcome(status, None)
    said = b""
    with contextlib.suppress(OSError, HTTPException):
        said = response.read1(SAID_BYTES)
    wish = response.getheader("Retry-After", "")
    seconds = int(wish) if wish.isascii() and wish.isdigit() and len(wish) < 10 else 0
    words = "redirects are not followed" if 300 <= status < 400 else _sentence(said.decode(errors="replace"))
    return DeliveryOutcome(
        status, f"answered {status}{': ' if words else ''}{words}", min(seconds, LONGEST_RETRY_AFTER)
    )


def _sentence(text: str) -> str:
    return NOT_SHOWN.sub(" ", text).strip()[:SAID_CHARACTERS]
