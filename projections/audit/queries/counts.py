"""Changes are counted by the day since which they hold, and those of them that were recorded late."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import tuple_row

from projections.moment import Moment

# A day is over when the next one begins in the zone: said once a day, since a change of zones costs more than
# everything else of a row.
_COUNTS = """
    select e.effective_on, count(*), count(*) filter (where e.recorded_at >= d.over)
      from (select day::date, (day + interval '1 day') at time zone %(zone)s as over
              from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') day) d
      join read_audit.entries e on e.effective_on = d.day
     where e.effective_on between %(first)s and %(last)s and e.recorded_at <= %(known_at)s
     group by e.effective_on"""


def changes(
    connection: Connection[Any], moment: Moment, first: date, ends: Sequence[date], zone: ZoneInfo
) -> list[dict[str, Any]]:
    """{from, to, changes, late} for each step, which goes up to one of the `ends` and follows the one before;
    the first begins on `first`. A change is late if it was recorded on a later day of the zone than the one
    since which it holds.
    """
    asked = {"first": first, "last": ends[-1], "known_at": moment.known_at, "zone": zone.key}
    begins = [first, *(date.fromordinal(end.toordinal() + 1) for end in ends[:-1])]
    steps = [
        {"from": begin.isoformat(), "to": end.isoformat(), "changes": 0, "late": 0}
        for begin, end in zip(begins, ends, strict=True)
    ]
    with connection.cursor(row_factory=tuple_row) as cursor:
        for day, number, late in cursor.execute(_COUNTS, asked):
            step: dict[str, Any] = steps[bisect_left(ends, day)]
            step["changes"] += number
            step["late"] += late
    return steps
