"""Bearer tokens: issued once in clear, kept as a hash, looked up with every request.

A token ends by its expiry, by its revocation, and with the person to whom it belongs: who has left is signed
out.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
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
from web.access.roles import ADMIN, AUDITOR, HR, ROLES, powers

PREFIX = "tl_"
RANDOM_BYTES = 32
FORM = re.compile(r"Bearer +([\x21-\x7e]{1,8192}) *", re.IGNORECASE)
_LISTED = """
    select id::text, name, roles, units::text[], scopes, person_id::text, created_at, expires_at, revoked_at,
           last_used_at
      from access.tokens
     where (%(ended)s
            or (revoked_at is null and coalesce(expires_at, 'infinity') > clock_timestamp()
                and coalesce(coalesce(last_used_at, created_at) + idle, 'infinity') > clock_timestamp()))
       and (%(all)s or person_id = %(person)s or id = %(token)s)
       and (%(after)s::uuid is null
            or (created_at, id) < (select last.created_at, last.id from access.tokens last
                                    where last.id = %(after)s))
     order by created_at desc, id desc limit %(limit)s"""
_ONE = """
    select id::text, name, roles, units::text[], scopes, person_id::text, created_at, expires_at, revoked_at,
           last_used_at
      from access.tokens where id = %s"""
_GOOD = """
    select id, roles, person_id, expires_at, name, units, scopes, last_used_at
      from access.tokens t
     where hash = %(hash)s and revoked_at is null
       and coalesce(coalesce(last_used_at, created_at) + idle, 'infinity') > clock_timestamp() and (
           person_id is null
           or not exists (select from read_directory.people p
                           where p.id = t.person_id and p.recorded_to = 'infinity')
           or exists (select from read_directory.people p
                       where p.id = t.person_id and p.recorded_to = 'infinity' and p.status = 'active'
                         and p.valid_from <= %(today)s and p.valid_to > %(today)s))"""
_WHY_NOT = """
    select id, case when revoked_at is not null then 'revoked'
                    when expires_at <= clock_timestamp() then 'expired'
                    when coalesce(last_used_at, created_at) + idle <= clock_timestamp() then 'unused'
                    else 'departed' end as cause
      from access.tokens where hash = %s"""
_USED = """
    update access.tokens set last_used_at = clock_timestamp()
     where id = %s and coalesce(last_used_at, '-infinity') < clock_timestamp() - interval '1 minute'"""
_PERSONNEL = """
    select person_id::text, units from access.tokens
     where person_id is not null and %(hr)s = any(roles) and (
           (idle is not null and coalesce(last_used_at, created_at) > clock_timestamp() - %(lately)s)
           or (idle is null and revoked_at is null
               and coalesce(expires_at, 'infinity') > clock_timestamp()))"""
_ISSUE = """
    insert into access.tokens (hash, roles, person_id, name, expires_at, units, scopes)
    values (%s, %s, %s, %s, %s, %s::uuid[], %s) returning id"""
REMEMBERED_SECONDS = 0.25
"""For so long a token is taken as good without asking again."""
USED_EVERY_SECONDS = 60.0
USUAL_LIFE = timedelta(days=90)
LONGEST_LIFE = timedelta(days=3660)
MOST_REMEMBERED = 10_000
LATELY = timedelta(days=30)
"""Whoever signed in as personnel within so many days still is, as far as that can be told without them."""
NO_TOKEN = "no-token"  # noqa: S105 - the cause, in the journal


class NotSignedIn(Unauthenticated):
    """Nobody is signed in, for a cause that the journal is told, with the token if it is known; whoever asks
    is told the same, whatever the cause.
    """

    def __init__(self, detail: str, cause: str, token_id: UUID | None = None) -> None:
        super().__init__(detail)
        self.cause, self.token_id = cause, token_id


@dataclass(frozen=True)
class Caller:
    """A caller sends a request: the token, its roles, and the person it belongs to, if it belongs to one.

    `token_id` None: a provider has signed the token, for a person. `units` limit the roles that may be
    limited; empty: everywhere. `scopes` are the operations of a service.
    """

    token_id: UUID | None
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
    def is_organisation(self) -> bool:
        """Returns whether the caller stands for the organisation, which set up the house."""
        return ADMIN in self.roles and self.person_id is None

    @property
    def reads_all(self) -> bool:
        """Returns whether everything is theirs to read, private things too."""
        return bool(self.powers & {HR, AUDITOR}) and not self.units

    @property
    def role(self) -> str:
        """Names the roles as the journal and exports do."""
        return "+".join(sorted(self.roles))

    @property
    def roles_said(self) -> str:
        """Names the roles in a sentence."""
        return f"role {' and '.join(sorted(self.roles))}"

    @property
    def is_over(self) -> bool:
        """Returns whether its time has come."""
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)

    @property
    def identity(self) -> str:
        """Stays the same when a token is renewed: the person, or the roles and the name of the token."""
        return f"person:{self.person_id}" if self.person_id else f"{self.role}:{self.name}"

    @property
    def actor(self) -> str:
        """Gives the actor by which events name the caller."""
        return f"person:{self.person_id}" if self.person_id else f"token:{self.token_id}"


@dataclass(frozen=True)
class Issued:
    """A new token: `secret` is it in clear, for the only time."""

    id: UUID
    secret: str


def make(
    conn: Connection[Any],
    *,
    roles: Iterable[str],
    name: str,
    person_id: UUID | None = None,
    expires_at: datetime | None = None,
    units: Iterable[UUID] = (),
    scopes: Iterable[str] = (),
) -> Issued:
    """Issues a token, for whoever may (web/access/lending.py); the caller commits. ValueError for a role that
    does not exist.
    """
    chosen = sorted(set(roles))
    for role in chosen:
        if role not in ROLES:
            raise ValueError(f"there is no role {role}; the roles are {', '.join(sorted(ROLES))}")
    token = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    kept = [_hash(token), chosen, person_id, name, expires_at, list(units), list(scopes)]
    with conn.cursor(row_factory=scalar_row) as cursor:
        (id,) = cursor.execute(_ISSUE, kept).fetchall()
    return Issued(id, token)


def issue(conn: Connection[Any], **given: Any) -> str:
    """As `make`, the secret alone."""
    return make(conn, **given).secret


def said(roles: Iterable[str], person_id: object) -> str:
    """Says in the journal what a token allows, and whose it is."""
    return f"{'+'.join(sorted(roles))} of {'nobody' if person_id is None else f'person:{person_id}'}"


def check_person(conn: Connection[Any], person_id: UUID) -> None:
    """LookupError unless a person of this id was ever recorded."""
    found = conn.execute(
        "select from store.events where originator_id = %s and topic = 'person.defined' limit 1", [person_id]
    )
    if found.rowcount == 0:
        raise LookupError(f"there is no person {person_id}")


def unknown_units(conn: Connection[Any], units: Iterable[UUID]) -> list[UUID]:
    """Those of the units that were never recorded."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        found = cursor.execute(
            "select originator_id from store.events where originator_id = any(%s) and topic = 'unit.defined'",
            [list(units)],
        )
        return sorted(set(units) - set(found))


