"""A service with a receiver and a sender, whose clock a test moves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask

from tests.folders import scratch
from tests.web.api import Api
from tests.web.conftest import app_over
from tests.web.keys import KEYS
from tests.web.webhooks.receiver import Receiver, receiving
from web.keys import Keys
from web.ops.settings import Settings
from web.webhooks.reach import reach_of
from web.webhooks.sender import Sender
from web.wiring import EXTENSION

STOPS_WITHIN = 2.5
LOOPBACK = reach_of("127.0.0.0/8, ::1, localhost")
"""What these tests allow: their receivers are on this machine."""


class Clock:
    """The time of day, moved forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@contextmanager
def sending(dsn: str, clock: Callable[[], datetime], keys: Keys = KEYS) -> Iterator[None]:
    """A sender runs in a thread; leaving stops it, and fails if it does not stop at once."""
    stop = Event()
    thread = Thread(target=Sender(dsn, LOOPBACK, lambda: keys, clock, look_every=0.05).run, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(STOPS_WITHIN)
        assert not thread.is_alive(), "the sender does not stop"


class Hooks:
    """Webhooks as their administrator handles them."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def create(self, url: str, *topics: str) -> Any:
        answer = self.api.post("/webhooks", {"url": url, "topics": list(topics or ["*"])}, if_match=None)
        assert answer.status_code == 201, answer.text
        return answer.json

    def do(self, hook: Any, what: str, body: Any = None) -> Any:
        answer = self.api.post(f"/webhooks/{hook['id']}/{what}", body, if_match=None)
        assert answer.status_code == 200, answer.text
        return answer.json

    def read(self, hook: Any) -> Any:
        return self.api.get(f"/webhooks/{hook['id']}", behind=True).json

    def deliveries(self, hook: Any, **query: Any) -> list[Any]:
        answer = self.api.get(f"/webhooks/{hook['id']}/deliveries", behind=True, **query)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        return list(answer.json["items"])

    def attempts(self, hook: Any, position: int) -> int:
        found = [one["attempts"] for one in self.deliveries(hook) if one["position"] == position]
        return int(found[0]) if found else 0

    def has_attempts(self, hook: Any, position: int, count: int) -> bool:
        return self.attempts(hook, position) == count


@pytest.fixture
def app(dsn: str) -> Iterator[Flask]:
    app = app_over(Settings(database_url=dsn, webhook_allow=LOOPBACK, secret_keys=KEYS))
    yield app
    app.extensions[EXTENSION].close()


@pytest.fixture
def hooks(api: Api) -> Hooks:
    return Hooks(api)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sender(dsn: str, clock: Clock) -> Iterator[None]:
    with sending(dsn, clock):
        yield


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the user of the embedded server may enter."""
    with scratch() as folder:
        yield folder
