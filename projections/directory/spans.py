"""Spans tell which units belonged to a unit, and on which days."""

from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from projections.moment import Moment, known

# A unit comes as often as its way up differs from one stretch of days to another.
_BELOW = f"""
    with recursive below (id, since, until) as (
        select %(unit)s::uuid, '-infinity'::date, 'infinity'::date
        union
        select u.id, greatest(u.valid_from, below.since), least(u.valid_to, below.until)
          from below
          join read_directory.units u
            on u.parent_id = below.id and u.valid_from < below.until and u.valid_to > below.since
           and {known("u")})
    select id, range_agg(daterange(since, until))::text from below group by id
"""


def units_below(connection: Connection[Any], moment: Moment, unit: UUID) -> dict[UUID, str]:
    """The unit, on all days, and each that ever was below it, with the days on which it was, as known at the
    moment: multiranges of dates, as PostgreSQL writes them.
    """
    with connection.cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(_BELOW.encode(), {**moment.parameters, "unit": unit}))
