"""A way to the database that fails at a chosen moment."""

import socket
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self
from urllib.parse import parse_qs, quote, urlsplit

SOCKET = ".s.PGSQL.5432"
EXECUTES = b"B"  # the message by which a prepared statement is executed


class Proxy:
    """Forwards a Unix socket to the server of `dsn`; the DSN through it is `self.dsn`. Counts the prepared
    statements that are executed.

    Each fault strikes the next statement executed, once:
    `cut_request`: it never reaches the server.
    `cut_answer`: the server does it, its answer does not come back.
    `delay_request`: the client is cut off at once, the statement goes on to the server when `release` is set.
    """

    def __init__(self, dsn: str, folder: Path) -> None:
        parts = urlsplit(dsn)
        self._server = str(Path(parse_qs(parts.query)["host"][0]) / SOCKET)
        self.dsn = parts._replace(query=f"host={quote(str(folder), safe='')}").geturl()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET))
        self._listener.listen()
        self._accepting = Thread(target=self._accept, daemon=True)
        self._links: list[_Link] = []
        self.fault: str | None = None
        self.struck: list[str] = []
        self.statements = 0
        self.release = Event()
        self.answer_lost = Event()

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        for link in self._links:
            link.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            self._links.append(link := _Link(self, client, server))
            link.start()


class _Link:
    """One connection: a thread for each direction."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._loses_answers = False

    def start(self) -> None:
        self.threads = [Thread(target=way, daemon=True) for way in (self._requests, self._answers)]
        for thread in self.threads:
            thread.start()

    def close(self) -> None:
        self._end()
        for thread in self.threads:
            thread.join()
        self._client.close()
        self._server.close()

    def _requests(self) -> None:
        with suppress(OSError):
            while data := self._client.recv(1 << 16):
                executes = data.startswith(EXECUTES)
                self._proxy.statements += executes
                fault = self._proxy.fault if executes else None
                if fault:
                    self._proxy.fault = None
                    self._proxy.struck.append(fault)
                    self._loses_answers = True
                if fault == "cut_request":
                    break
                if fault == "delay_request":
                    self._client.shutdown(socket.SHUT_RDWR)
                    self._proxy.release.wait(30)
                self._server.sendall(data)
                if fault:
                    return  # the answer, when it comes, ends the connection
        self._end()

    def _answers(self) -> None:
        with suppress(OSError):
            while data := self._server.recv(1 << 16):
                if self._loses_answers:
                    self._proxy.answer_lost.set()
                    break
                self._client.sendall(data)
        self._end()

    def _end(self) -> None:
        for end in (self._client, self._server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
