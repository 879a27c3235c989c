"""One sender at a time; killed, cut off or stopped in the middle, it loses nothing."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import psycopg
import pytest

from tests.projections.survival.test_survival import crash
from tests.web.api import Api
from tests.web.conftest import token
from tests.web.keys import KEY, KEYS
from tests.web.webhooks.conftest import LOOPBACK, Clock, Hooks, sending
from tests.web.webhooks.receiver import Received, Receiver, Reply, eventually
from web.app import create_app
from web.ops.postgres import running
from web.ops.settings import Settings
from web.webhooks.sender import Sender
from web.wiring import EXTENSION, migrate

ROOT = Path(__file__).parents[3]
CUT = """
    select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'throughline sender' and datname = current_database()
"""


def test_two_senders_send_everything_once(
    api: Api, dsn: str, hooks: Hooks, receiver: Receiver, clock: Clock
) -> None:
    hooks.create(receiver.url())
    with sending(dsn, clock), sending(dsn, clock):
        for number in range(20):
            api.unit(f"Unit {number}")
        receiver.take(20)
    assert sorted(one.position for one in receiver.received) == list(range(1, 21))


def test_when_the_leader_stops_the_other_takes_over(
    api: Api, dsn: str, hooks: Hooks, receiver: Receiver, clock: Clock
) -> None:
    hooks.create(receiver.url())
    with sending(dsn, clock):
        api.unit()
        receiver.take(1)
        with sending(dsn, clock):
            pass
        api.unit("Another")
        receiver.take(2)
    with sending(dsn, clock):
        api.unit("One more")
        receiver.take(3)
    assert receiver.positions() == [1, 2, 3]


def test_a_sender_stops_at_once_while_a_receiver_hangs_and_the_next_sends_it_again(
    api: Api, dsn: str, hooks: Hooks, receiver: Receiver, clock: Clock
) -> None:
    hooks.create(receiver.url())

    def hang(_: Received) -> Reply:
        receiver.ended.wait(20)
        return Reply()

    receiver.behave = hang
    stop = Event()
    thread = Thread(target=Sender(dsn, LOOPBACK, lambda: KEYS).run, args=[stop])
    thread.start()
    api.unit()
    eventually(lambda: len(receiver.received) == 1)
    stop.set()
    begun = monotonic()
    thread.join(10)
    assert monotonic() - begun < 2.5

    receiver.behave = lambda _: Reply()
    with sending(dsn, clock):
        receiver.take(1)
    assert [one.position for one in receiver.received] == [1, 1]


def test_what_ends_while_the_sender_stops_is_not_sent_again(
    api: Api, dsn: str, hooks: Hooks, receiver: Receiver, clock: Clock
) -> None:
    hook = hooks.create(receiver.url())
    stopping = Event()

    def slow(_: Received) -> Reply:
        assert stopping.wait(10)
        receiver.ended.wait(0.2)
        return Reply()

    receiver.behave = slow
    with sending(dsn, clock):
        api.unit()
        eventually(lambda: len(receiver.received) == 1)
        stopping.set()
    assert hooks.deliveries(hook)[0]["status"] == "delivered"


def test_a_sender_whose_connection_is_cut_comes_back(
    api: Api, dsn: str, hooks: Hooks, receiver: Receiver, sender: None
) -> None:
    hooks.create(receiver.url())
    for number in range(3):
        api.unit(f"Unit {number}")
        receiver.take(number + 1)
        eventually(lambda: _cut(dsn) == 1)
    api.unit("One more")
    eventually(lambda: set(receiver.positions()) == {1, 2, 3, 4})


def _cut(dsn: str) -> int:
    """How many senders were connected to this database; they are no longer."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        return conn.execute(CUT).rowcount


@pytest.mark.timeout(120)
def test_a_sender_comes_back_after_the_database_has_crashed(
    folder: Path, receiver: Receiver, clock: Clock
) -> None:
    with running(folder) as dsn:
        migrate(dsn)
        app = create_app(Settings(database_url=dsn, webhook_allow=LOOPBACK, secret_keys=KEYS))
        api = Api(app, dsn, token(dsn, "admin"))
        hooks = Hooks(api)
        hooks.create(receiver.url())
        with sending(dsn, clock):
            api.unit()
            receiver.take(1)
            crash(folder, dsn)
            eventually(lambda: api.post("/units", {"name": "After", "kind": "team"}).status_code == 201, 60)
            eventually(lambda: 2 in receiver.positions(), 60)
        app.extensions[EXTENSION].close()


class Projector:
    """The process that `throughline projector` is."""

    def __init__(self, dsn: str, log: Path) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
        settings = {
            "DATABASE_URL": dsn,
            "THROUGHLINE_WEBHOOK_ALLOW": "127.0.0.1",
            "THROUGHLINE_SECRET_KEY": KEY,
        }
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "web.cli", "projector"],
                cwd=ROOT,
                env=inherited | settings,
                stdout=output,
                stderr=output,
            )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> float:
        """The seconds that it took to end, which it must do well."""
        begun = monotonic()
        self._process.terminate()
        assert self._process.wait(30) == 0
        return monotonic() - begun


@pytest.mark.timeout(120)
def test_a_projector_killed_in_mid_delivery_sends_it_again(
    api: Api, dsn: str, hooks: Hooks, receiver: Receiver, tmp_path: Path
) -> None:
    hook = hooks.create(receiver.url())
    under_way, killed = Event(), Event()

    def held(one: Received) -> Reply:
        if one.position == 3 and not killed.is_set():
            under_way.set()
            killed.wait(30)
        return Reply()

    receiver.behave = held
    unit = api.unit()
    for number in range(5):
        api.done(f"/units/{unit}/renaming", {"name": f"Name {number}"})
    first = Projector(dsn, tmp_path / "log")
    try:
        assert under_way.wait(30)
    finally:
        first.kill()
    killed.set()
    second = Projector(dsn, tmp_path / "log")
    try:
        eventually(lambda: 6 in receiver.positions(), 30)
    finally:
        seconds = second.stop()

    assert seconds < 5
    sent = [one.position for one in receiver.received]
    assert [position for place, position in enumerate(sent) if position not in sent[:place]] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]
    assert sent.count(3) == 2
    assert {one.headers["webhook-id"] for one in receiver.received if one.position == 3} == {
        f"{hook['id']}-3"
    }
    assert [one["status"] for one in hooks.deliveries(hook)] == ["delivered"] * 6
