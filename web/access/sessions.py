"""A browser's session is a token that lives in a cookie: it is listed, ended and judged as the others are.

It ends by signing out, by its time, when it has not been used for a while, and with the person. What changes
something by it must come from a page of this service: another site can make a browser send the cookie, but
not say that it is this one.

A one-time link is a token, too, which can do one thing: begin a session, once, until it ends.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row
from werkzeug import Response
from werkzeug.datastructures import Headers

from domain.refusals import Forbidden
from web.access.tokens import RANDOM_BYTES, Caller, Issued, link_digest, session_digest

COOKIE = "__Host-throughline"
PLAIN_COOKIE = "throughline"
"""The same where no TLS is spoken: there browsers keep no cookie whose name begins with `__Host-`."""
NAME, LINK_NAME = "browser", "sign-in link"
LIFE = timedelta(hours=12)
IDLE = timedelta(hours=1)
LINK_LIFE = timedelta(minutes=10)
READING = ("GET", "HEAD")
_BEGIN = """
    insert into access.tokens (hash, roles, person_id, name, expires_at, units, idle)
    values (%s, %s, %s, %s, least(clock_timestamp() + %s, %s), %s::uuid[], %s) returning id"""
_END = """
    update access.tokens set revoked_at = clock_timestamp()
     where hash = %s and idle is not null and revoked_at is null"""
_LINK = """
    insert into access.tokens (hash, roles, person_id, name, expires_at, units)
    values (%s, %s, %s, %s, clock_timestamp() + %s, %s::uuid[]) returning id"""
_SPEND = """
    update access.tokens set revoked_at = clock_timestamp()
     where hash = %s and revoked_at is null and expires_at > clock_timestamp()
    returning roles, person_id, units"""


def cookie_name(*, by_tls: bool) -> str:
    """The name of the cookie of a session."""
    return COOKIE if by_tls else PLAIN_COOKIE


def keep(response: Response, name: str, value: str, seconds: int, *, by_tls: bool = True) -> None:
    """Has the browser keep a cookie for so long; for no time, it forgets it."""
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(name, value, max_age=seconds, secure=by_tls, httponly=True, samesite="Lax", path="/")


def begin(
    conn: Connection[Any],
    person_id: UUID | None,
    roles: frozenset[str],
    units: frozenset[UUID],
    until: datetime | None = None,
) -> tuple[Caller, str]:
    """(who is signed in, what the cookie holds) of a new session, which ends by `until`; the caller
    commits.
    """
    secret = secrets.token_urlsafe(RANDOM_BYTES)
    row = [session_digest(secret), sorted(roles), person_id, NAME, LIFE, until, list(units), IDLE]
    with conn.cursor(row_factory=tuple_row) as cursor:
        ((id,),) = cursor.execute(_BEGIN, row)
    return Caller(id, roles, person_id, None, NAME, units), secret


def link(
    conn: Connection[Any],
    person_id: UUID | None,
    roles: Iterable[str],
    units: Iterable[UUID] = (),
    life: timedelta = LINK_LIFE,
) -> Issued:
    """A new one-time link; its secret is the end of the path /sign-in/link/. The caller commits."""
    secret = secrets.token_urlsafe(RANDOM_BYTES)
    row = [link_digest(secret), sorted(roles), person_id, LINK_NAME, life, list(units)]
    with conn.cursor(row_factory=tuple_row) as cursor:
        ((id,),) = cursor.execute(_LINK, row)
    return Issued(id, secret)


def spend(conn: Connection[Any], secret: str) -> tuple[Caller, str] | None:
    """As `begin`, for a one-time link, which is spent by it; None if there is none that still holds."""
    with conn.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(_SPEND, [link_digest(secret)]).fetchone()
    if found is None:
        return None
    roles, person_id, units = found
    return begin(conn, person_id, frozenset(roles), frozenset(units))


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
