"""Reporting tells who reports to a person, directly or through others, at any day, as known at any
instant.
"""

from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from projections.moment import Moment, holds

_REPORTS = f"""
    with recursive below as (
        select p.id from read_directory.people p where p.manager_id = %(person)s and {holds("p")}
        union
        select p.id from read_directory.people p join below b on p.manager_id = b.id where {holds("p")}
    )
    select id from below
"""


def reports_of(connection: Connection[Any], moment: Moment, person_id: UUID) -> list[UUID]:
    """The ids of everybody who has the person above them at the moment."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(_REPORTS.encode(), {**moment.parameters, "person": person_id})
        return [id for (id,) in found]
