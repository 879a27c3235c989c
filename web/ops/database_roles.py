"""The database is worked on by roles that may no more than what they are for, whoever signs in to it.

`throughline_migrate` owns what was recorded, `throughline_projector` what follows from it; `throughline_web`
adds to what was recorded by the function that saves, `throughline_reader` only looks. What each may is said
in database_grants.sql, and docs/operations.md tells it.
"""

import os
from importlib.resources import files
from typing import Any, LiteralString
from urllib.parse import urlsplit

from psycopg import Connection, errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import scalar_row

MIGRATE, PROJECTOR = "throughline_migrate", "throughline_projector"
WEB, READER = "throughline_web", "throughline_reader"
ROLES = (MIGRATE, PROJECTOR, WEB, READER)


class RolesFailed(Exception):
    """One sentence that says what of the roles an administrator of the database has to do."""


def acting_as(dsn: str, role: str) -> str:
    """The same database, where every connection takes the role as it begins."""
    options = conninfo_to_dict(dsn).get("options") or os.environ.get("PGOPTIONS", "")
    return make_conninfo(dsn, options=f"{options} -c role={role}".strip())


def signed_in_as(url: str, role: str) -> str:
    """The same database by the URL of the embedded server, which lets the role itself sign in."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{role}@{parts.netloc.rpartition('@')[2]}").geturl()


def may_become(conn: Connection[Any], role: str) -> bool | None:
    """Returns whether whoever signed in may take the role; None as long as there is no such role."""
    return _holds(conn, "select pg_has_role(session_user, to_regrole(%s)::oid, 'set')", role)


def prepare(conn: Connection[Any]) -> None:
    """Makes what is missing of the roles and gives them what is theirs, as whoever signed in; changes nothing
    where that was done. On a connection in autocommit. Raises `RolesFailed`.
    """
    try:
        conn.execute(files(__package__).joinpath("database_roles.sql").read_bytes())
    except errors.InsufficientPrivilege as error:
        said = error.diag.message_primary
        raise RolesFailed(
            f"The roles of the database need an administrator, as docs/operations.md says: {said}."
        ) from error
    if not may_become(conn, MIGRATE):
        raise RolesFailed(f"Whoever migrates must be a member of {MIGRATE}: an administrator may grant that.")
    for role in (MIGRATE, PROJECTOR):
        if not _holds(conn, "select has_database_privilege(%s, current_database(), 'create')", role):
            raise RolesFailed(
                f"Only the owner of the database lets {role} make tables in it: migrate as that."
            )


def _holds(conn: Connection[Any], question: LiteralString, role: str) -> bool | None:
    with conn.cursor(row_factory=scalar_row) as cursor:
        answer: bool | None = cursor.execute(question, [role]).fetchone()
        return answer


def let_sign_in(conn: Connection[Any]) -> None:
    """Makes logins of the roles, for a server that itself decides who reaches it. As its superuser."""
    for role in ROLES:
        conn.execute(f"alter role {role} login")


def grant(conn: Connection[Any]) -> None:
    """Lets the roles do what they are for, on all that there is now. As MIGRATE; the caller commits."""
    conn.execute(files(__package__).joinpath("database_grants.sql").read_bytes())
