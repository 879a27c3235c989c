"""A demo under the supervisor: loads the story before the service comes up, then says what can be asked."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import psycopg
import structlog
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from application.store import Store
from domain.objective import Objective
from projections.follower import connect
from projections.status import status
from web.access.sessions import link
from web.access.tokens import issue
from web.demo.guide import Loaded, guide
from web.demo.loading import load
from web.demo.story import Story
from web.ops.database_roles import PROJECTOR, acting_as
from web.wiring import follower

LENT = {"HR": ("hr",), "auditor": ("auditor",), "manager": ("employee",), "employee": ("employee",)}
"""The roles of those as whom one can look at the demo."""
LINK_LIFE = timedelta(days=1)
log = structlog.get_logger("throughline.demo")

OWN_TABLES = """
    select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname !~ '^pg_' and pg_has_role(c.relowner, 'usage')"""

Advance = Callable[[str, int, int], None]
"""It is called with what is being done, how much of it, and of how much, 0 if nobody knows."""


class DatabaseInUse(Exception):
    """One sentence: the database is not empty, and the demo does not mix with what is there."""


class Demo:
    """`load` and `text` are what `web.ops.serve.supervisor.serve` needs; `load` comes first and runs in a
    thread.
    """

    def __init__(self, story: Story, advance: Advance) -> None:
        self._story = story
        self._advance = advance
        self._loaded: Loaded | None = None

    def load(self, dsn: str, stop: Event) -> None:
        """Records the story, brings the read models up to date, and issues the token. Returns early when told
        to stop.
        """
        with psycopg.connect(dsn) as conn:
            if status(conn).head:
                raise DatabaseInUse("The database already holds events; the demo needs an empty one.")
        whole = len(self._story.steps)
        for done, step in enumerate(load(_unhurried(dsn), self._story.timed()), 1):
            if stop.is_set():
                return
            self._advance(f"recording {step.told_on:%B %Y}", done, whole)
        log.info("story recorded", steps=whole)
        self._advance("bringing read models up to date", 0, 0)
        position = _catch_up(dsn)
        log.info("read models up to date", position=position)
        self._advance("starting the service", 0, 0)
        with Store(dsn, pool_size=1) as store, psycopg.connect(dsn) as conn:
            version = store.load(Objective, self._story.running).version
            token = issue(conn, roles=["admin"], name="demo")
            visitors = self._story.visitors
            links = {role: link(conn, visitors[role], LENT[role], life=LINK_LIFE).secret for role in LENT}
        self._loaded = Loaded(version, position, token, links)

    def text(self, url: str) -> str:
        """The guide; only after `load`."""
        if self._loaded is None:
            raise RuntimeError("the demo has not been loaded")
        return guide(url, self._story, self._loaded)


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
    with connect(acting_as(dsn, PROJECTOR)) as conn:
        follower(dsn).catch_up(conn)
        position = status(conn).head
    with psycopg.connect(dsn, autocommit=True) as conn:
        for (table,) in conn.execute(OWN_TABLES).fetchall():
            conn.execute(f"analyze {table}".encode())
    return position
