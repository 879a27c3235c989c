"""Reporting tells who reports to a person, directly or through others, and who and what is within units, at
any day, as known at any instant.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import scalar_row, tuple_row

from projections.moment import Moment, holds

_REPORTS = f"""
    with recursive below as (
        select p.id from read_directory.people p where p.manager_id = %(person)s and {holds("p")}
        union
        select p.id from read_directory.people p join below b on p.manager_id = b.id where {holds("p")}
    )
    select id from below
"""
_WITHIN = f"""
    with recursive below (id) as (
        select unnest(%(units)s::uuid[])
        union
        select u.id from below join read_directory.units u on u.parent_id = below.id and {holds("u")})"""
_LEADS = f"""
    with recursive up (id, parent_id, lead) as (
        select u.id, u.parent_id, u.lead_person_id from read_directory.units u
         where u.id = any(%(units)s::uuid[]) and {holds("u")}
        union
        select u.id, u.parent_id, u.lead_person_id from up
          join read_directory.units u on u.id = up.parent_id and {holds("u")})
    select distinct lead::text from up where lead is not null"""
_UNITS_WITHIN = f"{_WITHIN} select id::text from below"
_PEOPLE_WITHIN = f"""{_WITHIN}
    select p.id::text from read_directory.people p join below on below.id = p.unit_id where {holds("p")}"""


def reports_of(connection: Connection[Any], moment: Moment, person_id: UUID) -> list[UUID]:
    """The ids of everybody who has the person above them at the moment."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(_REPORTS.encode(), {**moment.parameters, "person": person_id})
        return [id for (id,) in found]


def units_within(connection: Connection[Any], moment: Moment, units: Iterable[UUID]) -> list[str]:
    """The ids of these units and of those below them at the moment."""
    return _ids(connection, _UNITS_WITHIN, moment, units)


def people_within(connection: Connection[Any], moment: Moment, units: Iterable[UUID]) -> list[str]:
    """The ids of the people of these units and of those below them at the moment."""
    return _ids(connection, _PEOPLE_WITHIN, moment, units)


def leads_above(connection: Connection[Any], moment: Moment, unit: UUID) -> list[str]:
    """The ids of the people who lead the unit, or one above it, at the moment."""
    return _ids(connection, _LEADS, moment, [unit])


def _ids(connection: Connection[Any], query: str, moment: Moment, units: Iterable[UUID]) -> list[str]:
    with connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(query.encode(), {**moment.parameters, "units": list(units)}).fetchall()
