"""The journal: who read what is personal, which commands were refused, what was exported, what was changed
that is neither an event nor a read model, and what was done by the command line.

What it promises, and the test in tests/web that holds it:

- a row is committed before the answer it is about is sent; no row, no answer     test_journal_of_reads.py
- numbers follow the order of commits without a gap, instants never run backwards  test_journal.py
- rows are only ever added                                                         test_journal.py
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from psycopg import Connection
from psycopg.rows import dict_row, tuple_row
from psycopg_pool import ConnectionPool

from web.access.tokens import Caller

ANSWERED = "answered"

_WRITE = """
    with head as (
        update access.journal_head
           set number = number + %(count)s, at = greatest(clock_timestamp(), at)
        returning number - %(count)s as number, at)
    insert into access.journal (
           number, at, actor, role, token_id, kind, action, path, subject_type, subject_id, outcome, detail,
           position, rows, digest, address, times)
    select head.number + note.place, head.at, note.actor, note.role, note.token_id, note.kind, note.action,
           note.path, note.subject_type, note.subject_id, note.outcome, note.detail,
           note.position, note.rows, note.digest, note.address, note.times
      from head, jsonb_to_recordset(%(notes)s::jsonb) as note (
           place bigint, actor text, role text, token_id uuid, kind text, action text, path text,
           subject_type text, subject_id uuid, outcome text, detail text,
           position bigint, rows bigint, digest text, address text, times bigint)
"""


_READS_NAMING = """
    select number, at as recorded_at, actor, role, action, subject_type, subject_id::text, outcome
      from access.journal
     where kind = 'read' and access.ids_in(path) && %(ids)s::text[]
       and at <= %(known_at)s and number > %(after)s
     order by number limit %(limit)s"""
_NUMBERS = "select number, (select count(*) from access.journal) from access.journal_head"


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator works on the command line, without a token: a user of the operating system, who may say
    which person that is.
    """

    user: str
    person_id: UUID | None
    role: None = None
    token_id: None = None

    @property
    def actor(self) -> str:
        return f"person:{self.person_id}" if self.person_id else f"system:{self.user}"


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody is signed in; `token_id` is that of the token that was shown, if it is one that has ended."""

    token_id: UUID | None = None
    role: None = None

    @property
    def actor(self) -> str:
        return "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note is a row of the journal: what is said of one request, or of one command of many.

    `action` is the name of its route (an endpoint of Flask), or `throughline.` and that of a command of the
    command line; `path` what was asked, with the parameters of a read; `outcome` is `answered` or the slug of
    a problem; `detail` holds no text of a body. `position` is that of the answer. An export that has ended
    says how many `rows` it had, and their SHA-256 as hex. `address` is that of the client; `times` how many
    requests the row stands for, if not for one.
    """

    caller: Caller | Operator | Nobody
    kind: Literal["read", "refusal", "export", "administration"]
    action: str
    path: str
    outcome: str = ANSWERED
    subject_type: str | None = None
    subject_id: UUID | None = None
    detail: str | None = None
    position: int | None = None
    rows: int | None = None
    digest: str | None = None
    address: str | None = None
    times: int | None = None


class Journal:
    """Writes on connections of its own: those of the questions only read."""

    def __init__(self, pool: ConnectionPool[Connection[dict[str, Any]]]) -> None:
        self._pool = pool

    def note(self, *notes: Note) -> None:
        """Adds these rows, all or none, and returns once they are committed.

        Raises psycopg.Error; if the connection broke, whether they are in is unknown: then there may be a row
        for an answer that was never given, and no answer without a row.
        """
        if notes:
            with self._pool.connection() as conn:
                write(conn, notes)


def write(conn: Connection[Any], notes: Sequence[Note]) -> None:
    """Adds these rows as part of what the caller commits."""
    rows = [_row(place, note) for place, note in enumerate(notes, start=1)]
    conn.execute(_WRITE, {"count": len(rows), "notes": orjson.dumps(rows).decode()})


def reads_naming(
    conn: Connection[Any], ids: Collection[str], known_at: datetime, limit: int, after: int
) -> list[dict[str, Any]]:
    """The reads whose paths name one of these ids, recorded by then, by number beyond `after`: {number,
    recorded_at, actor, role, action, subject_type, subject_id, outcome}.
    """
    asked = {"ids": list(ids), "known_at": known_at, "limit": limit, "after": after}
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_READS_NAMING, asked).fetchall()


def missing(conn: Connection[Any]) -> list[str]:
    """One sentence if the journal has not as many rows as it has given numbers; else none."""
    with conn.cursor(row_factory=tuple_row) as cursor:
        return [
            f"the journal has {rows} rows and has given {given} numbers"
            for given, rows in cursor.execute(_NUMBERS)
            if rows != given
        ]


def _row(place: int, note: Note) -> dict[str, Any]:
    caller = note.caller
    said = {name: getattr(note, name) for name in Note.__slots__ if name != "caller"}
    who = {"actor": caller.actor, "role": caller.role, "token_id": caller.token_id}
    return {"place": place, **said, **who}
