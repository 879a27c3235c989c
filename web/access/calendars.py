"""A calendar feed is a token that lives in a URL: it is listed, ended and judged as the others are, and reads
one thing, what its person owes. A person has one; a new one ends the one before.
"""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from web.access.roles import EMPLOYEE
from web.access.tokens import RANDOM_BYTES, calendar_digest

NAME = "calendar feed"
LIFE = timedelta(days=366)
_END = """
    update access.tokens set revoked_at = clock_timestamp()
     where person_id = %s and name = %s and scopes = '{calendar}' and revoked_at is null"""
_BEGIN = """
    insert into access.tokens (hash, roles, person_id, name, scopes, expires_at)
    values (%s, %s, %s, %s, '{calendar}', clock_timestamp() + %s)"""
_PRESENT = """
    select id::text, created_at, expires_at, last_used_at from access.tokens
     where person_id = %s and name = %s and scopes = '{calendar}' and revoked_at is null
       and expires_at > clock_timestamp()
     order by created_at desc limit 1"""


def begin(conn: Connection[Any], person_id: UUID) -> str:
    """The secret of a new feed, in this answer and in no other; the caller commits."""
    end(conn, person_id)
    secret = secrets.token_urlsafe(RANDOM_BYTES)
    conn.execute(_BEGIN, [calendar_digest(secret), [EMPLOYEE], person_id, NAME, LIFE])
    return secret


def end(conn: Connection[Any], person_id: UUID) -> None:
    """Ends the feed of the person, if there is one; the caller commits."""
    conn.execute(_END, [person_id, NAME])


def present(conn: Connection[Any], person_id: UUID) -> dict[str, Any] | None:
    """The feed of the person: {id, created_at, expires_at, last_used_at}; None if there is none."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_PRESENT, [person_id, NAME]).fetchone()
