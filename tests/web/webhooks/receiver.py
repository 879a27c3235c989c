"""A real receiver on loopback, and the check of a signature as a receiver writes it by the specification."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

import orjson

PATIENCE_SECONDS = 10.0
TOLERANCE_SECONDS = 300


@dataclass(frozen=True)
class Received:
    """One request; `port` tells the connections of a sender apart."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    port: int

    @property
    def event(self) -> Any:
        return orjson.loads(self.body)["data"]

    @property
    def position(self) -> int:
        return int(self.event["position"])

    @property
    def aggregate(self) -> str:
        return str(self.event["subject"])


@dataclass(frozen=True)
class Reply:
    """What to answer with; `raw` instead of that, as it is, and then `drip` again and again."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    drip: bytes | None = None


class Receiver(ThreadingHTTPServer):
    """Answers 200 unless `behave` says otherwise. `drops_connections`: after an answer, without saying so.

    `received` are all requests, `taken` those answered 2xx; `left` is set when a sender has had enough of
    what drips, `ended` when the receiver goes away.
    """

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.received: list[Received] = []
        self.taken: list[Received] = []
        self.behave: Callable[[Received], Reply] = lambda _: Reply()
        self.drops_connections = False
        self.left = Event()
        self.ended = Event()
        self._lock = Lock()

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def note(self, where: list[Received], one: Received) -> None:
        with self._lock:
            where.append(one)

    def positions(self) -> list[int]:
        """Of what was taken, in the order in which it was."""
        with self._lock:
            return [one.position for one in self.taken]

    def take(self, count: int) -> None:
        """Waits until as many have been taken."""
        eventually(lambda: len(self.taken) >= count)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def receiver(self) -> Receiver:
        assert isinstance(self.server, Receiver)
        return self.server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        one = Received(self.path, dict(self.headers.items()), body, self.client_address[1])
        self.receiver.note(self.receiver.received, one)
        reply = self.receiver.behave(one)
        if reply.raw is None:
            self._answer(reply, one)
            self.close_connection |= self.receiver.drops_connections
        else:
            self.wfile.write(reply.raw)
            self._drip(reply.drip)
            self.close_connection = True

    def _answer(self, reply: Reply, one: Received) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
        if 200 <= reply.status < 300:
            self.receiver.note(self.receiver.taken, one)

    def _drip(self, drop: bytes | None) -> None:
        while drop is not None and not self.receiver.ended.wait(0.01):
            try:
                self.wfile.write(drop)
            except OSError:
                self.receiver.left.set()
                return

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    with Receiver(port) as receiver:
        thread = Thread(target=receiver.serve_forever, args=[0.02])
        thread.start()
        try:
            yield receiver
        finally:
            receiver.ended.set()
            receiver.shutdown()
            thread.join()


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: float | None = None) -> None:
    """Raises AssertionError unless one of the signatures is of this secret, and recent."""
    given = {name.lower(): value for name, value in headers.items()}
    assert abs((time.time() if now is None else now) - int(given["webhook-timestamp"])) < TOLERANCE_SECONDS
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    content = b".".join([given["webhook-id"].encode(), given["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    signatures = [one.split(",", 1) for one in given["webhook-signature"].split(" ")]
    assert any(version == "v1" and hmac.compare_digest(said, expected) for version, said in signatures)


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
