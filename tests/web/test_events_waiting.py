"""Waiting for the next event: soon told, without a connection, and never by so many that others starve."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.api import Api
from tests.web.conftest import token
from web.api.feed import MOST_WAITING
from web.app import create_app
from web.ops.settings import Settings
from web.wiring import EXTENSION


class Waiting:
    """Requests that wait, each on a thread of its own."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._threads = ThreadPoolExecutor(MOST_WAITING + 1)

    def begin(self, **query: Any) -> Any:
        return self._threads.submit(self._timed, query)

    def _timed(self, query: dict[str, Any]) -> tuple[TestResponse, float]:
        answer = self._api.get("/events", behind=True, **query)
        return answer, monotonic()

    def end(self) -> None:
        self._threads.shutdown()


@contextmanager
def waiting_on(api: Api) -> Iterator[Waiting]:
    waiting = Waiting(api)
    try:
        yield waiting
    finally:
        waiting.end()


def test_who_waits_is_told_soon_after_the_commit(api: Api) -> None:
    with waiting_on(api) as waiting:
        answering = waiting.begin(wait=10)
        sleep(0.3)
        assert not answering.done()
        api.unit()
        committed = monotonic()
        answer, answered = answering.result(10)
    assert [event["position"] for event in answer.json["items"]] == [1]
    assert answered - committed < 0.5  # 50 ms, on a machine that has nothing else to do


def test_who_waits_for_a_topic_sleeps_through_the_others(api: Api) -> None:
    unit = api.unit()
    with waiting_on(api) as waiting:
        answering = waiting.begin(after=1, topic="person.*", wait=10)
        sleep(0.1)
        api.unit("Another")
        sleep(0.2)
        assert not answering.done()
        api.person(unit)
        answer, _ = answering.result(10)
    assert [event["position"] for event in answer.json["items"]] == [3]


def test_when_the_wait_is_over_the_cursor_has_moved_on(api: Api) -> None:
    with waiting_on(api) as waiting:
        answering = waiting.begin(topic="person.*", wait=1)
        sleep(0.1)
        api.unit()
        answer, _ = answering.result(10)
    assert answer.json == {"items": [], "next": 1, "position": 1}
    assert "Retry-After" not in answer.headers


def test_only_a_few_wait_and_the_rest_are_answered_at_once(api: Api) -> None:
    with waiting_on(api) as waiting:
        answering = [waiting.begin(wait=10) for _ in range(MOST_WAITING)]
        sleep(0.3)
        begun = monotonic()
        answer, answered = waiting.begin(wait=10).result(10)
        assert answered - begun < 5
        assert answer.json == {"items": [], "next": 0, "position": 0}
        assert answer.headers["Retry-After"] == "1"
        api.unit()
        for one in answering:
            found, _ = one.result(10)
            assert len(found.json["items"]) == 1

        again = waiting.begin(after=1, wait=10)
        sleep(0.2)
        assert not again.done(), "there is room again"
        api.unit("Another")
        again.result(10)


@pytest.fixture
def narrow_api(dsn: str) -> Iterator[Api]:
    """The service has one connection for questions."""
    app: Flask = create_app(Settings(database_url=dsn, pool_size=1))
    yield Api(app, dsn, token(dsn, "admin"))
    app.extensions[EXTENSION].close()


def test_those_who_wait_keep_no_connection(narrow_api: Api) -> None:
    with waiting_on(narrow_api) as waiting:
        answering = [waiting.begin(wait=10) for _ in range(MOST_WAITING)]
        sleep(0.2)
        for _ in range(20):
            assert narrow_api.get("/units", behind=True).status_code == 200
        narrow_api.unit()
        for one in answering:
            assert one.result(10)[0].status_code == 200
