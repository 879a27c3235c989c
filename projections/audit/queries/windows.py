"""The next rows of a long log that meet some conditions, in the order of the log, however rare they are.

PostgreSQL would read the log in its order and hope to meet enough rows soon; where what is looked for was
written long ago, it reads everything. So the log is looked at window by window, each larger than the one
before: inside a window all rows are found by whatever indexes are best for that, and what is frequent is
found in the first. Before each window comes a leap to the next place by which each condition has held by
itself, as far as an index knows.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.rows import dict_row, scalar_row, tuple_row
from typing_extensions import override

FIRST_WINDOW = 2_000
FIRST_WINDOW_OF_WORDS = 16_000
"""Larger: the index of words is read for the whole log each time."""
GROWTH = 8
NEVER = 2**63 - 1


class JsonAsItCame(Loader):
    """JSON goes into the answer as PostgreSQL has it: to read it here, only to write it again, would take
    longer than to find the rows.
    """

    @override
    def load(self, data: Buffer) -> orjson.Fragment:
        return orjson.Fragment(bytes(data))


@dataclass(frozen=True, slots=True)
class Log:
    """A table that is only added to: `place` is its key, in the order of commits, and `time` never runs
    backwards along it. `row` is what is selected of it.
    """

    table: str
    place: str
    time: str
    row: str


@dataclass(frozen=True, slots=True)
class Key:
    """A column with an index on it and the place, and SQL for a set of the values looked for."""

    column: str
    values: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions say what rows must meet: `where`, SQL conditions with `parameters`, and `since` <= time <
    `before`. `keys` are columns whose values `where` implies; `by_words` tells that the index of words is to
    be asked: to look at the words of each row costs more than the planner thinks.
    """

    where: tuple[str, ...]
    keys: tuple[Key, ...]
    parameters: Mapping[str, Any]
    since: datetime | None
    before: datetime | None
    by_words: bool = False

    @property
    def sql(self) -> str:
        return " and ".join(f"({condition})" for condition in self.where) or "true"

    def clause(self, log: Log) -> tuple[str, dict[str, Any]]:
        """All of it as a WHERE, or nothing, with its parameters. A WHERE that is only true would keep the
        planner from merging the rows of two logs as their indexes have them.
        """
        since = () if self.since is None else (f"{log.time} >= %(since)s",)
        before = () if self.before is None else (f"{log.time} < %(before)s",)
        all_ = replace(self, where=(*self.where, *since, *before))
        parameters = {**self.parameters, "since": self.since, "before": self.before}
        return (f"where {all_.sql}" if all_.where else ""), parameters


def following(
    connection: Connection[Any], log: Log, conditions: Conditions, place: int, *, newest: bool, limit: int
) -> list[dict[str, Any]]:
    """The first `limit` rows beyond a place: above it and rising or, `newest` first, below it and falling.
    What is jsonb in them is ready to be answered with, not to be read.
    """
    parameters = dict(conditions.parameters)
    least, most = _bounds(connection, log, conditions)
    least, most = (least, min(most, place - 1)) if newest else (max(least, place + 1), most)
    found: list[dict[str, Any]] = []
    size = FIRST_WINDOW_OF_WORDS if conditions.by_words else FIRST_WINDOW
    while len(found) < limit and least <= most:
        start = _leap(connection, log, conditions, most if newest else least, newest=newest)
        if start is None:
            break
        window = (max(least, start - size + 1), start) if newest else (start, min(most, start + size - 1))
        parameters |= {"least": window[0], "most": window[1], "limit": limit - len(found)}
        found += _window(connection, log, conditions, parameters, newest=newest)
        least, most = (least, window[0] - 1) if newest else (window[1] + 1, most)
        size *= GROWTH
    return found


def _bounds(connection: Connection[Any], log: Log, conditions: Conditions) -> tuple[int, int]:
    """The first and last place between the two instants; the first is the greater one if there is none."""
    place, time = log.place, log.time
    since = "true" if conditions.since is None else f"{time} >= %(since)s"
    before = "true" if conditions.before is None else f"{time} < %(before)s"
    query = f"""
        select coalesce((select {place} from {log.table} where {since}
                          order by {time}, {place} limit 1), {NEVER}),
               coalesce((select {place} from {log.table} where {before}
                          order by {time} desc, {place} desc limit 1), 0)"""
    with connection.cursor(row_factory=tuple_row) as cursor:
        parameters = {"since": conditions.since, "before": conditions.before}
        (bounds,) = cursor.execute(query, parameters).fetchall()
    return bounds


def _leap(
    connection: Connection[Any], log: Log, conditions: Conditions, at: int, *, newest: bool
) -> int | None:
    """The nearest place from `at` on by which every key has occurred; None if one of them never does."""
    if not conditions.keys:
        return at
    operator, direction, nearest = ("<=", "desc", "max") if newest else (">=", "asc", "min")
    place = log.place
    probes = ", ".join(
        f"""(select {nearest}(t.{place}) from {key.values} as k (value) cross join lateral (
                select {key.column} as value, {place} from {log.table}
                 where ({key.column}, {place}) {operator} (k.value, %(at)s) and {key.column} is not null
                 order by {key.column} {direction}, {place} {direction} limit 1) t
              where t.value = k.value)"""
        for key in conditions.keys
    )
    places: list[int | None]
    with connection.cursor(row_factory=tuple_row) as cursor:
        ((*places,),) = cursor.execute(f"select {probes}", {**conditions.parameters, "at": at}).fetchall()
    reached = [place for place in places if place is not None]
    if len(reached) < len(places):
        return None
    return min(reached) if newest else max(reached)


def _window(
    connection: Connection[Any],
    log: Log,
    conditions: Conditions,
    parameters: Mapping[str, Any],
    *,
    newest: bool,
) -> list[dict[str, Any]]:
    direction = "desc" if newest else "asc"
    places = f"""
        with found as materialized (
            select {log.place} as place from {log.table}
             where {conditions.sql} and {log.place} between %(least)s and %(most)s)
        select place from found order by place {direction} limit %(limit)s"""
    rows = f"""
        select {log.row} from {log.table} r where r.{log.place} = any(%(places)s)
         order by r.{log.place} {direction}"""
    with (
        _plans(connection, by_words=conditions.by_words),
        connection.cursor(row_factory=scalar_row) as cursor,
    ):
        found = cursor.execute(places, parameters).fetchall()
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.adapters.register_loader("jsonb", JsonAsItCame)
        return cursor.execute(rows, {"places": found}).fetchall() if found else []


@contextmanager
def _plans(connection: Connection[Any], *, by_words: bool) -> Iterator[None]:
    """Within: plans that read whole windows row by row are left out where the index of words is better."""
    if not by_words:
        yield
        return
    connection.execute("set enable_indexscan to off")
    yield
    connection.execute("set enable_indexscan to on")
