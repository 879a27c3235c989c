"""Pausing, resuming, removing, rotating and replaying, as a receiver sees it."""

from functools import partial

from tests.web.api import Api
from tests.web.webhooks.conftest import Clock, Hooks
from tests.web.webhooks.receiver import Receiver, Reply, eventually, verify

SIGNATURES = "webhook-signature"


def test_nothing_is_sent_while_it_is_paused_and_everything_afterwards(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    paused, running = hooks.create(receiver.url("/paused")), hooks.create(receiver.url("/running"))
    assert hooks.do(paused, "pause")["paused_because"] == "asked"
    for number in range(3):
        api.unit(f"Unit {number}")
    receiver.take(3)
    assert {one.path for one in receiver.received} == {"/running"}

    assert hooks.do(paused, "resumption")["status"] == "active"
    receiver.take(6)
    assert sorted(one.position for one in receiver.taken if one.path == "/paused") == [1, 2, 3]
    assert hooks.read(running)["status"] == "active"


def test_resuming_sends_at_once_what_failed_and_gives_it_another_day(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None, clock: Clock
) -> None:
    hook = hooks.create(receiver.url())
    receiver.behave = lambda _: Reply(500)
    api.unit()
    for attempt in range(1, 5):
        eventually(partial(hooks.has_attempts, hook, 1, attempt))
        clock.forward(minutes=1)
    failed = len(receiver.received)
    before = hooks.deliveries(hook)[0]["since"]
    hooks.do(hook, "resumption")
    eventually(lambda: len(receiver.received) > failed)
    assert hooks.deliveries(hook)[0]["since"] > before


def test_410_pauses_and_what_was_refused_is_sent_when_it_is_resumed(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None, clock: Clock
) -> None:
    hook = hooks.create(receiver.url())
    receiver.behave = lambda _: Reply(410)
    api.unit()
    eventually(lambda: hooks.read(hook)["status"] == "paused")
    assert hooks.read(hook)["paused_because"] == "gone"
    api.unit("Another")
    clock.forward(hours=2)
    receiver.behave = lambda _: Reply()
    hooks.do(hook, "resumption")
    receiver.take(2)
    assert sorted(receiver.positions()) == [1, 2]
    assert sorted(one.position for one in receiver.received) == [1, 1, 2]


def test_what_is_removed_is_sent_nothing_more_and_forgotten(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hook, other = hooks.create(receiver.url("/removed")), hooks.create(receiver.url("/other"))
    receiver.behave = lambda one: Reply(500 if one.path == "/removed" else 200)
    api.unit()
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    assert hooks.do(hook, "removal")["failing"] == 1
    api.unit("Another")
    receiver.take(2)
    assert api.get(f"/webhooks/{hook['id']}", behind=True).status_code == 404
    assert [one.position for one in receiver.received if one.path == "/removed"] == [1]
    eventually(lambda: hooks.read(other)["pending"] == 0)


def test_one_that_is_removed_under_way_is_not_missed(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hook = hooks.create(receiver.url("/removed"))

    def remove(_: object) -> Reply:
        hooks.do(hook, "removal")
        return Reply()

    receiver.behave = remove
    api.unit()
    receiver.take(1)
    receiver.behave = lambda _: Reply()
    hooks.create(receiver.url("/next"))
    api.unit("Another")
    receiver.take(2)
    assert receiver.positions() == [1, 2]


def test_for_a_day_the_former_secret_signs_beside_the_new_one(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None, clock: Clock
) -> None:
    hook = hooks.create(receiver.url())
    rotated = hooks.do(hook, "rotation")
    assert rotated["secret"] != hook["secret"]
    assert rotated["former_secret_until"] is not None
    api.unit()
    receiver.take(1)
    (request,) = receiver.taken
    assert len(request.headers[SIGNATURES].split()) == 2
    for secret in (hook["secret"], rotated["secret"]):
        verify(secret, request.headers, request.body)

    clock.forward(hours=25)
    api.unit("Another")
    receiver.take(2)
    _, request = receiver.taken
    assert len(request.headers[SIGNATURES].split()) == 1
    verify(rotated["secret"], request.headers, request.body, clock().timestamp())


def test_a_parked_one_is_sent_again_by_itself_under_the_same_id(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None, clock: Clock
) -> None:
    hook = hooks.create(receiver.url())
    receiver.behave = lambda one: Reply(500 if one.position == 1 else 200)
    unit = api.unit()
    api.done(f"/units/{unit}/renaming", {"name": "Sales and service"})
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    clock.forward(hours=25)
    receiver.take(1)
    receiver.behave = lambda _: Reply()
    hooks.do(hook, "replay", {"position": 1})
    receiver.take(2)

    assert receiver.positions() == [2, 1]
    assert {one.headers["webhook-id"] for one in receiver.received if one.position == 1} == {
        f"{hook['id']}-1"
    }
    eventually(lambda: [one["status"] for one in hooks.deliveries(hook)] == ["delivered", "delivered"])
    assert hooks.read(hook)["parked"] == 0


def test_all_from_a_position_on_is_sent_again_in_order(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hook = hooks.create(receiver.url(), "unit.*")
    units = [api.unit(f"Unit {number}") for number in range(2)]
    for name in ("a", "b"):
        for unit in units:
            api.done(f"/units/{unit}/renaming", {"name": name})
    receiver.take(6)
    hooks.do(hook, "replay", {"from_position": 2})
    receiver.take(11)

    again = receiver.taken[6:]
    assert sorted(one.position for one in again) == [2, 3, 4, 5, 6]
    for unit in units:
        of_unit = [one.position for one in again if one.aggregate == f"unit/{unit}"]
        assert of_unit == sorted(of_unit)
    eventually(lambda: hooks.read(hook)["pending"] == 0)
    assert hooks.read(hook)["position"] == 6


def test_a_new_webhook_can_be_given_the_whole_past(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    unit = api.unit()
    api.person(unit)
    hook = hooks.create(receiver.url())
    hooks.do(hook, "replay", {"from_position": 1})
    receiver.take(2)
    assert sorted(receiver.positions()) == [1, 2]


def test_a_replay_skips_nothing_that_was_still_to_come(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hook = hooks.create(receiver.url())
    hooks.do(hook, "pause")
    unit = api.unit()
    for name in ("a", "b", "c"):
        api.done(f"/units/{unit}/renaming", {"name": name})
    hooks.do(hook, "replay", {"from_position": 3})
    hooks.do(hook, "replay", {"position": 4})
    hooks.do(hook, "resumption")
    receiver.take(4)
    assert receiver.positions() == [1, 2, 3, 4]


def test_what_is_behind_a_failing_one_is_not_sent_before_it_by_a_replay(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hook = hooks.create(receiver.url())
    receiver.behave = lambda _: Reply(500)
    unit = api.unit()
    api.done(f"/units/{unit}/renaming", {"name": "Sales and service"})
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    eventually(lambda: hooks.read(hook)["position"] == 2)
    hooks.do(hook, "replay", {"position": 2})
    receiver.behave = lambda _: Reply()
    hooks.do(hook, "replay", {"position": 1})
    receiver.take(2)
    assert receiver.positions() == [1, 2]


def test_what_is_asked_for_again_while_it_is_under_way_is_sent_again(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hook = hooks.create(receiver.url())

    def again(_: object) -> Reply:
        receiver.behave = lambda _: Reply()
        (before,) = hooks.deliveries(hook)
        hooks.do(hook, "replay", {"from_position": 1})
        eventually(lambda: [one["since"] > before["since"] for one in hooks.deliveries(hook)] == [True])
        return Reply()

    receiver.behave = again
    api.unit()
    receiver.take(2)
    assert receiver.positions() == [1, 1]
    eventually(lambda: [one["status"] for one in hooks.deliveries(hook)] == ["delivered"])
