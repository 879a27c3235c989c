"""One follower leads: it holds an advisory lock in the very session in which it writes."""

from typing import Any

from psycopg import Connection
from psycopg.rows import scalar_row

_LOCK = (7468, 1)


def try_to_lead(connection: Connection[Any]) -> bool:
    """Take the lead for as long as this session lives; False while another session has it."""
    return _answer(connection, "select pg_try_advisory_lock(%s, %s)")


def is_alive(connection: Connection[Any]) -> bool:
    """Returns whether some session leads in this database."""
    return _answer(
        connection,
        "select exists (select from pg_locks where locktype = 'advisory' and classid = %s and objid = %s"
        " and objsubid = 2 and granted"
        " and database = (select oid from pg_database where datname = current_database()))",
    )


def _answer(connection: Connection[Any], query: str) -> bool:
    with connection.cursor(row_factory=scalar_row) as cursor:
        return bool(cursor.execute(query, _LOCK).fetchone())
