"""Reads the log: whole saves, in order of position, decoded.

Positions have no gaps and become visible in their order, so reading what lies after a position skips nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from projections.events import Decode, Recorded, Unreadable

MOST_BYTES = 16 * 1024 * 1024
"""The events of a batch weigh no more than this as stored, unless it is a single save: so its memory has a
bound.
"""

_END = """
    select position, recorded_at from store.events
     where recorded_at = (select recorded_at from store.events where position = (
        select coalesce(max(position) filter (where bytes <= %(bytes)s), min(position)) from (
            select position, sum(octet_length(state)) over (order by position) as bytes from store.events
             where position > %(after)s
               and position <= least(%(after)s::bigint + %(limit)s, %(upto)s::bigint)) ahead))
     order by position desc limit 1
"""
_EVENTS = """
    select position, originator_id, originator_version, topic, recorded_at, state from store.events
     where position > %s and position <= %s and topic = any(%s) order by position
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """The events up to and including `position`, the last of its save, which was made at `recorded_at`."""

    entries: list[Recorded | Unreadable]
    position: int
    recorded_at: datetime


def read(
    connection: Connection[Any],
    after: int,
    limit: int,
    topics: Iterable[str],
    decode: Decode,
    upto: int | None = None,
) -> Batch | None:
    """The events of these topics after a position; None when the log ends there.

    `limit` counts events of any topic; a save is never cut, so a batch may be longer by the rest of one save.
    `upto`, the end of a save, is where the log is taken to end.
    """
    bounds = {"after": after, "limit": limit, "bytes": MOST_BYTES, "upto": upto}
    with connection.cursor(row_factory=tuple_row) as cursor:
        end = cursor.execute(_END, bounds).fetchone()
        if end is None:
            return None
        position, recorded_at = end
        cursor.execute(_EVENTS, [after, position, list(topics)], binary=True)
        return Batch([decoded(row, decode) for row in cursor], position, recorded_at)


def head(connection: Connection[Any]) -> int:
    """The last position of the log, 0 when it is empty."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute("select position from store.head").fetchone()
    return row[0] if row else 0


def decoded(row: tuple[Any, ...], decode: Decode) -> Recorded | Unreadable:
    """A row of the log: position, originator_id, originator_version, topic, recorded_at, state."""
    position, originator_id, version, topic, recorded_at, state = row
    try:
        data = decode(topic, state)
        effective_on = date.fromisoformat(data["effective_on"])
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported with the parked aggregate
        return Unreadable(position, originator_id, topic, f"{type(error).__name__}: {error}")
    return Recorded(position, originator_id, version, topic, recorded_at.astimezone(UTC), effective_on, data)
