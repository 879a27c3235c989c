"""The record of what was told, in the database: noted before it is sent, and taken back if it was not."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import scalar_row, tuple_row

from web.reminders.looking import Owed

LOCK = (7468, 3)
KEPT_DAYS = 400
"""For so long it is known which mails there were."""
SENT, LATER, REFUSED, UNKNOWN = "sent", "later", "refused", "unknown"

_CLAIM = """
    insert into reminders.mails (day, person_id, status, lines, changed_at)
    values (%(day)s, %(person)s, 'sending', %(lines)s, %(now)s)
    on conflict (day, person_id) do update
       set status = 'sending', attempts = mails.attempts + 1, next_attempt_at = null,
           lines = excluded.lines, changed_at = excluded.changed_at
     where mails.status = 'later'"""
_TELL = """
    insert into reminders.told (person_id, kind, subject_id, due_on, told_on)
    select %(person)s, t.kind, t.subject_id, t.due_on, %(day)s
      from unnest(%(kinds)s::text[], %(subjects)s::uuid[], %(days)s::date[]) t (kind, subject_id, due_on)
    on conflict do nothing"""
_FORGET = """
    delete from reminders.told t
     where t.person_id = %(person)s and not exists (
           select from unnest(%(kinds)s::text[], %(subjects)s::uuid[], %(days)s::date[])
                       n (kind, subject_id, due_on)
            where n.kind = t.kind and n.subject_id = t.subject_id
              and n.due_on is not distinct from t.due_on)"""
_ESCALATE = """
    update reminders.told t set escalated_on = %(day)s, escalated_to = %(lead)s
      from unnest(%(kinds)s::text[], %(subjects)s::uuid[], %(days)s::date[]) n (kind, subject_id, due_on)
     where t.person_id = %(person)s and t.escalated_on is null and n.kind = t.kind
       and n.subject_id = t.subject_id and n.due_on is not distinct from t.due_on"""
_LATE = """
    select person_id::text, kind, subject_id::text, due_on from reminders.told
     where escalated_on is null and told_on <= %(until)s and due_on <= %(until)s
     order by person_id, due_on, kind, subject_id"""


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest tells one person on one day what they owe, and what those owe whom they lead, by person."""

    person: str
    email: str | None
    own: Sequence[Owed] = ()
    escalated: Mapping[str, Sequence[Owed]] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        """Counts the things that it tells."""
        return len(self.own) + sum(map(len, self.escalated.values()))


