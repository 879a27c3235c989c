"""Many subscriptions and long backlogs: nobody starves, and the table stays small."""

from threading import Lock
from time import monotonic

import psycopg
import pytest

from tests.web.webhooks.conftest import Clock, Hooks, sending
from tests.web.webhooks.receiver import Received, Receiver, Reply, eventually, receiving
from web.webhooks import leading as under_test
from web.webhooks import queue


def test_receivers_that_hang_do_not_hold_up_the_others(
    hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    def hang(_: Received) -> Reply:
        hanging.ended.wait(30)
        return Reply(raw=b"")

    with receiving() as hanging:
        hanging.behave = hang
        for number in range(40):
            hooks.create(hanging.url(f"/{number}"))
        hooks.create(receiver.url())
        begun = monotonic()
        for number in range(20):
            hooks.api.unit(f"Unit {number}")
        receiver.take(20)
        first = monotonic() - begun
        begun = monotonic()
        for number in range(20):
            hooks.api.unit(f"Unit {number}")
        receiver.take(40)
        assert monotonic() - begun < 5
        assert first < 8


def test_a_subscription_with_a_long_backlog_does_not_hold_up_the_others(
    dsn: str, hooks: Hooks, receiver: Receiver, clock: Clock
) -> None:
    busy = hooks.create(receiver.url("/busy"))
    for number in range(300):
        hooks.api.unit(f"Unit {number}")
    hooks.create(receiver.url("/quiet"))
    hooks.api.unit("Quiet")
    with sending(dsn, clock):
        receiver.take(302)
    places = [place for place, one in enumerate(receiver.received) if one.path == "/quiet"]
    assert len(places) == 1
    assert places[0] < 100
    assert hooks.read(busy)["pending"] == 0


def test_subscriptions_with_backlogs_take_turns(
    dsn: str, hooks: Hooks, receiver: Receiver, clock: Clock
) -> None:
    for number in range(30):
        hooks.create(receiver.url(f"/{number}"))
    for number in range(10):
        hooks.api.unit(f"Unit {number}")
    with sending(dsn, clock):
        receiver.take(300)
    assert len({one.path for one in receiver.received[:60]}) == 30
    assert len({(one.path, one.position) for one in receiver.received}) == 300 == len(receiver.received)


def test_few_calls_are_made_to_one_receiver_at_a_time(hooks: Hooks, receiver: Receiver, sender: None) -> None:
    hooks.create(receiver.url())
    lock, under_way, most = Lock(), 0, 0

    def count(_: Received) -> Reply:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        receiver.ended.wait(0.03)
        with lock:
            under_way -= 1
        return Reply()

    receiver.behave = count
    for number in range(60):
        hooks.api.unit(f"Unit {number}")
    receiver.take(60)
    assert 2 <= most <= 8


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few positions at a time, few deliveries in the table, few that may fail."""
    for name, value in {"LOOKED_AT": 3, "MOST_PENDING": 5, "MOST_FAILING": 4, "KEPT": 2}.items():
        monkeypatch.setattr(queue, name, value)


def test_a_long_backlog_waits_in_the_log(
    dsn: str, hooks: Hooks, receiver: Receiver, clock: Clock, narrow: None
) -> None:
    hook = hooks.create(receiver.url())
    for number in range(30):
        hooks.api.unit(f"Unit {number}")
    receiver.behave = lambda _: Reply(500)
    with sending(dsn, clock):
        eventually(lambda: hooks.read(hook)["failing"] >= 4)
        clock.forward(seconds=1)
        eventually(lambda: hooks.read(hook)["failing"] == hooks.read(hook)["pending"])
        there = hooks.read(hook)
        assert (there["pending"], there["position"]) == (6, 6), "so many fail that it counts as down"
        receiver.behave = lambda _: Reply()
        clock.forward(minutes=1)
        receiver.take(30)
    assert sorted(receiver.positions()) == list(range(1, 31))


def test_an_aggregate_that_fails_takes_one_row_however_much_waits_behind_it(
    dsn: str, hooks: Hooks, receiver: Receiver, clock: Clock, narrow: None
) -> None:
    hook = hooks.create(receiver.url())
    failing = hooks.api.unit("Failing")
    for number in range(20):
        hooks.api.done(f"/units/{failing}/renaming", {"name": f"Name {number}"})
    other = hooks.api.unit("Other")
    receiver.behave = lambda one: Reply(500 if one.aggregate == f"unit/{failing}" else 200)
    with sending(dsn, clock):
        receiver.take(1)
        eventually(lambda: hooks.read(hook)["pending"] == 1)
    assert [one.aggregate for one in receiver.taken] == [f"unit/{other}"]


def test_of_what_was_delivered_the_latest_are_kept_and_of_the_rest_everything(
    dsn: str,
    hooks: Hooks,
    receiver: Receiver,
    clock: Clock,
    narrow: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(under_test, "FORGET_EVERY", 0.0)
    hook = hooks.create(receiver.url())
    receiver.behave = lambda one: Reply(500 if one.position in (1, 2, 3) else 200)
    with sending(dsn, clock):
        for number in range(2):
            hooks.api.unit(f"Unit {number}")
        eventually(lambda: hooks.attempts(hook, 1) == hooks.attempts(hook, 2) == 1)
        clock.forward(hours=25)
        eventually(lambda: hooks.read(hook)["parked"] == 2)
        for number in range(6):
            hooks.api.unit(f"More {number}")
        receiver.take(5)
        eventually(lambda: hooks.read(hook)["pending"] == 1)
        eventually(lambda: len(hooks.deliveries(hook, status="delivered")) == 2)
        assert [one["position"] for one in hooks.deliveries(hook, status="parked")] == [2, 1]
        assert [one["position"] for one in hooks.deliveries(hook, status="pending")] == [3]


def test_nothing_is_looked_for_where_there_is_nothing_new(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        assert not queue.find(conn, Clock()())
