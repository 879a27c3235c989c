"""A provider that is slow, large or leads elsewhere costs a bounded time, and is told as not there."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

import pytest

from tests.web.signin.provider import openid_provider
from web.signin import asking
from web.signin.asking import MOST_BYTES, ProviderUnavailable, ask, is_safe


@contextmanager
def _server(answers: Callable[[socket.socket, Event], None]) -> Iterator[str]:
    """Answers one connection, as long as this lasts."""
    ended = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            taken, _ = listening.accept()
            with taken:
                taken.recv(65_536)
                answers(taken, ended)

        thread = Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/keys"
        finally:
            ended.set()
            thread.join()


def _byte_by_byte(said: bytes) -> Callable[[socket.socket, Event], None]:
    def answer(taken: socket.socket, ended: Event) -> None:
        try:
            taken.sendall(said)
            while not ended.wait(0.02):
                taken.sendall(b"x")
        except OSError:
            return

    return answer


@pytest.mark.parametrize(
    "begins",
    [b"", b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"],
    ids=["before the answer", "in its head", "in its body"],
)
def test_a_provider_that_says_a_byte_now_and_then_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, begins: bytes
) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    with _server(_byte_by_byte(begins)) as url:
        started = monotonic()
        with pytest.raises(ProviderUnavailable):
            ask(url)
        assert monotonic() - started < 2


def test_an_answer_that_ends_too_early_is_none() -> None:
    def answer(taken: socket.socket, _: Event) -> None:
        taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")

    with _server(answer) as url, pytest.raises(ProviderUnavailable):
        ask(url)


def test_an_answer_that_is_too_large_is_not_read_to_its_end() -> None:
    with openid_provider() as provider:
        provider.pages["/large"] = lambda *_: (200, b"x" * (MOST_BYTES + 1), {})
        with pytest.raises(ProviderUnavailable, match="more than"):
            ask(f"{provider.issuer}/large")


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with openid_provider() as provider:
        provider.pages["/there"] = lambda *_: (302, b"", {"Location": f"{provider.issuer}/elsewhere"})
        assert ask(f"{provider.issuer}/there") == (302, b"")
        assert provider.asked == ["/there"]


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://id.example.org", True),
        ("https://id.example.org:8443/realms/a?x=1", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://localhost/a", True),
        ("http://id.example.org", False),
        ("http://localhost.example.org", False),
        ("https://me@id.example.org", False),
        ("https://id.example.org#a", False),
        ("https://id.example.org:port", False),
        ("https://", False),
        ("file:///etc/passwd", False),
        ("id.example.org", False),
        ("https://id.example.org/\n", False),
        ("https://íd.example.org", False),
    ],
)
def test_only_by_tls_or_on_this_machine_is_a_provider_asked(url: str, safe: bool) -> None:
    assert is_safe(url) == safe
