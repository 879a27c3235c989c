"""A history tells how one subject came to be what it is: its changes, what was approved of it, and any two
states of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row, dict_row, scalar_row

from projections.audit.fields import ABOUT, PERSONAL, full_name
from projections.audit.queries.comparison import Field, Side, Statement, differences, kind_of, label_of
from projections.moment import Moment, instant
from projections.page import BadCursor, Page, cursor_after, key_of

APPROVED = ("key_results", "alignments", ABOUT)
"""The kinds of parts of an objective that an approval is about."""

_COUNTING = """
      from read_audit.entries e
     where e.subject_id = %(id)s and e.subject_type = %(type)s and e.recorded_at <= %(known_at)s
       and (%(as_of)s::date is null or e.effective_on <= %(as_of)s)"""
_THERE = f"select exists (select {_COUNTING})"
_ENTRIES = f"""
    select e.position, e.version, e.recorded_at, e.effective_on,
        e.actor, e.reason, e.action, e.changes
    {_COUNTING} and e.position > %(after)s and e.version > %(since_version)s"""
_LAST_APPROVAL = f"""
    select e.position, e.version, e.recorded_at, e.effective_on, e.actor
    {_COUNTING} and e.action = 'objective.approved' order by e.position desc limit 1"""
# A field is called so, or a part of it is: `target` is that of every key result.
_TOUCHING = """exists (
    select from jsonb_array_elements(e.changes) c
     where position(%(field)s in '.' || (c ->> 'field') || '.') > 0)"""
_POSITION = """
    select position from read_audit.entries where recorded_at <= %(known_at)s
     order by recorded_at desc, position desc limit 1"""
_LINES = """
    select part, effective_on, position, said from read_audit.timeline
     where subject_id = %(id)s and position <= %(position)s order by effective_on, position"""
_TITLES = """
    select distinct on (subject_id) subject_id::text as id, said ->> 'title' as title from read_audit.timeline
     where subject_id = any(%(ids)s::uuid[]) and part = '' and said ? 'title'
       and position <= %(position)s and effective_on <= %(as_of)s
     order by subject_id, effective_on desc, position desc"""


@dataclass(frozen=True, slots=True)
class HistoryQuestion:
    """Changes recorded up to `known_at` and, if a day is given, effective by it; of one field, if one is, and
    beyond a version, if one is.
    """

    known_at: datetime
    as_of: date | None = None
    field: str | None = None
    since_version: int = 0


class History:
    """Answers from `read_audit` about one subject, JSON-ready. Who may see what is for the caller to decide:
    changes of personal text are marked `personal`.
    """

    def __init__(self, connection: Connection[Any], zone: tzinfo = UTC) -> None:
        """`zone`: that of the organisation, by whose days a change is late."""
        self._connection = connection
        self._zone = zone

    def changes(
        self, kind: str, id: UUID, asked: HistoryQuestion, limit: int | None = 50, after: str | None = None
    ) -> Page | None:
        """In the order of recording: {position, event_id, version, recorded_at, effective_on, actor, reason,
        action, late, changes: [{field, before, after, and where it applies until, label, personal}]}.
        `before` is what held on the effective day as known just before; `after` holds from then on, or up to
        the day `until`, of which another event had spoken already. `late`: recorded on a later day.

        None if no subject of this kind is known. With a field only what changed of it is told. Without a
        limit the page is the whole list. Raises BadCursor.
        """
        values = {"type": kind, "id": id, "as_of": asked.as_of, "known_at": asked.known_at}
        if not self._value(_THERE, values):
            return None
        query = _ENTRIES
        values |= {"after": _place(id, after), "limit": limit and limit + 1}
        values["since_version"] = asked.since_version
        if asked.field is not None:
            query += f" and {_TOUCHING}"
            values["field"] = f".{asked.field}."
        rows = self._rows(f"{query} order by e.position limit %(limit)s", values)
        items = [_told(id, row, asked.field, self._zone) for row in rows[:limit]]
        more = limit is not None and len(rows) > limit
        return Page(items, cursor_after(_list_of(id), str(items[-1]["position"])) if more else None)

    def approval(self, id: UUID, moment: Moment) -> dict[str, Any] | None:
        """Compares what the last approval of an objective approved with what is so at the moment: {position,
        version, recorded_at, actor, as_of, known_at, differs, changes: as in a comparison}; None if there is
        none yet. It is about what the objective says, whose it is, its key results and its links.
        """
        values = {"type": "objective", "id": id, **moment.parameters}
        rows = self._rows(_LAST_APPROVAL, values)
        if not rows:
            return None
        made = rows[0]
        approved = Side(made["effective_on"], made["position"])
        changes = self._compared(id, approved, self._side(moment), APPROVED)
        recorded_at = instant(made["recorded_at"])
        return {
            "position": made["position"],
            "version": made["version"],
            "recorded_at": recorded_at,
            "actor": made["actor"],
            "as_of": made["effective_on"].isoformat(),
            "known_at": recorded_at,
            "differs": bool(changes),
            "changes": changes,
        }

    def comparison(self, id: UUID, before: Moment, after: Moment) -> dict[str, Any]:
        """{from: {as_of, known_at}, to: {...}, changes: [{field, before, after, events: [positions], and
        where it applies label, personal}]}: every field that is not the same, and the events that did it.
        """
        return {
            "from": _shown(before),
            "to": _shown(after),
            "changes": self._compared(id, self._side(before), self._side(after)),
        }

    def _compared(
        self, id: UUID, before: Side, after: Side, kinds: tuple[str, ...] | None = None
    ) -> list[dict[str, Any]]:
        lines = self._lines(id, max(before.position, after.position))
        found = differences(lines, before, after, kinds)
        states = after.state(lines), before.state(lines)
        titles = self._titles((field for field in found if kind_of(field) == "alignments"), after)
        return [
            {
                "field": full_name(*field),
                "before": each.before,
                "after": each.after,
                "events": each.events,
                **_marked(titles.get(field[0].partition(".")[2]) or label_of(field, states), field[1]),
            }
            for field, each in found.items()
        ]

    def _titles(self, alignments: Iterable[Field], side: Side) -> dict[str, str]:
        ids = sorted({part.partition(".")[2] for part, _ in alignments})
        asked = {"ids": ids, "position": side.position, "as_of": side.as_of}
        return {row["id"]: row["title"] for row in self._rows(_TITLES, asked)} if ids else {}

    def _side(self, moment: Moment) -> Side:
        return Side(moment.as_of, self._value(_POSITION, moment.parameters) or 0)

    def _lines(self, id: UUID, position: int) -> list[Statement]:
        with self._connection.cursor(row_factory=class_row(Statement)) as cursor:
            return cursor.execute(_LINES, {"id": id, "position": position}).fetchall()

    def _rows(self, query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode(), values).fetchall()

    def _value(self, query: str, values: dict[str, Any]) -> Any:
        with self._connection.cursor(row_factory=scalar_row) as cursor:
            return cursor.execute(query.encode(), values).fetchone()


def _told(id: UUID, row: dict[str, Any], field: str | None, zone: tzinfo) -> dict[str, Any]:
    changes = row["changes"]
    if field is not None:
        changes = [change for change in changes if f".{field}." in f".{change['field']}."]
    return {
        "position": row["position"],
        "event_id": f"{id}:{row['version']}",
        "version": row["version"],
        "recorded_at": instant(row["recorded_at"]),
        "effective_on": row["effective_on"].isoformat(),
        "actor": row["actor"],
        "reason": row["reason"],
        "action": row["action"],
        "late": row["recorded_at"].astimezone(zone).date() > row["effective_on"],
        "changes": changes,
    }


def _marked(label: str | None, name: str) -> dict[str, Any]:
    personal = {"personal": True} if name in PERSONAL["objective"] else {}
    return personal if label is None else {"label": label, **personal}


def _shown(moment: Moment) -> dict[str, str]:
    return {"as_of": moment.as_of.isoformat(), "known_at": instant(moment.known_at)}


def _list_of(id: UUID) -> str:
    return f"history of {id}"


def _place(id: UUID, after: str | None) -> int:
    if after is None:
        return 0
    (position,) = key_of(_list_of(id), after, 1)
    if not (position.isascii() and position.isdigit() and len(position) < 19):
        raise BadCursor("the cursor is not one that this service made")
    return int(position)
