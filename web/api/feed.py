"""The log as clients follow it: by position, and waiting for what is recorded next.

Who waits keeps a thread of the web server, never a connection: all who wait share one look at the end of
the log, every 20 ms. Only a few may wait at a time, so that threads are left for everybody else.
"""

from collections.abc import Collection, Iterable
from datetime import date
from threading import BoundedSemaphore
from time import monotonic
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg_pool import ConnectionPool

from application.store import decode
from projections.feed import head
from projections.log import Stretch, held_back_among, private_among, stretch
from web.topics import OWN_WORDS, without_withheld
from web.waiting import Lookout

MOST_WAITING = 4
"""In one process; `THREADS_BEYOND_POOL` of web/ops/serve/web.py is what they take from."""
LOOK_SECONDS = 0.02
REVIEW = "throughline.review."


class Feed:
    """The log of one database, for the requests of one process."""

    def __init__(self, pool: ConnectionPool[Connection[DictRow]]) -> None:
        self._pool = pool
        self._waiting = BoundedSemaphore(MOST_WAITING)
        self._lookout = Lookout(self._end, LOOK_SECONDS)

    def follow(
        self, after: int, limit: int, topics: Collection[str] | None, wait: int
    ) -> tuple[Stretch, bool]:
        """Gives what lies after a position; if that is nothing, what is recorded within `wait` seconds. And
        whether it was as asked: False if it should have waited and too many were waiting already.
        """
        found = self._read(after, limit, topics)
        if found.items or not wait:
            return found, True
        if not self._waiting.acquire(blocking=False):
            return found, False
        try:
            return self._await(found, limit, topics, monotonic() + wait), True
        finally:
            self._waiting.release()

    def withheld(self, items: Iterable[dict[str, Any]], today: date) -> list[dict[str, Any]]:
        """The items as they are for those who may not read all: without personal text, and of objectives that
        are private today, and change plans that name one, without a word.
        """
        told = list(items)
        ids = {UUID(item["subject"].partition("/")[2]) for item in told}
        with self._pool.connection() as conn:
            private = private_among(conn, ids, today)
        return [_shown(item, private=item["subject"] in private) for item in told]

    def held_back(self, items: Iterable[dict[str, Any]], person: UUID) -> list[dict[str, Any]]:
        """The items as they are for somebody who may read all, but of a review of their own that was not
        shared yet not more than their own words.
        """
        told = list(items)
        ids = {UUID(item["subject"].partition("/")[2]) for item in told if item["type"].startswith(REVIEW)}
        with self._pool.connection() as conn:
            held = {f"review/{id}" for id in held_back_among(conn, ids, person)}
        return [_shown(item, private=False) if _is_held(item, held) else item for item in told]

    def _await(self, found: Stretch, limit: int, topics: Collection[str] | None, deadline: float) -> Stretch:
        while not found.items and (left := deadline - monotonic()) > 0:
            if self._lookout.sees(found.next + 1, left):
                found = self._read(found.next, limit, topics)
        return found

    def _read(self, after: int, limit: int, topics: Collection[str] | None) -> Stretch:
        with self._pool.connection() as conn:
            return stretch(conn, after, limit, topics, decode)

    def _end(self) -> int:
        with self._pool.connection() as conn:
            return head(conn)


def _is_held(item: dict[str, Any], held: Collection[str]) -> bool:
    return item["subject"] in held and _topic(item) not in OWN_WORDS


def _shown(item: dict[str, Any], *, private: bool) -> dict[str, Any]:
    data, hidden = without_withheld(_topic(item), item["data"], private=private)
    return {**item, "data": data, **({"withheld": hidden} if hidden else {})}


def _topic(item: dict[str, Any]) -> str:
    topic: str = item["type"].removeprefix("throughline.")
    return topic
