"""Bearer tokens: issued once in clear, kept as a hash, looked up with every request."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row, scalar_row, tuple_row
from psycopg_pool import ConnectionPool

from domain.refusals import Unauthenticated
from web.access.roles import ROLES, powers

PREFIX = "tl_"
RANDOM_BYTES = 32
FORM = re.compile(r"Bearer +([\x21-\x7e]{1,200}) *", re.IGNORECASE)
_ISSUE = """
    insert into access.tokens (hash, roles, person_id, name, expires_at, units, scopes)
    values (%s, %s, %s, %s, %s, %s::uuid[], %s)"""
REMEMBERED_SECONDS = 5.0
MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Caller:
    """A caller sends a request: the token, its roles, and the person it belongs to, if it belongs to one.

    `units` limit the roles that may be limited; empty: everywhere. `scopes` are the operations of a service.
    """

    token_id: UUID
    roles: frozenset[str]
    person_id: UUID | None
    expires_at: datetime | None
    name: str = ""
    units: frozenset[UUID] = frozenset()
    scopes: tuple[str, ...] = ()

    @cached_property
    def powers(self) -> frozenset[str]:
        """The roles by which the caller is judged."""
        return powers(self.roles, is_person=self.person_id is not None)

    @property
    def role(self) -> str:
        """Names the roles as the journal and exports do."""
        return "+".join(sorted(self.roles))

    @property
    def roles_said(self) -> str:
        """Names the roles in a sentence."""
        return f"role {' and '.join(sorted(self.roles))}"

    @property
    def identity(self) -> str:
        """Stays the same when a token is renewed: the person, or the roles and the name of the token."""
        return f"person:{self.person_id}" if self.person_id else f"{self.role}:{self.name}"

    @property
    def actor(self) -> str:
        """Gives the actor by which events name the caller."""
        return f"person:{self.person_id}" if self.person_id else f"token:{self.token_id}"


def issue(
    conn: Connection[Any],
    *,
    roles: Iterable[str],
    name: str,
    person_id: UUID | None = None,
    expires_at: datetime | None = None,
    units: Iterable[UUID] = (),
    scopes: Iterable[str] = (),
) -> str:
    """A new token, in clear for the only time; the caller commits. ValueError for a role that does not
    exist.
    """
    chosen = sorted(set(roles))
    for role in chosen:
        if role not in ROLES:
            raise ValueError(f"there is no role {role}; the roles are {', '.join(sorted(ROLES))}")
    token = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    conn.execute(_ISSUE, [_hash(token), chosen, person_id, name, expires_at, list(units), list(scopes)])
    return token


def revoke(conn: Connection[Any], token_id: UUID) -> bool:
    """Ends a token, for every process within 5 seconds; False if there is none or it has ended. The caller
    commits.
    """
    ended = conn.execute(
        "update access.tokens set revoked_at = clock_timestamp() where id = %s and revoked_at is null",
        [token_id],
    )
    return ended.rowcount == 1


def names(conn: Connection[Any], ids: Iterable[str]) -> dict[str, str]:
    """Gives the names of these tokens, by id, those that ended too."""
    with conn.cursor(row_factory=tuple_row) as cursor:
        return dict(
            cursor.execute("select id::text, name from access.tokens where id = any(%s::uuid[])", [list(ids)])
        )


def called(conn: Connection[Any], name: str) -> list[str]:
    """Gives the ids of the tokens of this name, of those that ended too."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute("select id::text from access.tokens where name = %s", [name]).fetchall()


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


class Tokens:
    """Authenticates requests; a token that was good is taken as good for 5 seconds without asking again.

    Every token takes the same way: it is hashed, and the hash is looked up. How far a guess is from a token
    shows in nothing, since what is compared is the hash of the guess.
    """

    def __init__(self, pool: ConnectionPool[Connection[dict[str, Any]]]) -> None:
        self._pool = pool
        self._lock = Lock()
        self._remembered: dict[bytes, tuple[float, Caller]] = {}

    def authenticate(self, authorization: str | None) -> Caller:
        """The caller behind an Authorization header; raises `Unauthenticated`, always with the same words."""
        found = FORM.fullmatch(authorization or "")
        if found is None:
            raise Unauthenticated("send Authorization: Bearer with a token that throughline token has issued")
        digest = _hash(found[1])
        caller = self._recall(digest) or self._look_up(digest)
        if caller is None or (caller.expires_at is not None and caller.expires_at <= datetime.now(UTC)):
            raise Unauthenticated("the token is not valid")
        return caller

    def _recall(self, digest: bytes) -> Caller | None:
        kept = self._remembered.get(digest)
        return kept[1] if kept is not None and kept[0] > monotonic() else None

    def _look_up(self, digest: bytes) -> Caller | None:
        with self._pool.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
            row = cursor.execute(
                "select id, roles, person_id, expires_at, name, units, scopes from access.tokens"
                " where hash = %s and revoked_at is null",
                [digest],
            ).fetchone()
        if row is None:
            return None
        caller = Caller(
            row["id"],
            frozenset(row["roles"]),
            row["person_id"],
            row["expires_at"],
            row["name"],
            frozenset(row["units"]),
            tuple(row["scopes"]),
        )
        with self._lock:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[digest] = (monotonic() + REMEMBERED_SECONDS, caller)
        return caller
