"""What a receiver gets: signed, in order for each aggregate, and nothing personal."""

import re
from collections import defaultdict
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import orjson

from tests.projections.log import Fact, Log
from tests.web.api import Api
from tests.web.performance import company
from tests.web.webhooks.conftest import Hooks
from tests.web.webhooks.receiver import Received, Receiver, Reply, eventually, verify

DOCS = Path(__file__).parents[3] / "docs" / "webhooks.md"


def test_an_event_is_posted_signed(api: Api, hooks: Hooks, receiver: Receiver, sender: None) -> None:
    hook = hooks.create(receiver.url("/hook?key=1"), "unit.*")
    api.unit("Sales")
    receiver.take(1)

    (request,) = receiver.received
    assert request.path == "/hook?key=1"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["User-Agent"].startswith("Throughline/")
    assert request.headers["webhook-id"] == f"{hook['id']}-1"
    verify(hook["secret"], request.headers, request.body)
    (event,) = _feed(api)
    assert orjson.loads(request.body) == {
        "type": "unit.defined",
        "timestamp": event["time"],
        "data": event,
        "withheld": [],
    }
    eventually(lambda: hooks.deliveries(hook)[0]["status"] == "delivered")


def test_the_receiver_that_the_docs_show_finds_it_genuine(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", DOCS.read_text(), re.DOTALL | re.MULTILINE)
    written: dict[str, Any] = {}
    exec(code, written)
    hook = hooks.create(receiver.url())
    api.unit()
    receiver.take(1)
    (request,) = receiver.received
    headers = {name.lower(): value for name, value in request.headers.items()}

    assert written["is_genuine"](hook["secret"], headers, request.body)
    assert not written["is_genuine"](hook["secret"], headers, request.body + b" ")
    assert not written["is_genuine"](hook["secret"], {**headers, "webhook-id": "another"}, request.body)
    assert not written["is_genuine"](hook["secret"], {**headers, "webhook-timestamp": "1"}, request.body)


def test_personal_text_does_not_leave_with_an_event(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hooks.create(receiver.url())
    there = company(api)
    there.up_to("finalisation")
    there.admin.done(f"/objectives/{there.objective}/feedback", {"kind": "praise", "text": "Well done."})
    recorded = {event["position"]: event for event in _feed(api)}
    eventually(lambda: len(receiver.taken) == len(recorded), 30)

    withheld: dict[str, list[str]] = {}
    for request in receiver.taken:
        sent, event = orjson.loads(request.body), recorded[request.position]
        withheld[sent["type"]] = sent["withheld"]
        hidden = {name: event["data"].pop(name) for name in sent["withheld"]}
        assert sent["data"] == event
        said = [text for text in hidden.values() if isinstance(text, str) and text]
        assert not [text for text in said if text.encode() in request.body]
    told = {topic: set(names) for topic, names in withheld.items() if names}
    of_reviews = {topic: names for topic, names in told.items() if topic.startswith("review.")}
    assert all("reason" in names for names in of_reviews.values())
    assert {topic: names - {"reason"} for topic, names in told.items() if names - {"reason"}} == {
        "person.defined": {"email", "job_title", "name"},
        "objective.feedback_given": {"text"},
        "review.self_assessed": {"text"},
        "review.assessed": {"text", "rating", "evidence"},
        "review.calibrated": {"comment", "rating", "rating_before"},
        "review.appealed": {"grounds"},
        "review.appeal_decided": {"comment", "rating", "rating_before"},
    }


def test_only_what_is_subscribed_to_is_sent_and_only_from_then_on(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    unit = api.unit("Before")
    hooks.create(receiver.url(), "person.defined", "cycle.*")
    api.unit()
    api.person(unit)
    api.cycle()
    receiver.take(2)
    assert sorted(receiver.positions()) == [3, 4]


def test_the_events_of_one_aggregate_come_in_order_one_after_the_other(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hooks.create(receiver.url())
    under_way: dict[str, int] = defaultdict(int)

    def one_at_a_time(request: Received) -> Reply:
        under_way[request.aggregate] += 1
        assert under_way[request.aggregate] == 1
        receiver.ended.wait(0.01)
        under_way[request.aggregate] -= 1
        return Reply()

    receiver.behave = one_at_a_time
    units = [api.unit(f"Unit {number}") for number in range(6)]
    for number in range(6):
        for unit in units:
            api.done(f"/units/{unit}/renaming", {"name": f"Name {number}"})
    receiver.take(42)

    assert sorted(receiver.positions()) == list(range(1, 43))
    in_turn = defaultdict(list)
    for request in receiver.taken:
        in_turn[request.aggregate].append(request.event["version"])
    assert list(in_turn.values()) == [[1, 2, 3, 4, 5, 6, 7]] * 6


def test_one_that_fails_holds_back_its_aggregate_only(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None, clock: Any
) -> None:
    hook = hooks.create(receiver.url(), "unit.*")
    failing, other = api.unit("Failing"), api.unit("Other")
    receiver.take(2)
    refusing = Event()
    refusing.set()
    receiver.behave = lambda one: Reply(
        500 if one.aggregate == f"unit/{failing}" and refusing.is_set() else 200
    )
    for name in ("a", "b", "c"):
        for unit in (failing, other):
            api.done(f"/units/{unit}/renaming", {"name": name})
    receiver.take(5)
    assert receiver.positions()[2:] == [4, 6, 8]
    eventually(lambda: hooks.attempts(hook, 3) == 1)
    assert {one.position for one in receiver.received} == {1, 2, 3, 4, 6, 8}, "5 and 7 wait for 3"

    refusing.clear()
    clock.forward(seconds=10)
    receiver.take(8)
    assert receiver.positions()[5:] == [3, 5, 7]


def test_an_event_that_cannot_be_read_holds_back_its_aggregate_only(
    api: Api, dsn: str, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hook = hooks.create(receiver.url())
    Log(dsn).save(Fact("unit.renamed", uuid4(), {}, state=b"no JSON"))
    api.unit()
    eventually(lambda: receiver.positions() == [2])
    eventually(lambda: hooks.attempts(hook, 1) == 1)
    assert "cannot be sent" in hooks.deliveries(hook)[-1]["error"]


def test_a_connection_is_kept_and_one_that_was_closed_is_opened_again(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hooks.create(receiver.url())
    receiver.behave = lambda one: Reply(headers={"Connection": "close"} if one.position > 2 else {})
    for number in range(4):
        api.unit(f"Unit {number}")
        receiver.take(number + 1)
    first, second, third, fourth = (one.port for one in receiver.received)
    assert first == second == third != fourth


def test_a_connection_that_was_dropped_while_idle_costs_no_attempt(
    api: Api, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hook = hooks.create(receiver.url())
    receiver.drops_connections = True
    for number in range(3):
        api.unit(f"Unit {number}")
        receiver.take(number + 1)
    eventually(lambda: [one["attempts"] for one in hooks.deliveries(hook)] == [1, 1, 1])


def _feed(api: Api) -> list[Any]:
    answer = api.get("/events", behind=True, limit=500)
    assert answer.json is not None
    return list(answer.json["items"])
