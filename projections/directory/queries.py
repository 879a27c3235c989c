"""Questions about units, people and cycles."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from projections.directory import membership
from projections.directory.projector import TABLES
from projections.moment import Moment, holds, instant
from projections.page import BadCursor, Page, cursor_after, key_of
from projections.versions import as_known

_VERSIONS = as_known("read_directory.versions", "t")
_SELECT = {kept.name: ", ".join(f"t.{name}" for name in ("id", *kept.columns)) for kept in TABLES}
_UNIT_AND_BELOW = f"""
    t.unit_id in (
        with recursive below as (
            select %(unit)s::uuid as id
            union
            select u.id from read_directory.units u join below b on u.parent_id = b.id where {holds("u")}
        )
        select id from below)
"""

# A reopening belongs to the last closing before it. What happened later than the moment is not looked at.
_SEALS = """
    with said as (
        select s.*, lead(s.position) over (order by s.position) as next
          from read_directory.seals s
         where s.cycle_id = %(id)s and s.recorded_at <= %(known_at)s and s.effective_on <= %(as_of)s)
    select c.position, c.recorded_at as sealed_at, c.effective_on as sealed_on, c.actor as sealed_by,
           c.reason, c.digest, c.algorithm, c.objectives, c.reviews, c.sealed_position,
           r.recorded_at as reopened_at, r.effective_on as reopened_on, r.actor as reopened_by,
           r.reason as reopen_reason
      from said c left join said r on r.position = c.next and not r.closes
     where c.closes order by c.position
"""
_MANAGERS = f"""
    with recursive above (id, steps) as (
        select p.manager_id, 1 from read_directory.people p
         where p.id = %(id)s and p.manager_id is not null and {holds("p")}
        union
        select p.manager_id, above.steps + 1 from above
          join read_directory.people p on p.id = above.id and p.manager_id is not null and {holds("p")})
        cycle id set looped using path
    select id from above where not looped group by id order by min(steps)
"""


class Directory:
    """Answers from `read_directory`, as JSON-ready dicts: ids and dates as strings, absent values as None.

    Lists are ordered by name (byte order), then id; `after` is the cursor of an earlier page of the same
    list, BadCursor if it is not. `version` and `position` (of the last change) are those known at
    `known_at`.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def units(self, moment: Moment, limit: int = 50, after: str | None = None) -> Page:
        """Lists every unit there is, the dissolved ones too: {id, what the catalogue has kept of it, version,
        position}.
        """
        return self._list("units", moment, limit, after)

    def unit(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """One unit; None if there is none, or not yet."""
        return self._one("units", moment, id)

    def people(
        self, moment: Moment, unit: UUID | None = None, limit: int = 50, after: str | None = None
    ) -> Page:
        """Lists everybody, those who have left too; with `unit`, who belongs to it or to a unit below it at
        the moment: {id, what the catalogue has kept of them, version, position}.
        """
        condition = _UNIT_AND_BELOW if unit else "true"
        return self._list("people", moment, limit, after, condition=condition, parameters={"unit": unit})

    def person(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """One person; None if there is none, or not yet."""
        return self._one("people", moment, id)

    def cycles(self, moment: Moment, limit: int = 50, after: str | None = None) -> Page:
        """Lists every cycle: {id, what the catalogue has kept of it, version, position}."""
        return self._list("cycles", moment, limit, after)

    def cycle(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """One cycle; None if there is none, or not yet."""
        return self._one("cycles", moment, id)

    def names(self, moment: Moment, ids: Iterable[UUID | str]) -> dict[str, str]:
        """The names of those of these units, people and cycles that are there, by id."""
        wanted = list({str(id) for id in ids})
        rows = self._rows(
            " union all ".join(
                f"select t.id, t.name from read_directory.{table} t"
                f" where t.id = any(%(ids)s::uuid[]) and {holds('t')}"
                for table in _SELECT
            ),
            {**moment.parameters, "ids": wanted},
        )
        return {row["id"]: row["name"] for row in rows}

    def seals(self, moment: Moment, cycle_id: UUID) -> list[dict[str, Any]]:
        """Every closing of the cycle, oldest first: {position, sealed_at, sealed_on, sealed_by, reason,
        digest, algorithm, objectives, reviews, sealed_position, reopened_at, reopened_on, reopened_by,
        reopen_reason}.

        `position` and `sealed_at` are of the event, `sealed_position` is that of the log when the seal was
        made; `digest` and what belongs to it are None where the cycle was closed without a seal.
        """
        return self._rows(_SEALS, {**moment.parameters, "id": cycle_id})

    def managers(self, moment: Moment, id: UUID) -> list[str]:
        """The ids of the person's manager, the manager's manager and so on, each once, the nearest first."""
        return [row["id"] for row in self._rows(_MANAGERS, {**moment.parameters, "id": id})]

    def membership_of_person(self, moment: Moment, id: UUID) -> list[dict[str, Any]]:
        """Tells of which unit the person was and who their manager was, at all times: [{from, to, unit_id,
        unit_name, manager_id, status}], empty before the person is known.
        """
        return membership.of_person(self._connection, moment, id)

    def membership_of_unit(self, moment: Moment, id: UUID) -> list[dict[str, Any]]:
        """Below which unit the unit stood at all times: [{from, to, parent_id, parent_name, status}]."""
        return membership.of_unit(self._connection, moment, id)

    def _one(self, table: str, moment: Moment, id: UUID) -> dict[str, Any] | None:
        rows = self._rows(f"{_from(table)} and t.id = %(id)s", {**moment.parameters, "id": id})
        return rows[0] if rows else None

    def _list(
        self,
        table: str,
        moment: Moment,
        limit: int,
        after: str | None,
        *,
        condition: str = "true",
        parameters: Mapping[str, Any] | None = None,
    ) -> Page:
        query = f"{_from(table)} and {condition}"
        values = {**moment.parameters, **(parameters or {}), "limit": limit + 1}
        if after is not None:
            query += " and (t.name, t.id) > (%(after_name)s, %(after_id)s)"
            values["after_name"], after_id = key_of(table, after, 2)
            values["after_id"] = _uuid(after_id)
        rows = self._rows(f"{query} order by t.name, t.id limit %(limit)s", values)
        if len(rows) <= limit:
            return Page(rows, None)
        last = rows[limit - 1]
        return Page(rows[:limit], cursor_after(table, last["name"], last["id"]))

    def _rows(self, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return [_plain(row) for row in cursor.execute(query, parameters)]


def _from(table: str) -> str:
    return (
        f"select {_SELECT[table]}, v.version, v.position from read_directory.{table} t {_VERSIONS}"
        f" where {holds('t')}"
    )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _as_json(value) for name, value in row.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadCursor("the cursor is not one that this service made") from error
