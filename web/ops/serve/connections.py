"""Connections wait for their clients only so long, and never so many that no other finds one free.

Uvicorn reads requests and writes answers; what is added here is that every wait for a client has an end: for
the head of a request, for the next request, for the reading of an answer. A process that has as many
connections as it takes closes the one that has waited longest for its client when another comes.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http import HTTPStatus
from math import inf
from typing import Any

import orjson
import structlog
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from application.ids import new_id
from web.errors import MEDIA_TYPE, problem
from web.ops.bounds import HEAD_BYTES, IDLE_SECONDS, LEAST_BYTES_PER_SECOND, UNREAD_BYTES
from web.ops.metrics import REFUSED
from web.ops.tracing import REQUEST_ID

LOOK_SECONDS = 0.5
log = structlog.get_logger("throughline.web")


class Watch:
    """Knows which connections of the process wait for their clients, in the order in which they began to."""

    def __init__(self, most: int, client_seconds: float, clock: Callable[[], float]) -> None:
        self.client_seconds = client_seconds
        self.clock = clock
        self._most = most
        self._waiting: dict[Connection, float] = {}
        self._unread: dict[Connection, int] = {}

    def waits(self, connection: "Connection", seconds: float) -> None:
        """From now on it is its client's turn, for at most so long."""
        self._waiting.pop(connection, None)
        self._waiting[connection] = self.clock() + seconds

    def works(self, connection: "Connection") -> None:
        """It is no longer its client's turn."""
        self._waiting.pop(connection, None)

    def reads(self, connection: "Connection", unread: int) -> None:
        """Its client has so many bytes still to read; some of them have to be read within the time."""
        self._unread[connection] = unread
        self.waits(connection, self.client_seconds)
        while sum(self._unread.values()) > UNREAD_BYTES:
            self._end(next(iter(self._unread)), "unread")

    def has_read(self, connection: "Connection") -> None:
        """It waits for its client's reading no more."""
        if self._unread.pop(connection, None) is not None:
            self.works(connection)

    def gone(self, connection: "Connection") -> None:
        self._unread.pop(connection, None)
        self._waiting.pop(connection, None)

    def make_room(self, connections: int) -> bool:
        """Returns whether there is room for one more, which may have to be made."""
        if connections <= self._most:
            return True
        oldest = next(iter(self._waiting), None)
        if oldest is None:
            return False
        self._end(oldest, "connections")
        return True

    def look(self) -> None:
        """Ends every connection whose client has had its time."""
        now = self.clock()
        for connection, until in list(self._waiting.items()):
            if until <= now and not self._goes_on(connection):
                self._end(connection, "client")

    def _goes_on(self, connection: "Connection") -> bool:
        """Returns whether the client of an answer has read enough of it since the last look."""
        before, unread = self._unread.get(connection, 0), connection.unread
        if unread > before - self.client_seconds * LEAST_BYTES_PER_SECOND:
            return False
        self.reads(connection, unread)
        return True

    def _end(self, connection: "Connection", bound: str) -> None:
        REFUSED.labels(bound).inc()
        self.gone(connection)
        connection.transport.abort()


class Joining:
    """A transport that can keep back what is written until all of it is there, and so sends it at once: for
    each piece the event loop would let go of the interpreter, and wait for it again.
    """

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._kept: list[bytes] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    @contextmanager
    def joined(self) -> Iterator[None]:
        self._kept = []
        try:
            yield
        finally:
            self._let_go()

    def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        if kept:
            self._transport.write(b"".join(kept))

    def write(self, data: bytes) -> None:
        if self._kept is None:
            self._transport.write(data)
        else:
            self._kept.append(data)

    def close(self) -> None:
        self._let_go()
        self._transport.close()


class Connection(HttpToolsProtocol):
    """One connection, which tells the watch whose turn it is."""

    def __init__(self, watch: Watch, **given: Any) -> None:
        super().__init__(**given)
        self._watch = watch
        self._head_bytes = 0
        self._in_head = True
        self.joined: Callable[[], AbstractContextManager[None]]

    @property
    def unread(self) -> int:
        return self.transport.get_write_buffer_size()

    @override
    def connection_made(self, transport: Any) -> None:
        joining = Joining(transport)
        self.joined = joining.joined
        super().connection_made(joining)  # type: ignore[arg-type]  # it has all that one has
        if self._watch.make_room(len(self.connections)):
            self._watch.waits(self, self._watch.client_seconds)
        else:
            REFUSED.labels("connections").inc()
            transport.abort()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._watch.gone(self)
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self._refuse("head-too-large", f"the head of a request has at most {HEAD_BYTES:,} bytes")

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"throughline": {"connection": self}}
        if self._in_head:
            self._watch.waits(self, self._watch.client_seconds)

    @override
    def on_headers_complete(self) -> None:
        self._in_head = False
        self._watch.waits(self, inf)  # for the body, which has a deadline of its own in bridge.py
        super().on_headers_complete()

    @override
    def on_message_complete(self) -> None:
        self._watch.works(self)
        super().on_message_complete()

    @override
    def on_response_complete(self) -> None:
        self._in_head, self._head_bytes = True, 0
        super().on_response_complete()
        if self.cycle.response_complete and not self.flow.write_paused:
            self._watch.waits(self, IDLE_SECONDS)

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch.reads(self, self.unread)

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._watch.has_read(self)
        if self.cycle.response_complete:
            self._watch.waits(self, IDLE_SECONDS)

    @override
    def send_400_response(self, msg: str) -> None:
        self._refuse("malformed", "this is not a request of HTTP/1.1")

    def _refuse(self, slug: str, detail: str) -> None:
        """Answers without an app, and closes: what follows on the connection is not known to be a request."""
        said, id = problem(slug, detail, instance=""), str(new_id())
        address = self.client[0] if self.client else None
        log.info("refused", request_id=id, address=address, bound="head", status=said.status, problem=slug)
        body = orjson.dumps(said.body)
        head = {
            **said.headers,
            REQUEST_ID: id,
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        status = HTTPStatus(said.status)
        self.transport.write(f"HTTP/1.1 {status} {status.phrase}\r\n{lines}\r\n".encode() + body)
        self.transport.close()
