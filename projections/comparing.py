"""Compares the rows that a rebuild has made with those in use, row for row, while both go on.

They are compared as of one position. For the moment that it takes to bring the new rows to where the old
ones are and to fix what is seen, the follower is held up; the comparison itself holds up nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, IsolationLevel, sql
from psycopg.rows import tuple_row

from projections import positions
from projections.positions import Target

_DIGEST = "select count(*), sum(hashtextextended(t::text, 0)::numeric) from {} t"
_BEYOND = "select count(*) from (select t::text from {} t except all select t::text from {} t) beyond"


@dataclass(frozen=True, slots=True)
class TableDifference:
    """A difference counts the rows of one table that only the old one has, and those that only the new one
    has.
    """

    table: str
    only_old: int
    only_new: int


@contextmanager
def held(connection: Connection[Any], live: Target) -> Iterator[int]:
    """The position of the rows in use, which they do not leave before the context ends."""
    with connection.transaction():
        yield positions.lock(connection, [live.name])[live.name].position


@contextmanager
def one_snapshot(connection: Connection[Any]) -> Iterator[None]:
    """A transaction in which everything is seen as it is when this is entered, planned for whole tables."""
    before, connection.isolation_level = connection.isolation_level, IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction():
            connection.execute("set local enable_seqscan = on")
            connection.execute("select from projection.positions")
            yield
    finally:
        connection.isolation_level = before


def differences(connection: Connection[Any], old: str, new: str) -> tuple[TableDifference, ...]:
    """The tables of the schema `new` that do not hold the rows which those of `old` hold; they are compared
    row for row only where their digests differ.
    """
    there = _tables(connection, old)
    found = []
    for table in sorted(_tables(connection, new)):
        ours, theirs = sql.Identifier(new, table), sql.Identifier(old, table)
        if table not in there:
            ((count, _),) = _rows(connection, _DIGEST, ours)
            found.append(TableDifference(table, 0, count))
        elif _rows(connection, _DIGEST, theirs) != _rows(connection, _DIGEST, ours):
            ((only_old,),) = _rows(connection, _BEYOND, theirs, ours)
            ((only_new,),) = _rows(connection, _BEYOND, ours, theirs)
            found.append(TableDifference(table, only_old, only_new))
    return tuple(found)


def _tables(connection: Connection[Any], schema: str) -> set[str]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = %s", [schema])
        return {name for (name,) in cursor}


def _rows(connection: Connection[Any], query: str, *tables: sql.Identifier) -> list[tuple[int, ...]]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(sql.SQL(query).format(*tables)).fetchall()
