"""Whatever fails, is cut off, paused or asked for again: each event arrives, in order for its aggregate."""

import random
from threading import Event, Lock
from time import sleep
from typing import Any

import psycopg
import pytest

from tests.web.webhooks.conftest import Clock, Hooks, sending
from tests.web.webhooks.receiver import Received, Receiver, Reply, eventually

CUT = """
    select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'throughline sender' and datname = current_database()
"""
UNITS = 6
WEBHOOKS = 4


class Moods:
    """A receiver that fails now and then, by one seed."""

    def __init__(self, seed: int) -> None:
        self._choose = random.Random(seed)
        self._lock = Lock()
        self.calm = Event()

    def __call__(self, _: Received) -> Reply:
        with self._lock:
            mood = self._choose.random()
        if self.calm.is_set() or mood < 0.7:
            return Reply()
        return Reply(500) if mood < 0.85 else Reply(raw=b"")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_event_arrives_in_order_for_its_aggregate(
    dsn: str, hooks: Hooks, receiver: Receiver, clock: Clock, seed: int
) -> None:
    choose, moods = random.Random(seed), Moods(seed)
    receiver.behave = moods
    made = [hooks.create(receiver.url(f"/{number}")) for number in range(WEBHOOKS)]
    with sending(dsn, clock), sending(dsn, clock), psycopg.connect(dsn, autocommit=True) as conn:
        units = [hooks.api.unit(f"Unit {number}") for number in range(UNITS)]
        for step in range(80):
            unit = choose.choice(units)
            hooks.api.done(f"/units/{unit}/renaming", {"name": f"Name {step}"})
            _disturb(choose, hooks, choose.choice(made), conn, clock)
        moods.calm.set()
        for hook in made:
            hooks.do(hook, "resumption")
        clock.forward(hours=1)
        eventually(lambda: all(_is_done(hooks.read(hook)) for hook in made), 30)

    for number in range(WEBHOOKS):
        taken = [one for one in receiver.taken if one.path == f"/{number}"]
        assert {one.position for one in taken} == set(range(1, UNITS + 81))
        for unit in units:
            of_unit = [one.event["version"] for one in taken if one.aggregate == f"unit/{unit}"]
            assert _goes_up_by_one_or_back(of_unit)


def _disturb(
    choose: random.Random, hooks: Hooks, hook: Any, conn: psycopg.Connection[Any], clock: Clock
) -> None:
    what = choose.choice(["nothing"] * 6 + ["wait"] * 4 + ["cut", "pause", "resumption", "rotation", "again"])
    if what == "wait":
        sleep(0.02)
        clock.forward(seconds=10)
    elif what == "cut":
        conn.execute(CUT)
    elif what == "again":
        hooks.do(hook, "replay", {"from_position": choose.randint(1, UNITS)})
    elif what != "nothing":
        hooks.do(hook, what)


def _is_done(hook: Any) -> bool:
    return (hook["position"], hook["pending"], hook["parked"]) == (UNITS + 80, 0, 0)


def _goes_up_by_one_or_back(versions: list[int]) -> bool:
    """No version comes before the one below it has; any may come again."""
    highest = 0
    for version in versions:
        if version > highest + 1:
            return False
        highest = max(highest, version)
    return True
