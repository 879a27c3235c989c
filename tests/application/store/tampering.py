"""Hands that reach behind the store's back: what they do is what verification has to find."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection

TRIGGER = "events_are_never_altered"


@contextmanager
def behind_the_back(dsn: str) -> Iterator[Connection[Any]]:
    """A connection on which events can be altered."""
    with psycopg.connect(dsn) as conn:
        conn.execute(f"alter table store.events disable trigger {TRIGGER}".encode())
        yield conn
        conn.execute(f"alter table store.events enable trigger {TRIGGER}".encode())


def alter(dsn: str, statement: str, *parameters: object) -> None:
    with behind_the_back(dsn) as conn:
        assert conn.execute(statement.encode(), parameters).rowcount > 0


def rechain(conn: psycopg.Connection[Any]) -> None:
    """Gives every event, and the head, the digests that follow from what stands in the log now."""
    conn.execute(
        "update store.events e set digest = c.digest from (select position, store.chained("
        "decode(repeat('00', 32), 'hex'), store.canonical(position, originator_id, originator_version, topic,"
        "recorded_at, command_id, state)) over (order by position) as digest from store.events) c"
        " where c.position = e.position"
    )
    conn.execute(
        "update store.head h set digest = e.digest from store.events e where e.position = h.position"
    )
