"""The rows of a bitemporal table: read by key, closed and added in bulk.

Such a table has, beside its key and its fields, the columns

    valid_from    date not null              first day on which the row holds
    valid_to      date not null              first day on which it no longer holds, or 'infinity'
    recorded_from timestamptz not null       since when it has been believed
    recorded_to   timestamptz not null       since when it is no longer believed, or 'infinity'
    written_on    date[] not null            per field, in the order declared: effective date of its writer
    primary key (<key>, valid_from, recorded_from)

Rows are found by the primary key. An index that holds `recorded_to` makes closing a row dearer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from psycopg import Connection
from psycopg.rows import tuple_row

from projections.copying import FOREVER, copying

Key: TypeAlias = tuple[Any, ...]
Ending: TypeAlias = tuple[str, datetime]
"""The place of a row in its table (ctid), and the instant up to which it is believed."""


@dataclass(frozen=True)
class RowShape:
    """`key` maps the key columns to their SQL types."""

    name: str
    key: Mapping[str, str]
    fields: tuple[str, ...]


@dataclass(slots=True)
class Segment:
    """A row of what is believed now; `valid_to` None is open, `place` is None until the table has it."""

    valid_from: date
    valid_to: date | None
    recorded_from: datetime
    place: str | None
    values: list[Any]
    written_on: list[date | None]

    def anew(self, valid_from: date, valid_to: date | None, recorded_from: datetime) -> "Segment":
        """The same fields over other days, believed from another instant on, not yet in the table."""
        values, written_on = self.values.copy(), self.written_on.copy()
        return Segment(valid_from, valid_to, recorded_from, None, values, written_on)


def load(connection: Connection[Any], shape: RowShape, found: Mapping[Key, list[Segment]]) -> None:
    """Add what is believed now about each key of `found` to its list, in order of `valid_from`.

    The lookup is a lateral one per key, which the planner cannot turn into a join over the whole table.
    """
    if not found:
        return
    arrays = ", ".join(f"%s::{kind}[]" for kind in shape.key.values())
    same = " and ".join(f"t.{column} = k.{column}" for column in shape.key)
    fields = "".join(f", {field}" for field in shape.fields)
    query = f"""
        select k.number, r.* from unnest({arrays}) with ordinality as k ({", ".join(shape.key)}, number)
         cross join lateral (
            select valid_from, nullif(valid_to, 'infinity'), recorded_from, ctid::text, written_on{fields}
              from {shape.name} t where {same} and recorded_to = 'infinity' order by valid_from offset 0) r
    """
    segments = list(found.values())
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        cursor.execute(query.encode(), [list(column) for column in zip(*found, strict=True)])
        for number, valid_from, valid_to, recorded_from, place, written_on, *values in cursor:
            segments[number - 1].append(
                Segment(valid_from, valid_to, recorded_from, place, values, written_on)
            )


def delete(connection: Connection[Any], shape: RowShape, places: Sequence[str]) -> None:
    """Delete the rows at these places, which were loaded in the same transaction."""
    if places:
        query = f"delete from {shape.name} t using unnest(%s::tid[]) as c (place) where t.ctid = c.place"
        connection.execute(query.encode(), [list(places)])


def close(connection: Connection[Any], shape: RowShape, endings: Sequence[Ending]) -> None:
    """Let each row, loaded in the same transaction, be believed up to the instant given with it."""
    if endings:
        connection.execute(
            f"update {shape.name} t set recorded_to = c.at"
            " from unnest(%s::tid[], %s::timestamptz[]) as c (place, at) where t.ctid = c.place".encode(),
            [list(column) for column in zip(*endings, strict=True)],
        )


def add(
    connection: Connection[Any], shape: RowShape, segments: Iterable[tuple[Key, Segment, datetime | None]]
) -> None:
    """Add rows, each believed up to the instant given with it, or until further notice."""
    times = ("valid_from", "valid_to", "recorded_from", "recorded_to", "written_on")
    with copying(connection, shape.name, (*shape.key, *times, *shape.fields)) as add_row:
        for key, segment, recorded_to in segments:
            add_row(
                (
                    *key,
                    segment.valid_from,
                    segment.valid_to or FOREVER,
                    segment.recorded_from,
                    recorded_to or FOREVER,
                    segment.written_on,
                    *segment.values,
                )
            )
