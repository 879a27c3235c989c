"""The raw feed: every event once, in the one order, and waiting for the next."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.act import Act
from application.store import Command, Store
from projections import log
from tests.projections.log import Fact, Log
from tests.web.api import Api, refused
from tests.web.conftest import token
from web.wiring import Commands

WRITERS = 8


def ask(api: Api, **query: Any) -> Any:
    """The feed is asked as it is: no projector is waited for."""
    answer = api.get("/events", behind=True, **query)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_an_event_is_told_as_a_cloud_event(api: Api) -> None:
    api.unit("Before")
    id = api.unit("Sales")
    found = ask(api, after=1)

    (event,) = found["items"]
    command, time = event["data"].pop("command_id"), event.pop("time")
    assert command
    assert time.endswith("Z")
    actor = event["data"].pop("actor")
    assert actor.startswith("token:")
    assert event == {
        "specversion": "1.0",
        "id": f"{id}:1",
        "source": "/throughline",
        "type": "throughline.unit.defined",
        "subject": f"unit/{id}",
        "datacontenttype": "application/json",
        "position": 2,
        "version": 1,
        "data": {
            "name": "Sales",
            "kind": "department",
            "parent_id": None,
            "external_id": None,
            "effective_on": "2025-01-01",
            "reason": None,
        },
    }
    assert (found["next"], found["position"]) == (2, 2)


def test_the_time_and_the_position_are_those_of_the_answer_to_the_command(api: Api) -> None:
    done = api.post("/units", {"name": "Sales", "kind": "department"}).json
    (event,) = ask(api)["items"]
    assert done is not None
    assert (event["time"], event["position"]) == (done["recorded_at"], done["position"])


def test_an_event_of_an_older_version_is_told_in_the_shape_of_today(api: Api, dsn: str) -> None:
    Log(dsn).save(Fact("cycle.closed", uuid4(), {}))
    (event,) = ask(api)["items"]
    assert event["data"]["seal"] is None


def test_pages_follow_one_another_to_the_end(api: Api) -> None:
    for number in range(5):
        api.unit(f"Unit {number}")
    seen, query = [], {"limit": "2"}
    while True:
        answer = api.get("/events", behind=True, **query)
        assert answer.json is not None
        seen.append([event["position"] for event in answer.json["items"]])
        link = answer.headers.get("Link")
        assert (link is None) == (answer.json["next"] == answer.json["position"])
        if link is None:
            break
        assert link == f'</api/v1/events?limit=2&after={answer.json["next"]}>; rel="next"'
        query["after"] = str(answer.json["next"])
    assert seen == [[1, 2], [3, 4], [5]]


def test_the_empty_log_and_the_end_of_the_log_are_empty_pages(api: Api) -> None:
    assert ask(api) == {"items": [], "next": 0, "position": 0}
    api.unit()
    assert ask(api, after=1) == {"items": [], "next": 1, "position": 1}


@pytest.mark.parametrize(
    ("pattern", "positions"),
    [("unit.defined", [1, 2]), ("person.*", [3]), ("*", [1, 2, 3]), ("review.opened", [])],
    ids=["one", "kind", "all", "none"],
)
def test_a_topic_filters_and_the_cursor_goes_on_past_the_rest(
    api: Api, pattern: str, positions: list[int]
) -> None:
    api.unit("Other")
    api.person(api.unit())
    found = ask(api, topic=pattern)
    assert [event["position"] for event in found["items"]] == positions
    assert found["next"] == 3


def test_a_page_that_is_full_ends_at_its_last_event(api: Api) -> None:
    api.person(api.unit())
    assert ask(api, topic="unit.*", limit=1)["next"] == 1


def test_a_rare_topic_is_looked_for_a_stretch_at_a_time(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LOOKED_AT", 3)
    unit = api.unit()
    for number in range(4):
        api.unit(f"Unit {number}")
    api.person(unit)

    first = api.get("/events", behind=True, topic="person.*")
    assert first.json == {"items": [], "next": 3, "position": 6}
    assert "after=3" in first.headers["Link"]
    assert [event["position"] for event in ask(api, topic="person.*", after=3)["items"]] == [6]
    assert [event["position"] for event in ask(api, topic="person.*", wait=5)["items"]] == [6]


def test_the_feed_is_for_administration_and_services_without_what_is_withheld_from_them(
    api: Api, dsn: str
) -> None:
    unit, cycle = api.unit(), api.cycle()
    ana = api.person(unit)
    owner = {"person_id": ana}
    open_ = api.objective(cycle, owner, title="Open words")
    private = api.objective(cycle, owner, title="Secret words", visibility="private")
    api.done(f"/objectives/{private}/revision", {"description": "More secret words", "reason": "secret too"})
    api.done(
        f"/objectives/{open_}/feedback", {"kind": "praise", "text": "Whispered", "visibility": "private"}
    )
    service = Api(api.app, dsn, token(dsn, "service", scopes=["events.follow"]))
    person = Api(api.app, dsn, token(dsn, "admin", person_id=UUID(ana)))
    for client in (service, person):
        for path in ("/events", "/events.jsonl", "/events.csv"):
            told = client.get(path).get_data(as_text=True)
            assert "Open words" in told, path
            assert "ecret" not in told, path
            assert "Whispered" not in told, path
        items = {event["position"]: event for event in client.ask("/events")["items"]}
        defined = next(event for event in items.values() if event["subject"] == f"objective/{private}")
        assert set(defined["data"]) <= {"actor", "effective_on", "command_id"}
        assert "title" in defined["withheld"]
    assert "Secret words" in api.get("/events").get_data(as_text=True)

    planned = {
        "visibility": "open",
        "reason": "for all",
        "effective_on": str(datetime.now(UTC).date() + timedelta(30)),
    }
    api.done(f"/objectives/{private}/revision", planned)
    assert "Secret words" not in service.get("/events").get_data(as_text=True)
    api.done(f"/objectives/{private}/revision", {"visibility": "open", "reason": "for all"})
    assert "Secret words" in service.get("/events").get_data(as_text=True)


@pytest.mark.parametrize("role", ["employee", "service", "hr", "auditor"])
def test_nobody_else_does(api: Api, dsn: str, role: str) -> None:
    refused(Api(api.app, dsn, token(dsn, role)).get("/events", behind=True), 403, "forbidden")


def test_nor_anybody_without_a_token(api: Api, dsn: str) -> None:
    refused(Api(api.app, dsn, None).get("/events", behind=True), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("after", "-1"),
        ("after", "1"),  # the log is empty
        ("after", "9223372036854775807"),
        ("after", "9223372036854775808"),
        ("after", "99999999999999999999"),
        ("after", "eyJhIjoxfQ"),
        ("after", "1.0"),
        ("after", ""),
        ("limit", "0"),
        ("limit", "501"),
        ("topic", "objective.eaten"),
        ("topic", "objective"),
        ("topic", "*.closed"),
        ("topic", "objective.**"),
        ("topic", ""),
        ("topic", "o" * 101),
        ("wait", "-1"),
        ("wait", "31"),
        ("wait", "0.5"),
        ("as_of", "2026-01-01"),
        ("known_at", "2026-01-01T00:00:00Z"),
        ("topics", "*"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(shared_api: Api, name: str, value: str) -> None:
    answer = shared_api.get("/events", behind=True, **{name: value})
    refused(answer, 422, "invalid-value", f"?{name}")


def test_a_parameter_given_twice_is_refused(shared_api: Api) -> None:
    refused(shared_api.get("/events", behind=True, after=["0", "0"]), 422, "invalid-value", "?after")


def test_after_beyond_the_end_is_refused_with_where_the_end_is(api: Api) -> None:
    """To go on from there would pass over events: the log has been restored from an older backup."""
    api.unit()
    answer = api.get("/events", behind=True, after=2)
    refused(answer, 422, "invalid-value", "?after")
    assert answer.json is not None
    assert answer.json["detail"] == "the log ends at position 1"


def test_nothing_is_skipped_or_repeated_while_eight_threads_write(api: Api, dsn: str) -> None:
    done = Event()

    def follow() -> list[int]:
        seen: list[int] = []
        while True:
            last = done.is_set()
            found = ask(api, after=seen[-1] if seen else 0, limit=7, wait=1)
            seen += [event["position"] for event in found["items"]]
            if last and found["next"] == found["position"]:
                return seen

    with ThreadPoolExecutor(WRITERS + 2) as threads, Store(dsn, pool_size=WRITERS) as store:
        following = [threads.submit(follow) for _ in range(2)]
        writing = [threads.submit(_write, Commands.over(store), 25) for _ in range(WRITERS)]
        for written in writing:
            written.result(60)
        done.set()
        for one in following:
            assert one.result(60) == list(range(1, WRITERS * 25 + 1))


def _write(use: Commands, count: int) -> None:
    for _ in range(count):
        act = Act("token:test", Command(uuid4(), b"", remember=False), effective_on=None, reason=None)
        use.units.define(act, name="Unit", kind="team", parent_id=None)
