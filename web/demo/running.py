"""A demo under the supervisor: loads the story before the service comes up, then says what can be asked."""

import os
from collections.abc import Callable
from threading import Event

import psycopg
import structlog
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from application.store import Store
from domain.objective import Objective
from projections.follower import connect
from projections.status import status
from web.access.tokens import issue
from web.demo.guide import Loaded, guide
from web.demo.loading import Loader
from web.demo.story import Story
from web.wiring import follower

log = structlog.get_logger("throughline.demo")

Advance = Callable[[int, int], None]


class DatabaseInUse(Exception):
    """One sentence: the database is not empty, and the demo does not mix with what is there."""


class Demo:
    """`load` and `text` are what `web.ops.serve.supervisor.serve` needs; `load` comes first and runs in a
    thread.
    """

    def __init__(self, story: Story, advance: Advance) -> None:
        self._story = story
        self._advance = advance
        self._done = 0
        self._loaded: Loaded | None = None

    def load(self, dsn: str, stop: Event) -> None:
        """Records the story, brings the read models up to date, and issues the token."""
        with psycopg.connect(dsn) as conn:
            if status(conn).head:
                raise DatabaseInUse("The database already holds events; the demo needs an empty one.")
        with Loader(_unhurried(dsn), max(1, os.cpu_count() or 1), self._note) as loader:
            known_then = loader.load(self._story.history, stop)
            loader.load(self._story.corrections, stop)
            if self._story.closing:
                loader.load(self._story.closing, stop)
        log.info("story recorded", steps=self._done)
        position = _catch_up(dsn)
        log.info("read models up to date", position=position)
        with Store(dsn, pool_size=1) as store, psycopg.connect(dsn) as conn:
            version = store.load(Objective, self._story.running).version
            token = issue(conn, role="admin", name="demo")
        self._loaded = Loaded(known_then, version, position, token)

    def text(self, url: str) -> str:
        """The guide; only after `load`."""
        if self._loaded is None:
            raise RuntimeError("the demo has not been loaded")
        return guide(url, self._story, self._loaded)

    def _note(self, steps: int) -> None:
        self._done += steps
        self._advance(self._done, len(self._story.steps))


def _unhurried(dsn: str) -> str:
    """Commits that do not wait for the disk: a made-up organisation may lose its last moments with the
    machine.
    """
    given = conninfo_to_dict(dsn).get("options") or ""
    return make_conninfo(dsn, options=f"{given} -c synchronous_commit=off".strip())


def _catch_up(dsn: str) -> int:
    """The last position, once every read model has it; the planner then gets to know the tables.

    Thousands of events at a time: far less work than following the loading step by step.
    """
    with connect(dsn) as conn:
        follower(dsn).catch_up(conn)
        conn.execute("analyze")
        return status(conn).head
