"""Receivers that speak TLS."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.webhooks.conftest import Hooks
from tests.web.webhooks.receiver import Receiver, Reply, eventually, receiving
from web.webhooks import calls
from web.webhooks import leading as under_test

PEM = Path(__file__).parent / "loopback.pem"


@pytest.fixture
def secure() -> Iterator[Receiver]:
    with receiving() as receiver:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PEM)
        receiver.socket = context.wrap_socket(
            receiver.socket, server_side=True, do_handshake_on_connect=False
        )
        yield receiver


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate of the receiver is one of those that are trusted."""
    trust = ssl.create_default_context(cafile=PEM)
    monkeypatch.setattr(calls, "_trust", lambda: trust)


def test_events_are_posted_over_tls(hooks: Hooks, secure: Receiver, sender: None, trusted: None) -> None:
    hook = hooks.create(f"https://127.0.0.1:{secure.server_port}/hook")
    secure.behave = lambda one: Reply(headers={"Connection": "close"} if one.position == 2 else {})
    for number in range(3):
        hooks.api.unit(f"Unit {number}")
        secure.take(number + 1)
    _, second, third = (one.port for one in secure.received)
    assert second != third
    eventually(lambda: [one["attempts"] for one in hooks.deliveries(hook)] == [1, 1, 1])


def test_a_certificate_that_nobody_vouches_for_is_a_failure(
    hooks: Hooks, secure: Receiver, sender: None
) -> None:
    hook = hooks.create(f"https://127.0.0.1:{secure.server_port}/hook")
    hooks.api.unit()
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    assert hooks.deliveries(hook)[0]["error"] == "not reached: there was no answer"
    assert secure.received == []


def test_a_receiver_that_never_answers_the_greeting_is_broken_off(
    hooks: Hooks, sender: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "CALL_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hook = hooks.create(f"https://127.0.0.1:{silent.getsockname()[1]}/")
        hooks.api.unit()
        eventually(lambda: hooks.attempts(hook, 1) == 1)
    assert hooks.deliveries(hook)[0]["error"] == "not reached: there was no answer in time"
