"""The version of an aggregate as known at an instant.

It belongs to recorded time alone: a fact that holds from next month raises the version today. A read model
keeps it in a table of its own, one row per aggregate and save, only ever added to:

    create table versions (id uuid, recorded_at timestamptz, version bigint not null, position bigint not
    null,
                           primary key (id, recorded_at));
"""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from projections.events import Recorded


def record(connection: Connection[Any], table: str, events: Sequence[Recorded]) -> None:
    """Note the version and position that each aggregate reached in these events (given in order)."""
    last = {(event.originator_id, event.recorded_at): event for event in events}
    columns = [
        [event.originator_id for event in last.values()],
        [event.recorded_at for event in last.values()],
        [event.version for event in last.values()],
        [event.position for event in last.values()],
    ]
    connection.execute(
        f"insert into {table} (id, recorded_at, version, position)"
        " select * from unnest(%s::uuid[], %s::timestamptz[], %s::bigint[], %s::bigint[])"
        " on conflict (id, recorded_at)"
        " do update set version = excluded.version, position = excluded.position",
        columns,
    )


def as_known(table: str, alias: str) -> str:
    """SQL: join the `version` and `position` of the aggregate `alias`.id as known at %(known_at)s, as `v`."""
    return (
        f"cross join lateral (select version, position from {table} v where v.id = {alias}.id"
        " and v.recorded_at <= %(known_at)s order by v.recorded_at desc limit 1) v"
    )
