"""Requests without pause over some connections, from one thread that does little else."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Load:
    """What came of it: seconds of each answer, and of all together."""

    seconds: float
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share was answered."""
        return sorted(self.latencies)[int(share * (len(self.latencies) - 1))] * 1000


def post(url: str, headers: dict[str, str], body: bytes) -> bytes:
    """A POST as it goes over the connection."""
    parts = urlsplit(url)
    lines = [
        f"POST {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def run(url: str, requests: Sequence[Iterator[bytes]], seconds: float) -> Load:
    """Each connection sends the next of its requests as soon as the one before is answered. Raises
    RuntimeError at the first answer that is not a success.
    """
    parts = urlsplit(url)
    with selectors.DefaultSelector() as selector:
        connections = [_Connection(str(parts.hostname), parts.port or 80, source) for source in requests]
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send()
        load = Load(seconds)
        begun = time.perf_counter()
        while time.perf_counter() < begun + seconds:
            for key, _ in selector.select(1):
                latency = key.data.receive()
                if latency is not None:
                    load.latencies.append(latency)
                    key.data.send()
        for connection in connections:
            connection.socket.close()
    return load


class _Connection:
    def __init__(self, host: str, port: int, source: Iterator[bytes]) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._source = source
        self._sent = 0.0
        self._received = b""

    def send(self) -> None:
        self._received = b""
        self._sent = time.perf_counter()
        self.socket.sendall(next(self._source))

    def receive(self) -> float | None:
        """The seconds since the request was sent, once the answer is whole."""
        self._received += self.socket.recv(1 << 16)
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return None
        status, *headers = head.decode("latin-1").lower().split("\r\n")
        if status.split()[1][0] != "2":
            raise RuntimeError(f"answered {self._received.decode(errors='replace')}")
        length = next(int(line.split(":")[1]) for line in headers if line.startswith("content-length:"))
        return time.perf_counter() - self._sent if len(body) >= length else None
