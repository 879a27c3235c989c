"""The rows of a bitemporal table: read by key, closed and added in bulk.

Such a table has, beside its key and its fields, the columns

    valid_from    date not null              first day on which the row holds
    valid_to      date not null              first day on which it no longer holds, or 'infinity'
    recorded_from timestamptz not null       since when it has been believed
    recorded_to   timestamptz not null       since when it is no longer believed, or 'infinity'
    written_on    date[] not null            per field, in the order declared: effective date of its writer
    primary key (<key>, valid_from, recorded_from)

and the index `on <table> (<key>) where recorded_to = 'infinity'`.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from psycopg import Connection
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

Key: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Shape:
    """`key` maps the key columns to their SQL types, `json` names the fields that are jsonb."""

    name: str
    key: Mapping[str, str]
    fields: tuple[str, ...]
    json: frozenset[str] = frozenset()


@dataclass(slots=True)
class Segment:
    """A row of what is believed now; `valid_to` None is open, `stored` tells whether the table has it yet."""

    valid_from: date
    valid_to: date | None
    recorded_from: datetime
    stored: bool
    values: list[Any]
    written_on: list[date | None]

    def anew(self, valid_from: date, valid_to: date | None, recorded_from: datetime) -> "Segment":
        """The same fields over other days, believed from another instant on, not yet in the table."""
        values, written_on = self.values.copy(), self.written_on.copy()
        return Segment(valid_from, valid_to, recorded_from, False, values, written_on)


def load(connection: Connection[Any], shape: Shape, keys: AbstractSet[Key]) -> dict[Key, list[Segment]]:
    """What is believed now about each key, in order of `valid_from`; an empty list for a key without rows.

    The lookup is a lateral one per key, which the planner cannot turn into a join over the whole table.
    """
    found: dict[Key, list[Segment]] = {key: [] for key in keys}
    if not keys:
        return found
    width = len(shape.key)
    columns = ", ".join(shape.key)
    arrays = ", ".join(f"%s::{kind}[]" for kind in shape.key.values())
    same = " and ".join(f"t.{column} = k.{column}" for column in shape.key)
    fields = "".join(f", {field}" for field in shape.fields)
    query = f"""
        select {", ".join(f"k.{column}" for column in shape.key)}, r.* from unnest({arrays}) as k ({columns})
         cross join lateral (
            select valid_from, nullif(valid_to, 'infinity'), recorded_from, written_on{fields}
              from {shape.name} t where {same} and recorded_to = 'infinity' order by valid_from offset 0) r
    """
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(query, [list(column) for column in zip(*keys, strict=True)])
        for row in cursor:
            valid_from, valid_to, recorded_from, written_on, *values = row[width:]
            found[row[:width]].append(Segment(valid_from, valid_to, recorded_from, True, values, written_on))
    return found


def delete(
    connection: Connection[Any], shape: Shape, segments: Sequence[tuple[Key, Segment, datetime]]
) -> None:
    """Delete these rows."""
    if segments:
        rows, same, values = _named(shape, segments)
        connection.execute(f"delete from {shape.name} t using {rows} where {same}", values)


def close(
    connection: Connection[Any], shape: Shape, segments: Sequence[tuple[Key, Segment, datetime]]
) -> None:
    """Let each row be believed up to the instant given with it."""
    if segments:
        rows, same, values = _named(shape, segments)
        connection.execute(f"update {shape.name} t set recorded_to = c.at from {rows} where {same}", values)


def add(
    connection: Connection[Any], shape: Shape, segments: Sequence[tuple[Key, Segment, datetime | None]]
) -> None:
    """Add rows, each believed up to the instant given with it, or until further notice."""
    if not segments:
        return
    json = [place for place, field in enumerate(shape.fields) if field in shape.json]
    times = ("valid_from", "valid_to", "recorded_from", "recorded_to", "written_on")
    columns = ", ".join((*shape.key, *times, *shape.fields))
    with connection.cursor() as cursor, cursor.copy(f"copy {shape.name} ({columns}) from stdin") as copy:
        for key, segment, recorded_to in segments:
            values = segment.values.copy()
            for place in json:
                values[place] = None if values[place] is None else Jsonb(values[place])
            valid = (segment.valid_from, segment.valid_to or "infinity")
            recorded = (segment.recorded_from, recorded_to or "infinity")
            copy.write_row((*key, *valid, *recorded, _array(segment.written_on), *values))


def _named(
    shape: Shape, segments: Sequence[tuple[Key, Segment, datetime]]
) -> tuple[str, str, list[list[Any]]]:
    """(SQL of these rows as `c`, condition that `t` is the row of `c`, parameters)."""
    types = [*shape.key.values(), "date", "timestamptz", "timestamptz"]
    names = [*shape.key, "valid_from", "recorded_from"]
    rows = f"unnest({', '.join(f'%s::{kind}[]' for kind in types)}) as c ({', '.join(names)}, at)"
    same = " and ".join(f"t.{name} = c.{name}" for name in names)
    named = [(*key, segment.valid_from, segment.recorded_from, at) for key, segment, at in segments]
    return rows, same, [list(column) for column in zip(*named, strict=True)]


def _array(days: Sequence[date | None]) -> str:
    """A date[] as COPY reads it; psycopg's own way takes as long as all the rest of a row."""
    return "{" + ",".join("NULL" if day is None else day.isoformat() for day in days) + "}"