def lock(conn: Connection[Any]) -> bool:
    """Returns whether this session may remind now: nobody else does until it lets go."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        return bool(cursor.execute("select pg_try_advisory_lock(%s, %s)", LOCK).fetchone())


def unlock(conn: Connection[Any]) -> None:
    conn.execute("select pg_advisory_unlock(%s, %s)", LOCK)


def break_off(conn: Connection[Any], day: date, now: datetime) -> int:
    """Settles what earlier rounds have left, which no longer run; gives how many mails may have arrived."""
    left = conn.execute(
        "update reminders.mails set status = 'unknown', changed_at = %s where status = 'sending'", [now]
    )
    conn.execute(
        "update reminders.mails set status = 'failed', next_attempt_at = null, changed_at = %s"
        " where status = 'later' and day < %s",
        [now, day],
    )
    return left.rowcount


def is_done(conn: Connection[Any], day: date) -> bool:
    """Returns whether everybody was gone through on the day."""
    return conn.execute("select from reminders.days where day = %s", [day]).rowcount == 1


def done(conn: Connection[Any], day: date, now: datetime, without_address: int) -> None:
    """Notes that everybody was gone through, and forgets what is old."""
    with conn.transaction():
        conn.execute(
            "insert into reminders.days (day, ended_at, without_address) values (%s, %s, %s)"
            " on conflict do nothing",
            [day, now, without_address],
        )
        for old in (
            "delete from reminders.mails where day < %s",
            "delete from reminders.days where day < %s",
            "delete from reminders.chats where day < %s",
        ):
            conn.execute(old, [day - timedelta(days=KEPT_DAYS)])


def mailed(conn: Connection[Any], day: date) -> set[str]:
    """The people who need no mail on the day any more: they have one, or there can be none."""
    return _people(conn, "status <> 'later'", [day])


def waiting(conn: Connection[Any], day: date, now: datetime) -> set[str]:
    """The people whose mail is to be tried again by now."""
    return _people(conn, "status = 'later' and next_attempt_at <= %s", [day, now])


def open_mails(conn: Connection[Any], day: date) -> set[str]:
    """The people whose mail is to be tried again, some time of the day."""
    return _people(conn, "status = 'later'", [day])


def told(conn: Connection[Any], person: str) -> set[Owed]:
    """All that the person was told and that was still due then."""
    with conn.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(
            "select kind, subject_id::text, due_on from reminders.told where person_id = %s", [person]
        )
        return {Owed(*row) for row in rows}


def late(conn: Connection[Any], until: date) -> dict[str, list[Owed]]:
    """All that was due and told by that day, and nobody else was told of yet, by person."""
    found = defaultdict[str, list[Owed]](list)
    with conn.cursor(row_factory=tuple_row) as cursor:
        for person, *thing in cursor.execute(_LATE, {"until": until}):
            found[person].append(Owed(*thing))
    return dict(found)


def keep(conn: Connection[Any], person: str, owed: Collection[Owed]) -> None:
    """Forgets what the person was told and does not owe any more."""
    conn.execute(_FORGET, {"person": person, **_columns(owed)})


def keep_only(conn: Connection[Any], people: Collection[str]) -> None:
    """Forgets what others were told: they have left."""
    conn.execute("delete from reminders.told where person_id <> all(%s::uuid[])", [list(people)])


def note_told(conn: Connection[Any], day: date, digest: Digest) -> None:
    """Notes what somebody owes who has no address: from that day on it is due."""
    conn.execute(_TELL, {"person": digest.person, "day": day, **_columns(digest.own)})


def claim(conn: Connection[Any], day: date, now: datetime, digest: Digest) -> bool:
    """Notes the mail and all that it tells; False if there is one for the person and the day."""
    with conn.transaction():
        asked = {"day": day, "person": digest.person, "lines": digest.lines, "now": now}
        if conn.execute(_CLAIM, asked).rowcount == 0:
            return False
        note_told(conn, day, digest)
        for person, owed in digest.escalated.items():
            conn.execute(_ESCALATE, {"person": person, "lead": digest.person, "day": day, **_columns(owed)})
        return True


def settle(
    conn: Connection[Any], day: date, now: datetime, digest: Digest, status: str, pause: timedelta | None
) -> None:
    """Notes what became of a mail. One that did not leave told nothing, and is tried again after a pause."""
    with conn.transaction():
        if status == LATER:
            conn.execute(
                "delete from reminders.told where person_id = %s and told_on = %s", [digest.person, day]
            )
            conn.execute(
                "update reminders.told set escalated_on = null, escalated_to = null"
                " where escalated_to = %s and escalated_on = %s",
                [digest.person, day],
            )
        conn.execute(
            "update reminders.mails set status = %s, next_attempt_at = %s, changed_at = %s"
            " where day = %s and person_id = %s",
            [status, None if pause is None else now + pause, now, day, digest.person],
        )


def attempts(conn: Connection[Any], day: date, person: str) -> int:
    """Counts how often the mail was tried."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        found = cursor.execute(
            "select attempts from reminders.mails where day = %s and person_id = %s", [day, person]
        ).fetchone()
        return int(found or 0)


def _people(conn: Connection[Any], which: str, values: Sequence[Any]) -> set[str]:
    with conn.cursor(row_factory=scalar_row) as cursor:
        asked = f"select person_id::text from reminders.mails where day = %s and {which}"  # noqa: S608 - ours
        return set(cursor.execute(asked.encode(), values))


def _columns(owed: Collection[Owed]) -> dict[str, list[Any]]:
    return {
        "kinds": [each.kind for each in owed],
        "subjects": [each.subject_id for each in owed],
        "days": [each.due_on for each in owed],
    }
