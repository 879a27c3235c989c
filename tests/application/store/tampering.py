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
