"""Receivers that fail in every way that there is: tried again later and later, and given up after a day."""

import socket
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from tests.web.webhooks.conftest import Clock, Hooks
from tests.web.webhooks.receiver import Received, Receiver, Reply, eventually, receiving
from web.webhooks import leading as under_test


def error_of(hooks: Hooks, hook: Any) -> str:
    """What was wrong with the only delivery, once it has been tried."""
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    (delivery,) = hooks.deliveries(hook)
    assert delivery["status"] == "pending"
    return str(delivery["error"])


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(500, b"root:x:0:0"), "answered 500"),
        (Reply(404), "answered 404"),
        (Reply(400, b"x" * 100_000), "answered 400"),
        (Reply(103), "answered 103"),
        (Reply(raw=b"SSH-2.0-OpenSSH\r\n"), "not reached: there was no answer"),
        (Reply(raw=b""), "not reached: there was no answer"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200), "not reached: there was no answer"),
    ],
    ids=["words", "none", "long", "early", "not-http", "closed", "too-many-headers"],
)
def test_what_was_wrong_is_kept_without_a_word_of_the_receiver(
    hooks: Hooks, receiver: Receiver, sender: None, reply: Reply, error: str
) -> None:
    receiver.behave = lambda _: reply
    hook = hooks.create(receiver.url())
    hooks.api.unit()
    assert error_of(hooks, hook) == error


def test_redirects_are_not_followed(hooks: Hooks, receiver: Receiver, sender: None) -> None:
    receiver.behave = lambda _: Reply(307, headers={"Location": receiver.url("/elsewhere")})
    hook = hooks.create(receiver.url())
    hooks.api.unit()
    assert error_of(hooks, hook) == "answered 307: redirects are not followed"
    assert {one.path for one in receiver.received} == {"/hook"}


def test_a_receiver_that_is_down_gets_it_when_it_is_up(hooks: Hooks, sender: None, clock: Clock) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    hook = hooks.create(f"http://127.0.0.1:{port}/")
    hooks.api.unit()
    assert error_of(hooks, hook) == "not reached: there was no answer"
    with receiving(port) as receiver:
        clock.forward(seconds=10)
        receiver.take(1)


def _hang(receiver: Receiver) -> Callable[[Received], Reply]:
    def hang(_: Received) -> Reply:
        receiver.ended.wait(20)
        return Reply(raw=b"")

    return hang


def test_no_answer_in_time_is_a_failure(
    hooks: Hooks, receiver: Receiver, sender: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "CALL_SECONDS", 0.3)
    receiver.behave = _hang(receiver)
    hook = hooks.create(receiver.url())
    hooks.api.unit()
    assert error_of(hooks, hook) == "not reached: there was no answer in time"


@pytest.mark.parametrize(
    "beginning", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nx: "], ids=["nothing", "status", "header"]
)
def test_an_answer_that_never_begins_is_broken_off(
    hooks: Hooks,
    receiver: Receiver,
    sender: None,
    monkeypatch: pytest.MonkeyPatch,
    beginning: bytes,
) -> None:
    monkeypatch.setattr(under_test, "CALL_SECONDS", 0.3)
    receiver.behave = lambda _: Reply(raw=beginning, drip=b"x")
    hook = hooks.create(receiver.url())
    hooks.api.unit()
    assert error_of(hooks, hook) == "not reached: there was no answer in time"
    assert receiver.left.wait(5)


@pytest.mark.parametrize(
    ("beginning", "attempt"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", ("delivered", 200, None)),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", ("delivered", 200, None)),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", ("delivered", 200, None)),
        (b"HTTP/1.1 500 No\r\n\r\n", ("pending", 500, "answered 500")),
    ],
    ids=["taken", "taken-short", "taken-long", "refused"],
)
def test_an_answer_that_never_ends_counts_by_its_status(
    hooks: Hooks,
    receiver: Receiver,
    sender: None,
    monkeypatch: pytest.MonkeyPatch,
    beginning: bytes,
    attempt: tuple[str, int, str | None],
) -> None:
    monkeypatch.setattr(under_test, "CALL_SECONDS", 0.3)
    receiver.behave = lambda _: Reply(raw=beginning, drip=b"xx")
    hook = hooks.create(receiver.url())
    hooks.api.unit()
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    (delivery,) = hooks.deliveries(hook)
    assert (delivery["status"], delivery["answer"], delivery["error"]) == attempt
    assert receiver.left.wait(5)


def test_what_fails_is_tried_again_later_and_later(
    hooks: Hooks, receiver: Receiver, sender: None, clock: Clock
) -> None:
    receiver.behave = lambda _: Reply(500)
    hook = hooks.create(receiver.url())
    hooks.api.unit()
    pauses = []
    for attempt in range(1, 14):
        eventually(partial(hooks.has_attempts, hook, 1, attempt))
        (delivery,) = hooks.deliveries(hook)
        again = datetime.fromisoformat(delivery["next_attempt_at"])
        pauses.append((again - clock()).total_seconds())
        clock.ahead += again - clock()
    for pause, doubled in zip(pauses, [5 * 2**n for n in range(13)], strict=True):
        assert min(3600, doubled * 0.75) - 2 < pause <= min(3600, doubled * 1.25)


def test_the_pause_that_a_receiver_asks_for_is_kept(
    hooks: Hooks, receiver: Receiver, sender: None, clock: Clock
) -> None:
    receiver.behave = lambda _: Reply(429, headers={"Retry-After": "600"})
    hook = hooks.create(receiver.url())
    hooks.api.unit()
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    (delivery,) = hooks.deliveries(hook)
    pause = datetime.fromisoformat(delivery["next_attempt_at"]) - clock()
    assert 590 < pause.total_seconds() <= 600


def test_after_a_day_it_is_parked_and_the_next_of_its_aggregate_is_sent(
    hooks: Hooks, receiver: Receiver, sender: None, clock: Clock
) -> None:
    hook = hooks.create(receiver.url())
    receiver.behave = lambda one: Reply(500 if one.position == 1 else 200)
    unit = hooks.api.unit()
    hooks.api.done(f"/units/{unit}/renaming", {"name": "Sales and service"})
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    clock.forward(hours=23)
    eventually(lambda: hooks.attempts(hook, 1) == 2)
    assert receiver.positions() == []
    clock.forward(hours=1, minutes=1)
    receiver.take(1)

    assert receiver.positions() == [2]
    (parked,) = hooks.deliveries(hook, status="parked")
    assert (parked["position"], parked["attempts"]) == (1, 3)
    assert (parked["answer"], parked["error"]) == (500, "answered 500")
    assert parked["ended_at"] is not None
    assert parked["next_attempt_at"] is None
    assert hooks.read(hook)["parked"] == 1


def test_what_waited_behind_a_parked_one_has_one_attempt_once_its_own_day_is_over(
    hooks: Hooks, receiver: Receiver, sender: None, clock: Clock
) -> None:
    hook = hooks.create(receiver.url())
    receiver.behave = lambda _: Reply(500)
    unit = hooks.api.unit()
    for name in ("a", "b"):
        hooks.api.done(f"/units/{unit}/renaming", {"name": name})
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    clock.forward(hours=25)
    eventually(lambda: hooks.read(hook)["parked"] == 3)
    assert [one["attempts"] for one in hooks.deliveries(hook)] == [1, 1, 2]
