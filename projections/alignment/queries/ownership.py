"""Ownership tells whose an objective was, and of which unit, at all times; and what a unit has at
one moment.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row, scalar_row

from domain.presence import ACTIVE
from projections.alignment.queries.cascade import array, fetch
from projections.alignment.queries.statements import SCHEMA
from projections.moment import Moment, holds, known
from projections.spans import RowSpan, merged

# An owner who is not there yet has no unit yet.
_OWNERS = f"""
    with owned as materialized (
        select o.* from unnest(%(ids)s::uuid[]) as wanted(id)
        join {SCHEMA}.told_objectives o on o.id = wanted.id and {known("o")}),
    people as (
        select p.id, p.valid_from, p.valid_to, p.unit_id from read_directory.people p
        where p.id = any(array(select distinct owner_person_id from owned)) and {known("p")}),
    belonging as (
        select * from people
        union all
        select id, '-infinity', min(valid_from), null from people group by id)
    select o.id::text, greatest(o.valid_from, p.valid_from) as since,
        nullif(least(o.valid_to, p.valid_to), 'infinity') as until, o.owner_unit_id::text,
        o.owner_person_id::text, coalesce(o.owner_unit_id, p.unit_id)::text as unit_id
    from owned o
    left join belonging p
        on p.id = o.owner_person_id and p.valid_from < o.valid_to and p.valid_to > o.valid_from
    order by o.id, since"""

_OF_PERSON = f"""
    select o.id::text from {SCHEMA}.told_objectives o where o.owner_person_id = %(person)s and {holds("o")}"""

# What it is on the day asked about; of one that is not there yet, on its first day.
_EVER_OF_PERSON = f"""
    select distinct on (o.id) o.id::text, o.title, o.level, o.status, o.visibility, o.cycle_id::text
      from {SCHEMA}.told_objectives o
     where o.id = any(array(select e.id from {SCHEMA}.told_objectives e
                             where e.owner_person_id = %(person)s and {known("e")}))
       and {known("o")} and o.id > %(after)s and o.id <> all(%(hidden)s::uuid[])
     order by o.id, o.valid_from <= %(as_of)s desc,
              case when o.valid_from <= %(as_of)s then o.valid_from end desc, o.valid_from
     limit %(limit)s"""

_OF_UNIT = f"""
    select o.id::text from {SCHEMA}.told_objectives o where o.owner_unit_id = %(unit)s and {holds("o")}
    union all
    select o.id::text from read_directory.people p
    join {SCHEMA}.told_objectives o on o.owner_person_id = p.id and o.owner_unit_id is null and {holds("o")}
    where p.unit_id = %(unit)s and {holds("p")}"""

_UNIT = f"""
    select u.id::text, u.parent_id::text, u.status,
        array(select p.id::text from read_directory.people p
              where p.unit_id = u.id and p.status = '{ACTIVE}' and {holds("p")} order by p.id) as people
    from read_directory.units u where u.id = %(unit)s and {holds("u")}"""


@dataclass(slots=True)
class _Unit:
    id: str
    parent_id: str | None
    status: str
    people: list[str]


@dataclass(slots=True)
class _Owned:
    id: str
    since: date
    until: date | None
    owner_unit_id: str | None
    owner_person_id: str | None
    unit_id: str | None


def ownership(
    connection: Connection[Any], moment: Moment, ids: Collection[str]
) -> dict[str, list[dict[str, Any]]]:
    """Tells the owners of each objective, from its first day on, as known at the moment: [{from, to, owner,
    unit_id}].

    `owner` is {unit_id} or {person_id}, None while it has none; `unit_id` is the unit itself, or that of the
    person at the time.
    """
    spans: dict[str, list[RowSpan]] = defaultdict(list)
    for owned in fetch(connection, _Owned, _OWNERS, moment, ids=array(ids)):
        owner = {"unit_id": owned.owner_unit_id, "person_id": owned.owner_person_id}
        said = {name: id for name, id in owner.items() if id is not None}
        values = {"owner": said or None, "unit_id": owned.unit_id}
        spans[owned.id].append(RowSpan(owned.since, owned.until, values))
    return {id: [span.told() for span in merged(found)] for id, found in spans.items()}


def of_person(connection: Connection[Any], moment: Moment, person_id: UUID) -> list[str]:
    """The ids of the objectives that the person owns."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_OF_PERSON, {**moment.parameters, "person": person_id}).fetchall()


def ever_of_person(
    connection: Connection[Any],
    moment: Moment,
    person_id: UUID,
    hidden: Collection[str],
    limit: int,
    after: UUID,
) -> list[dict[str, Any]]:
    """Lists the objectives that the person owned at any time, as known at the moment, by id beyond `after`:
    {id, title, level, status, visibility, cycle_id, owned: [{from, to}]}; without those that are hidden.
    """
    asked = {"person": person_id, "hidden": list(hidden), "limit": limit, "after": after}
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(_EVER_OF_PERSON, {**moment.parameters, **asked}).fetchall()
    spans = ownership(connection, moment, [each["id"] for each in found])
    own = {"person_id": str(person_id)}
    return [
        {
            **each,
            "owned": [
                {"from": span["from"], "to": span["to"]} for span in spans[each["id"]] if span["owner"] == own
            ],
        }
        for each in found
    ]


def unit(connection: Connection[Any], moment: Moment, unit_id: UUID) -> dict[str, Any] | None:
    """{id, parent_id, status, people}: `people` are those who belong to it and have not left."""
    found = fetch(connection, _Unit, _UNIT, moment, unit=unit_id)
    return asdict(found[0]) if found else None


def of_unit(connection: Connection[Any], moment: Moment, unit_id: UUID) -> list[str]:
    """The ids of the objectives that the unit owns or one of those who belong to it."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(_OF_UNIT, {**moment.parameters, "unit": unit_id}).fetchall()
