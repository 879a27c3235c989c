"""The audit trail: one row for each event, and one for each row of the journal of the web service (who read
what is personal, which commands were refused, what was exported), merged by time.

Both have numbers without a gap in the order of commits: positions and numbers. A cursor is a pair of them, so
however many rows are added meanwhile, a walk neither misses nor repeats any that was there when it began; one
that begins with the oldest ends with those that were added, too.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from psycopg import Connection
from psycopg.rows import dict_row, scalar_row, tuple_row

from projections.audit.queries import counts
from projections.audit.queries.conditions import TrailFilters, frequent, of_entries, of_journal
from projections.audit.queries.windows import Conditions, Log, following
from projections.audit.words import AMENDMENT, OF_JUDGEMENT
from projections.moment import Moment, instant
from projections.page import BadCursor, Page, cursor_after, key_of

NEWEST, OLDEST = "newest", "oldest"
ORDERS = (NEWEST, OLDEST)
MOST_COUNTED = 10_000
_CALLED = {"approved": "before", "again": "again"}

_ENTRIES = Log(
    "read_audit.entries",
    "position",
    "recorded_at",
    """
    'event' as kind, r.position, null::bigint as number, r.subject_id || ':' || r.version as event_id,
    r.recorded_at, r.effective_on, r.actor, null as role, r.reason, r.action,
    r.subject_type, r.subject_id, r.title, r.changes,
    null as outcome, null as path, null as detail, null::bigint as seen_position, null::bigint as rows,
    null as digest, null as address, null::bigint as times""",
)
_JOURNAL = Log(
    "access.journal",
    "number",
    "at",
    """
    r.kind, null::bigint as position, r.number, null as event_id,
    r.at as recorded_at, null::date as effective_on, r.actor, r.role, null as reason, r.action,
    r.subject_type, r.subject_id, null as title, '[]'::jsonb as changes,
    r.outcome, r.path, r.detail, r.position as seen_position, r.rows, r.digest, r.address, r.times""",
)
_NUMBER = re.compile("[0-9]{1,18}", re.ASCII)
_LAST_TITLE = """(
    select e.title from read_audit.entries e where e.subject_id = {subject}
     order by e.position desc limit 1)"""
_EVERYTHING = """
    select kind, position, number, event_id, recorded_at, effective_on,
           (recorded_at at time zone %(zone)s)::date > effective_on as late,
           actor, %(names)s::jsonb ->> actor as actor_name, role, reason, action,
           subject_type, subject_id::text as subject_id,
           case when kind = 'event' then title else {title} end as subject_title, changes,
           outcome, path, detail, seen_position, rows, digest, address, times
      from ({rows}) as every order by recorded_at {direction}, place {direction}"""
_COUNT = "select count(*) from (select from {table} r {where} limit {most}) counted"
# Of entries: the last approval before each, and the first one after it.
_APPROVALS = """
    select e.position, before.position as before_position, before.effective_on as before_on,
           before.actor as before_actor, again.position as again_position, again.effective_on as again_on,
           again.actor as again_actor
      from read_audit.entries e
      left join lateral (
           select a.position, a.effective_on, a.actor from read_audit.entries a
            where a.subject_id = e.subject_id and a.action = 'objective.approved' and a.position < e.position
            order by a.position desc limit 1) before on true
      left join lateral (
           select a.position, a.effective_on, a.actor from read_audit.entries a
            where a.subject_id = e.subject_id and a.action = 'objective.approved' and a.position > e.position
            order by a.position limit 1) again on true
     where e.position = any(%(positions)s) and e.words @@ %(amendment)s::tsquery"""
_NONE = f"select {_ENTRIES.row}, r.position as place from {_ENTRIES.table} r where false"
_SUBJECT = """
    select subject_type as type, subject_id::text as id, title from read_audit.entries
     where subject_id = %(id)s and recorded_at <= %(known_at)s and effective_on <= %(as_of)s
     order by effective_on desc, position desc limit 1"""
_TITLES = f"""
    select subject.id, {_LAST_TITLE.format(subject="subject.id")} from unnest(%s::uuid[]) as subject (id)"""
# What is in an index is in memory, or on a disk without a head to be moved.
_FAST_DISKS = "set local random_page_cost to 1.1"
_ENDS = """
    select (select coalesce(max(position), 0) from read_audit.entries),
           (select number from access.journal_head)"""

# From one value to the next by the index: there are few of them, however long the trail is.
_KNOWN = """
    with recursive known (value) as (
        (select {column} from {table} order by {column} limit 1)
        union all
        select (select t.{column} from {table} t where t.{column} > known.value order by t.{column} limit 1)
          from known where known.value is not null)
    select value from known where value is not null"""
# One statement, so that both numbers are of one moment.
_ACCOUNT = """
    select p.position, (select count(*) from read_audit.entries) from projection.positions p
     where p.read_model = 'audit'"""


class Trail:
    """Answers from `read_audit` and from the journal. Who may ask is for the caller to decide."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def subject(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """{type, id, title} of what has this id; None if there is nothing, or not yet."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(_SUBJECT, {**moment.parameters, "id": id}).fetchone()

    def page(
        self, asked: TrailFilters, order: str = NEWEST, limit: int = 50, after: str | None = None
    ) -> Page:
        """{kind, position, number, event_id, recorded_at, effective_on, actor, role, reason, action, subject:
        {type, id, title} or None, changes, late, amendment, outcome, path, detail, seen_position, rows,
        digest, address, times}: of events the first of them, of the journal the others. `changes` are JSON
        already. `amendment`: {approved, again}, the approvals before and after a change of what was approved,
        each {position, on, actor} or None. Raises BadCursor.
        """
        self._connection.execute(_FAST_DISKS)
        asked = replace(asked, frequent=frequent(self._connection, asked.queries))
        newest = order == NEWEST
        places = self._start(newest=newest) if after is None else _places(order, after)
        found: list[dict[str, Any]] = []
        for source, (log, conditions) in enumerate(_sources(asked)):
            if conditions is not None:
                rows = following(
                    self._connection, log, conditions, places[source], newest=newest, limit=limit + 1
                )
                found += [{**row, "source": source, "place": row[log.place]} for row in rows]
        found.sort(key=lambda row: (row["recorded_at"], row["source"], row["place"]), reverse=newest)
        shown = found[:limit]
        for row in shown:
            places[row["source"]] = row["place"]
        following_page = cursor_after(_listing(order), *map(str, places)) if len(found) > limit else None
        titles = self._titles(row["subject_id"] for row in shown if row["number"] is not None)
        approvals = self._approvals([row["position"] for row in shown if row["position"] is not None])
        zone = ZoneInfo(asked.zone)
        items = [{**_shown(row, titles, zone), "amendment": approvals.get(row["position"])} for row in shown]
        return Page(items, following_page)

    def count(self, asked: TrailFilters) -> int:
        """Counts the rows that there are, up to one more than MOST_COUNTED."""
        self._connection.execute(_FAST_DISKS)
        asked = replace(asked, frequent=frequent(self._connection, asked.queries))
        found = 0
        for log, conditions in _sources(asked):
            if conditions is not None:
                where, given = conditions.clause(log)
                query = _COUNT.format(table=log.table, where=where, most=MOST_COUNTED + 1)
                with self._connection.cursor(row_factory=scalar_row) as cursor:
                    found += cursor.execute(query, given).fetchall()[0]
        return min(found, MOST_COUNTED + 1)

    def counts(
        self, moment: Moment, first: date, ends: Sequence[date], zone: ZoneInfo
    ) -> list[dict[str, Any]]:
        """Counts for each step from `first` on, which goes up to one of the `ends`, what has changed on its
        days, and what of that was recorded late: {from, to, changes, late}.
        """
        return counts.changes(self._connection, moment, first, ends, zone)

    def everything(
        self, asked: TrailFilters, names: Mapping[str, str], order: str = OLDEST, after: str | None = None
    ) -> tuple[str, dict[str, Any]]:
        """The statement, with its parameters, that selects all of these rows, `after` a cursor of that order
        if there is one: what a page has, with `actor_name` by `names`, and the subject in three columns.
        """
        parameters: dict[str, Any] = {"zone": asked.zone, "names": orjson.dumps(dict(names)).decode()}
        beyond, direction = ("<", "desc") if order == NEWEST else (">", "asc")
        places = None if after is None else _places(order, after)
        parts = []
        for source, (log, conditions) in enumerate(_sources(asked)):
            if conditions is not None:
                bound = () if places is None else (f"{log.place} {beyond} {places[source]:d}",)
                where, given = replace(conditions, where=(*conditions.where, *bound)).clause(log)
                parts.append(f"select {log.row}, r.{log.place} as place from {log.table} r {where}")
                parameters |= given
        rows = " union all ".join(parts) or _NONE
        title = _LAST_TITLE.format(subject="every.subject_id")
        return _EVERYTHING.format(title=title, rows=rows, direction=direction), parameters

    def _approvals(self, positions: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Gives the approvals before and after those of these entries that changed what was approved."""
        given = {"positions": list(positions), "amendment": f"'{OF_JUDGEMENT}{AMENDMENT}'"}
        with self._connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(_APPROVALS, given).fetchall()
        return {
            row["position"]: {name: _approval(row, called) for name, called in _CALLED.items()}
            for row in rows
        }

    def _titles(self, ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
        """Gives the titles that these had last."""
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            return dict(cursor.execute(_TITLES, [[id for id in ids if id is not None]]))

    def _start(self, *, newest: bool) -> list[int]:
        if not newest:
            return [0, 0]
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            ((position, number),) = cursor.execute(_ENDS).fetchall()
        return [position + 1, number + 1]


def _sources(asked: TrailFilters) -> tuple[tuple[Log, Conditions | None], ...]:
    return (_ENTRIES, of_entries(asked)), (_JOURNAL, of_journal(asked))


def _listing(order: str) -> str:
    return f"audit, {order} first"


def _places(order: str, after: str) -> list[int]:
    """The last place of each source before the page that the cursor leads to."""
    places = key_of(_listing(order), after, 2)
    if not all(_NUMBER.fullmatch(place) for place in places):
        raise BadCursor("the cursor is not one that this service made")
    return [int(place) for place in places]


def _approval(row: Mapping[str, Any], called: str) -> dict[str, Any] | None:
    if row[f"{called}_position"] is None:
        return None
    on = row[f"{called}_on"].isoformat()
    return {"position": row[f"{called}_position"], "on": on, "actor": row[f"{called}_actor"]}


def _shown(row: dict[str, Any], titles: Mapping[UUID | None, str], zone: ZoneInfo) -> dict[str, Any]:
    """As it leaves the service."""
    del row["source"], row["place"]
    type_, id, title = row.pop("subject_type"), row.pop("subject_id"), row.pop("title")
    if row["number"] is not None:
        title = titles.get(id)
    subject = {"type": type_, "id": None if id is None else str(id), "title": title}
    day = row["effective_on"]
    return {
        **row,
        "recorded_at": instant(row["recorded_at"]),
        "effective_on": None if day is None else day.isoformat(),
        "late": None if day is None else row["recorded_at"].astimezone(zone).date() > day,
        "subject": subject if type_ else None,
    }


def known(connection: Connection[Any], column: Literal["actor", "action"]) -> set[str]:
    """Every actor or action, each once: of events, of reads, of refused commands."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return {
            value
            for table in ("read_audit.entries", "access.journal")
            for value in cursor.execute(_KNOWN.format(column=column, table=table))
        }


def unaccounted(connection: Connection[Any]) -> list[str]:
    """One sentence if there are not as many entries as there are events that were taken in; else none."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return [
            f"the audit trail has {entries} entries for the events up to position {position}"
            for position, entries in cursor.execute(_ACCOUNT)
            if entries != position
        ]
