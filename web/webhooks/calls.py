"""One POST to a receiver, which another thread may break off.

No redirects are followed, no proxy is used, and of an answer only the status is kept. Why there was none goes
to the log: reports of deliveries do not tell what listens where. A time-out for each read does not bound a
receiver that sends a byte now and then: that is what breaking off is for.
"""

import contextlib
import select
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from time import monotonic

import structlog

from web.webhooks.address import Address
from web.webhooks.reach import Found, NotAllowed, Reach

CONNECT_SECONDS = 5.0
CALL_SECONDS = 10.0
READ_BYTES = 1_000
LONGEST_RETRY_AFTER = 3_600
log = structlog.get_logger(__name__)


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

    def __init__(self, address: Address, reach: Reach, headers: Mapping[str, str], body: bytes) -> None:
        self._address = address
        self._reach = reach
        self._headers = headers
        self._body = body
        self._socket: socket.socket | None = None
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
            why = _why(error, in_time=not self._broken_off)
            log.info("webhook_not_reached", host=self._address.host, port=self._address.port, error=error)
            return DeliveryOutcome(None, f"not reached: {why}")
        finally:
            self._socket = None  # the next call may have the same
            self._ended_at = monotonic()

    def break_off(self) -> None:
        """Ends it soon, and before it has sent anything if it has not yet."""
        self._broken_off = True
        held = self._socket
        if held is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                held.shutdown(socket.SHUT_RDWR)

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
        opened = connection.sock = self._connected()
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.settimeout(CALL_SECONDS)
        if self._address.secure:
            connection.sock = secured = _trust().wrap_socket(
                opened, server_hostname=self._address.host, do_handshake_on_connect=False
            )
            self._hold(secured)
            secured.do_handshake()

    def _connected(self) -> socket.socket:
        """A connection to the first address that takes it, of those that were judged."""
        *others, last = self._reach.looked_up(self._address.host, self._address.port)
        for found in others:
            with contextlib.suppress(OSError):
                return self._connected_to(found)
        return self._connected_to(last)

    def _connected_to(self, found: Found) -> socket.socket:
        family, where = found
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._hold(opened)
            opened.settimeout(CONNECT_SECONDS)
            opened.connect(where)
            self._hold(opened)
        except BaseException:
            opened.close()
            raise
        return opened

    def _hold(self, held: socket.socket) -> None:
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


def _is_open(kept: socket.socket | None) -> bool:
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
            if response.length is not None and response.length <= READ_BYTES:
                response.read()
        return DeliveryOutcome(status, None)
    wish = response.getheader("Retry-After", "")
    seconds = int(wish) if wish.isascii() and wish.isdigit() and len(wish) < 10 else 0
    words = ": redirects are not followed" if 300 <= status < 400 else ""
    return DeliveryOutcome(status, f"answered {status}{words}", min(seconds, LONGEST_RETRY_AFTER))


def _why(error: Exception, *, in_time: bool) -> str:
    if isinstance(error, NotAllowed | socket.gaierror):
        return "the host has no address that is allowed"
    return "there was no answer" + (" in time" if isinstance(error, TimeoutError) or not in_time else "")
