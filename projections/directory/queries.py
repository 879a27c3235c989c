"""Questions about units, people and cycles."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from projections.directory import membership, policies
from projections.directory.projector import TABLES
from projections.moment import Moment, holds, instant, known
from projections.page import BY_TEXT, BadCursor, Page, Sorting, cursor_after, key_of
from projections.versions import as_known
from projections.words import levelled, matching

_VERSIONS = as_known("read_directory.versions", "t")
_SELECT = {kept.name: ", ".join(f"t.{name}" for name in ("id", *kept.columns)) for kept in TABLES}
_UNIT_AND_BELOW = f"""
    t.unit_id in (
        with recursive below as (
            select unnest(%(unit)s::uuid[]) as id
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


_PEOPLE_THERE = f"""
    select p.id, p.name, p.unit_id, u.name as unit_name from read_directory.people p
      left join read_directory.units u on u.id = p.unit_id and {holds("u")}
     where p.id = any(%(ids)s::uuid[]) and {holds("p")}"""
_CONDITIONS = {
    "unit": _UNIT_AND_BELOW,
    "manager": "t.manager_id = any(%(manager)s::uuid[])",
    "parent": "t.parent_id = any(%(parent)s::uuid[])",
    "kind": "t.kind = any(%(kind)s)",
    "status": "t.status = any(%(status)s)",
    "among": "t.id = any(%(among)s::uuid[])",
    "without": "t.id <> all(%(without)s::uuid[])",
}
SORTINGS = {
    "units": Sorting("units", {"name": BY_TEXT, "kind": str, "status": str}, usual=("name",)),
    "people": Sorting(
        "people", {"name": BY_TEXT, "job_title": BY_TEXT, "email": BY_TEXT, "status": str}, usual=("name",)
    ),
    "cycles": Sorting(
        "cycles", {"name": BY_TEXT, "starts_on": str, "ends_on": str, "status": str}, usual=("name",)
    ),
}
PRIVATE = frozenset({"email", "user_name", "account_id"})
"""The address of a person, and what they are called at the identity provider."""
_TEXTS = {"units": ("name",), "people": ("name", "email", "job_title"), "cycles": ("name",)}
_CHOSEN = {
    table: ", ".join(f"t.{name}::text" for name in {"id": 0, "external_id": 0, **sorting.by})
    for table, sorting in SORTINGS.items()
}


@dataclass(frozen=True, slots=True)
class DirectoryFilters:
    """None asks for all, several values for those that have one of them. `unit` (of people) includes the
    units below it; of `q` every word is looked for in the name, of people also in address and job title.
    `among` and `without` are ids. Addresses are told of `emails_of` alone (None: of all), and only these are
    searched and sorted by.
    """

    unit: Collection[UUID] | None = None
    manager: Collection[UUID] | None = None
    parent: Collection[UUID] | None = None
    kind: Collection[str] | None = None
    status: Collection[str] | None = None
    among: Collection[str] | None = None
    without: Collection[str] | None = None
    external_id: str | None = None
    q: str | None = None
    emails_of: Collection[str] | None = None


EVERYTHING = DirectoryFilters()


class Directory:
    """Answers from `read_directory`, as JSON-ready dicts: ids and dates as strings, absent values as None.

    Lists are sorted by name, then id, unless another order is asked for; `after` is the cursor of an earlier
    page of the same list, BadCursor if it is not. `version` and `position` (of the last change) are those
    known at `known_at`.
    """

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def units(
        self,
        moment: Moment,
        limit: int = 50,
        after: str | None = None,
        filters: DirectoryFilters = EVERYTHING,
        sort: Sequence[str] = (),
    ) -> Page:
        """Lists every unit there is, the dissolved ones too: {id, what the catalogue has kept of it, version,
        position}.
        """
        return self._list("units", moment, limit, after, filters, sort)

    def unit(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """One unit; None if there is none, or not yet."""
        return self._one("units", moment, id)

    def people(
        self,
        moment: Moment,
        limit: int = 50,
        after: str | None = None,
        filters: DirectoryFilters = EVERYTHING,
        sort: Sequence[str] = (),
    ) -> Page:
        """Lists everybody, those who have left too: {id, what the catalogue has kept of them, version,
        position}.
        """
        return self._list("people", moment, limit, after, filters, sort)

    def person(
        self, moment: Moment, id: UUID, emails_of: Collection[str] | None = None
    ) -> dict[str, Any] | None:
        """One person; None if there is none, or not yet."""
        found = self._one("people", moment, id)
        return None if found is None else _without_email([found], emails_of)[0]

    def cycles(
        self,
        moment: Moment,
        limit: int = 50,
        after: str | None = None,
        filters: DirectoryFilters = EVERYTHING,
        sort: Sequence[str] = (),
    ) -> Page:
        """Lists every cycle: {id, what the catalogue has kept of it, version, position}."""
        return self._list("cycles", moment, limit, after, filters, sort)

    def cycle(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """One cycle; None if there is none, or not yet."""
        return self._one("cycles", moment, id)

    def policies(self, moment: Moment, limit: int = 50, after: str | None = None) -> Page:
        """Lists every policy recorded by the moment, in the order of recording, also those that come into
        force later; as `projections.directory.policies` has them.
        """
        found = policies.policies(self._connection, moment)
        if after is not None:
            (last,) = key_of("policies", after, 1)
            places = {each["id"]: place for place, each in enumerate(found, 1)}
            if last not in places:
                raise BadCursor("the cursor is not one that this service made")
            found = found[places[last] :]
        following = cursor_after("policies", found[limit - 1]["id"]) if len(found) > limit else None
        return Page(found[:limit], following)

    def policy(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """One policy; None if there is none."""
        found = policies.policies(self._connection, moment)
        return next((each for each in found if each["id"] == str(id)), None)

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

    def people_there(self, moment: Moment, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The names of those of these people who are there, by id, and their units: {name, unit_id,
        unit_name}.
        """
        rows = self._rows(_PEOPLE_THERE, {**moment.parameters, "ids": list({*ids})})
        return {row.pop("id"): row for row in rows}

    def people_called(self, moment: Moment, name: str) -> list[str]:
        """The ids of the people who at some time, as known at the moment, were called exactly so; if there
        are none, of those whose name has every word.
        """
        query = f"select distinct t.id, t.name from read_directory.people t where {known('t')}"
        rows = self._rows(query, moment.parameters)
        exactly = [row for row in rows if levelled(row["name"]) == levelled(name)]
        return sorted({row["id"] for row in exactly or matching(rows, name, ("name",), None)})

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
        filters: DirectoryFilters,
        sort: Sequence[str],
    ) -> Page:
        where, values = [holds("t")], dict[str, Any](moment.parameters)
        for name, condition in _CONDITIONS.items():
            if (asked := getattr(filters, name)) is not None:
                where.append(condition)
                values[name] = list(asked)
        statement = f"select {_CHOSEN[table]} from read_directory.{table} t where {' and '.join(where)}"
        found = _without_email(self._rows(statement, values), filters.emails_of)
        rows = matching(found, filters.q, _TEXTS[table], filters.external_id)
        chosen, following = SORTINGS[table].page(rows, limit, after, sort)
        ids = [row["id"] for row in chosen]
        full = self._rows(
            f"{_from(table)} and t.id = any(%(ids)s::uuid[])", {**moment.parameters, "ids": ids}
        )
        by_id = {row["id"]: row for row in _without_email(full, filters.emails_of)}
        return Page([by_id[id] for id in ids], following)

    def _rows(self, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return [_plain(row) for row in cursor.execute(query, parameters)]


def _from(table: str) -> str:
    return (
        f"select {_SELECT[table]}, v.version, v.position from read_directory.{table} t {_VERSIONS}"
        f" where {holds('t')}"
    )


def _without_email(
    people: Iterable[dict[str, Any]], emails_of: Collection[str] | None
) -> list[dict[str, Any]]:
    if emails_of is None:
        return list(people)
    return [
        each if each["id"] in emails_of else {**each, **dict.fromkeys(PRIVATE & each.keys())}
        for each in people
    ]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _as_json(value) for name, value in row.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value
