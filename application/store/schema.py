"""The store creates its schema, tables and functions, or brings them up to date."""

from importlib.resources import files
from typing import Any

from psycopg import Connection

from application.store.claiming import claim_what_is_recorded

SCRIPTS = ("schema.sql", "chain.sql", "made_up.sql", "record.sql")


def create(conn: Connection[Any]) -> None:
    """Creates the schema `store` with its tables and functions, or brings it up to date; the caller commits.

    Not safe against itself: callers that may start together hold a lock of their own.
    """
    for script in SCRIPTS:
        conn.execute(files(__package__).joinpath(script).read_bytes())
    claim_what_is_recorded(conn)
