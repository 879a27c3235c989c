"""The version of an aggregate as known at an instant.

It belongs to recorded time alone: a fact that holds from next month raises the version today. A read model
keeps it in a table of its own, one row per aggregate and save, only ever added to.
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from psycopg import Connection

from projections.copying import copying
from projections.events import Recorded

DDL = """create table versions (
    id uuid not null, recorded_at timestamptz not null, version bigint not null, position bigint not null,
    primary key (id, recorded_at)
);
"""


def record(connection: Connection[Any], table: str, events: Sequence[Recorded]) -> None:
    """Note the version and position that each aggregate reached in these events (given in order).

    Only the first save can have been begun by an earlier call, which cut it in two.
    """
    if not events:
        return
    first = events[0].recorded_at
    connection.execute(
        f"delete from {table} where id = any(%s) and recorded_at = %s",
        [list({event.originator_id for event in takewhile(lambda e: e.recorded_at == first, events)}), first],
    )
    last = {(event.originator_id, event.recorded_at): event for event in events}
    with copying(connection, table, ("id", "recorded_at", "version", "position")) as add_row:
        for (id, recorded_at), event in last.items():
            add_row((id, recorded_at, event.version, event.position))


def as_known(table: str, alias: str) -> str:
    """SQL: join the `version` and `position` of the aggregate `alias`.id as known at %(known_at)s, as `v`."""
    return (
        f"cross join lateral (select version, position from {table} v where v.id = {alias}.id"
        " and v.recorded_at <= %(known_at)s order by v.recorded_at desc limit 1) v"
    )
