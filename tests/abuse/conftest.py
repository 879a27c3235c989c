"""A service as it runs, an attacker's token, and somebody else who asks meanwhile."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.abuse.bystander import Bystander
from tests.web.conftest import token
from tests.web.serve.processes import service

MIB = 1024 * 1024
MOST_BYTES = 300 * MIB


class Attacked:
    """A running service."""

    def __init__(self, url: str, attacker: str, other: str, worker: psutil.Process) -> None:
        self.url = url
        self.attacker = attacker
        self.bystander = Bystander(url, other)
        self.bystander.quiet = self.bystander.medians()
        self._worker = worker
        self._open = ExitStack()

    def connect(self, sent: bytes = b"", *, receive_bytes: int | None = None) -> socket.socket:
        """A connection on which this was sent, closed with the service."""
        parts = urlsplit(self.url)
        made = self._open.enter_context(socket.socket())
        if receive_bytes is not None:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        made.settimeout(60)
        made.connect((str(parts.hostname), parts.port or 80))
        made.sendall(sent)
        return made

    def head(self, method: str, path: str, *lines: str) -> bytes:
        """The head of a request of the attacker, with its empty line."""
        said = [f"{method} {path} HTTP/1.1", "Host: test", f"Authorization: Bearer {self.attacker}", *lines]
        return "\r\n".join([*said, "", ""]).encode()

    def bytes_of_worker(self) -> int:
        return int(self._worker.memory_info().rss)

    def close(self) -> None:
        assert self.bytes_of_worker() < MOST_BYTES
        self._open.close()


Attack = Callable[..., AbstractContextManager[Attacked]]


@pytest.fixture
def attacked(dsn: str, tmp_path: Path) -> Attack:
    """Starts a service with these settings, without a projector unless it is asked for."""

    @contextmanager
    def start(*options: str, role: str = "employee", **settings: str) -> Iterator[Attacked]:
        named = {f"THROUGHLINE_{name}": value for name, value in settings.items()}
        with service("serve", "--port", "0", *options, log=tmp_path / "log", DATABASE_URL=dsn, **named) as up:
            url = up.url()
            (worker,) = up.children("web.ops.serve.web")
            found = Attacked(url, token(dsn, role), token(dsn, "auditor"), worker)
            try:
                yield found
            finally:
                found.close()

    return start


def received(connection: socket.socket) -> bytes:
    """All that still comes until the other side closes."""
    chunks = []
    try:
        while chunk := connection.recv(65536):
            chunks.append(chunk)
    except ConnectionResetError:
        pass
    return b"".join(chunks)
