"""A browser's session is a token that lives in a cookie: it is listed, ended and judged as the others are.

It ends by signing out, by its time, when it has not been used for a while, and with the person. What changes
something by it must come from a page of this service: another site can make a browser send the cookie, but
not say that it is this one.
"""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row
from werkzeug.datastructures import Headers

from domain.refusals import Forbidden
from web.access.tokens import RANDOM_BYTES, session_digest

COOKIE = "__Host-throughline"
NAME = "browser"
LIFE = timedelta(hours=12)
IDLE = timedelta(hours=1)
READING = ("GET", "HEAD")
_BEGIN = """
    insert into access.tokens (hash, roles, person_id, name, expires_at, units, idle)
    values (%s, %s, %s, %s, clock_timestamp() + %s, %s::uuid[], %s) returning id"""
_END = """
    update access.tokens set revoked_at = clock_timestamp()
     where hash = %s and idle is not null and revoked_at is null"""


def begin(
    conn: Connection[Any], person_id: UUID, roles: frozenset[str], units: frozenset[UUID]
) -> tuple[UUID, str]:
    """(id, what the cookie holds) of a new session; the caller commits."""
    secret = secrets.token_urlsafe(RANDOM_BYTES)
    row = [session_digest(secret), sorted(roles), person_id, NAME, LIFE, list(units), IDLE]
    with conn.cursor(row_factory=tuple_row) as cursor:
        ((id,),) = cursor.execute(_BEGIN, row)
    return id, secret


def end(conn: Connection[Any], secret: str) -> None:
    """Ends a session, if it is one; the caller commits."""
    conn.execute(_END, [session_digest(secret)])


def demand_same_origin(method: str, headers: Headers, origin: str) -> None:
    """Raises `Forbidden` for what would change something and does not come from a page of `origin`."""
    if method in READING:
        return
    site = headers.get("Sec-Fetch-Site")
    own = headers.get("Origin") == origin if site is None else site == "same-origin"
    if not own:
        raise Forbidden("what is sent with the cookie of a session must come from a page of this service")