def revoke(conn: Connection[Any], token_id: UUID) -> bool:
    """Ends a token, for every process within a quarter of a second; False if there is none or it has ended.
    The caller commits.
    """
    ended = conn.execute(
        "update access.tokens set revoked_at = clock_timestamp() where id = %s and revoked_at is null",
        [token_id],
    )
    return ended.rowcount == 1


def listed(
    conn: Connection[Any],
    *,
    ended: bool = False,
    own: tuple[UUID | None, UUID | None] | None = None,
    limit: int | None = None,
    after: UUID | None = None,
) -> list[dict[str, Any]]:
    """[{id, name, roles, units, scopes, person_id, created_at, expires_at, revoked_at, last_used_at}], the
    newest first, `after` the token of an id; those that have ended too, if asked. `own`: only those of this
    person, and the one of this id.
    """
    person_id, token_id = own or (None, None)
    asked = {
        "ended": ended,
        "all": own is None,
        "person": person_id,
        "token": token_id,
        "limit": limit,
        "after": after,
    }
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_LISTED, asked).fetchall()


def one(conn: Connection[Any], token_id: UUID) -> dict[str, Any] | None:
    """As `listed` has it; None if there is none."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_ONE, [token_id]).fetchone()


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


def personnel(conn: Connection[Any]) -> dict[str, tuple[frozenset[str], frozenset[UUID]]]:
    """Tells who is of personnel, by their tokens that hold and by their sessions of late: id of the person ->
    (the role, the units to which it is limited; none: everywhere).
    """
    found: dict[str, tuple[frozenset[str], frozenset[UUID]]] = {}
    with conn.cursor(row_factory=tuple_row) as cursor:
        for person, units in cursor.execute(_PERSONNEL, {"hr": HR, "lately": LATELY}):
            before = found.get(person)
            everywhere = not units or (before is not None and not before[1])
            within = (
                frozenset[UUID]() if everywhere else frozenset(units) | (before[1] if before else frozenset())
            )
            found[person] = (frozenset({HR}), within)
    return found


def session_digest(secret: str) -> bytes:
    """A session is found by this; no token that could be sent in a header has the same."""
    return _hash(f"session {secret}")


def calendar_digest(secret: str) -> bytes:
    """A calendar feed is found by this; its secret opens nothing else."""
    return _hash(f"calendar {secret}")


def link_digest(secret: str) -> bytes:
    """A one-time link is found by this; it is neither a token nor a session."""
    return _hash(f"link {secret}")


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


class Tokens:
    """Authenticates requests. `today` gives the day on which a person must be there; `using` connections that
    may write, for the last use; `signed` the caller of a token that an OpenID provider has signed, None if
    it is not to be believed.

    Every token takes the same way: it is hashed, and the hash is looked up. How far a guess is from a token
    shows in nothing, since what is compared is the hash of the guess.
    """

    def __init__(
        self,
        pool: ConnectionPool[Connection[dict[str, Any]]],
        today: Callable[[], date],
        using: Callable[[], ConnectionPool[Connection[dict[str, Any]]]],
        signed: Callable[[str], Caller | None] = lambda _: None,
    ) -> None:
        self._pool = pool
        self._signed = signed
        self._today = today
        self._using = using
        self._lock = Lock()
        self._remembered: dict[bytes, tuple[float, Caller]] = {}

    def authenticate(self, authorization: str | None) -> Caller:
        """The caller behind an Authorization header; raises `Unauthenticated`, always with the same words."""
        found = FORM.fullmatch(authorization or "")
        if found is None:
            said = "send Authorization: Bearer with a token that throughline token has issued"
            raise NotSignedIn(said, "malformed" if authorization else NO_TOKEN)
        token = found[1]
        digest = _hash(token)
        caller = self._recall(digest)
        if caller is None:
            caller = self._remember(digest, self._signed(token) if "." in token else self._look_up(digest))
        if caller is None or caller.is_over:
            ended = ("not-believed", None) if "." in token else self._why_not(digest)
            raise NotSignedIn("the token is not valid", *ended)
        return caller

    def authenticate_session(self, secret: str) -> Caller:
        """The caller of a session, by what its cookie holds; raises `NotSignedIn`."""
        digest = session_digest(secret)
        caller = self._recall(digest) or self._remember(digest, self._look_up(digest))
        if caller is None or caller.is_over:
            raise NotSignedIn("the session is not valid; sign in again at /signin", *self._why_not(digest))
        return caller

    def authenticate_calendar(self, secret: str) -> Caller | None:
        """The person whose calendar feed has this secret; None if there is none, or it has ended."""
        digest = calendar_digest(secret)
        caller = self._recall(digest) or self._remember(digest, self._look_up(digest))
        return None if caller is None or caller.is_over else caller

    def _why_not(self, digest: bytes) -> tuple[str, UUID | None]:
        """Gives the cause, and the token that it is, if it is one that has ended."""
        with self._pool.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
            row = cursor.execute(_WHY_NOT, [digest]).fetchone()
        return ("unknown", None) if row is None else (row["cause"], row["id"])

    def _recall(self, digest: bytes) -> Caller | None:
        kept = self._remembered.get(digest)
        return kept[1] if kept is not None and kept[0] > monotonic() else None

    def _look_up(self, digest: bytes) -> Caller | None:
        today = self._today()  # before there is a connection, for it may need one itself
        with self._pool.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
            row = cursor.execute(_GOOD, {"hash": digest, "today": today}).fetchone()
        if row is None:
            return None
        self._note_use(row)
        return Caller(
            row["id"],
            frozenset(row["roles"]),
            row["person_id"],
            row["expires_at"],
            row["name"],
            frozenset(row["units"]),
            tuple(row["scopes"]),
        )

    def _remember(self, digest: bytes, caller: Caller | None) -> Caller | None:
        if caller is not None:
            with self._lock:
                if len(self._remembered) >= MOST_REMEMBERED:
                    self._remembered.clear()
                self._remembered[digest] = (monotonic() + REMEMBERED_SECONDS, caller)
        return caller

    def _note_use(self, row: Mapping[str, Any]) -> None:
        """Keeps when the token was used last, to the minute."""
        used = row["last_used_at"]
        if used is None or (datetime.now(UTC) - used).total_seconds() > USED_EVERY_SECONDS:
            with self._using().connection() as conn:
                conn.execute(_USED, [row["id"]])
