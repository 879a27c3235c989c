"""Fills the rival's tables from our log, with the rows that the library would have written if each of our
saves had been a transaction of its own: tests/benchmarks/test_rival.py holds them to that.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias
from uuid import UUID

import orjson
import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine, Index, Table, create_engine
from sqlalchemy_continuum import Operation, version_class

from benchmarks.rival.changes import Change, Key, Values, changes
from benchmarks.rival.models import MODELS, Base, Transaction, table_of

Row: TypeAlias = tuple[Any, ...]
Event: TypeAlias = tuple[str, UUID, dict[str, Any]]
"""(topic, aggregate, what it says)"""
Save: TypeAlias = tuple[datetime, list[Event]]
"""(recorded at, events)"""
AT_ONCE = 20_000
"""Rows that are kept until they are written."""
KEYS = {model: table_of(model).primary_key.columns.keys() for model in MODELS}
COLUMNS = {model: table_of(model).columns.keys() for model in MODELS}
_TRANSACTIONS = table_of(Transaction)
_VERSIONS: dict[type[Base], Table] = {model: version_class(model).__table__ for model in MODELS}
_TABLES = (_TRANSACTIONS, *_VERSIONS.values())
_LOG = """
    select command_id, recorded_at, topic, originator_id, state from store.events order by position
"""


def engine_of(dsn: str) -> Engine:
    """Of a database that is named as libpq does."""
    return create_engine(dsn.replace("postgresql:", "postgresql+psycopg:", 1))


def load(store: str, rival: str) -> int:
    """From the log of the one database into the empty other; the number of transactions."""
    engine = engine_of(rival)
    Base.metadata.create_all(engine)
    indexes = [index for table in _TABLES for index in table.indexes]
    _each(engine, indexes, Index.drop)
    with psycopg.connect(rival, autocommit=True) as connection:
        told = Loader(connection).load(saves(store))
        _each(engine, indexes, Index.create)
        connection.execute("vacuum (analyze)")
    engine.dispose()
    return told


def saves(store: str) -> Iterator[Save]:
    """The whole log, in order."""
    with psycopg.connect(store) as connection, connection.cursor("log") as cursor:
        cursor.itersize = AT_ONCE
        for _, save in groupby(cursor.execute(_LOG), itemgetter(0)):
            events = list(save)
            yield events[0][1], [(topic, id, orjson.loads(state)) for _, _, topic, id, state in events]


class Loader:
    """Keeps the rows as they are and the version of each that has not ended."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._rows: dict[type[Base], dict[Key, Values]] = {model: {} for model in MODELS}
        self._open: dict[type[Base], dict[Key, tuple[Row, int, int]]] = {model: {} for model in MODELS}
        self._waiting: dict[Table, list[Row]] = {table: [] for table in _TABLES}

    def load(self, saves: Iterable[Save]) -> int:
        """The number of transactions: a save that changes none of the rows is none."""
        number = 0
        for recorded_at, events in saves:
            if touched := self._touched(events):
                number += 1
                self._add(_TRANSACTIONS, (number, None, recorded_at.astimezone(UTC).replace(tzinfo=None)))
                for (model, key), operation in touched.items():
                    self._version(model, key, number, operation)
        for model, versions in self._open.items():
            for version in versions.values():
                self._end(model, version, None)
        for table in self._waiting:
            self._write(table)
        for model in MODELS:
            self._fill(model)
        return number

    def _touched(self, events: Iterable[Event]) -> dict[tuple[type[Base], Key], int]:
        """Takes the changes over into the rows; what the library says of each row in this transaction."""
        touched: dict[tuple[type[Base], Key], int] = {}
        for topic, id, said in events:
            for change in changes(topic, id, said, self._rows):
                operation = self._take_over(change)
                if operation is not None:
                    touched.setdefault(change[:2], operation)
        return touched

    def _take_over(self, change: Change) -> int | None:
        model, key, values = change
        before = self._rows[model].get(key)
        if values is None:
            return int(Operation.DELETE)
        if before is None:
            self._rows[model][key] = values
            return int(Operation.INSERT)
        if all(before[name] == value for name, value in values.items()):
            return None
        before.update(values)
        return int(Operation.UPDATE)

    def _version(self, model: type[Base], key: Key, transaction: int, operation: int) -> None:
        rows, versions = self._rows[model], self._open[model]
        if key in versions:
            self._end(model, versions[key], transaction)
        values = rows.pop(key) if operation == Operation.DELETE else rows[key]
        versions[key] = (_row(model, key, values), transaction, operation)

    def _end(self, model: type[Base], version: tuple[Row, int, int], transaction: int | None) -> None:
        row, begun, operation = version
        self._add(_VERSIONS[model], (*row, begun, transaction, operation))

    def _add(self, table: Table, row: Row) -> None:
        waiting = self._waiting[table]
        waiting.append(row)
        if len(waiting) >= AT_ONCE:
            self._write(table)

    def _write(self, table: Table) -> None:
        _copy(self._connection, table, self._waiting[table])
        self._waiting[table].clear()

    def _fill(self, model: type[Base]) -> None:
        rows = [_row(model, key, values) for key, values in self._rows[model].items()]
        _copy(self._connection, table_of(model), rows)


def _row(model: type[Base], key: Key, values: Values) -> Row:
    """In the order of the columns."""
    named = dict(zip(KEYS[model], key, strict=True)) | values
    return tuple([named[column] for column in COLUMNS[model]])


def _copy(connection: Connection[Any], table: Table, rows: Iterable[Row]) -> None:
    into = SQL("copy {} ({}) from stdin").format(
        Identifier(table.name), SQL(", ").join(Identifier(column.name) for column in table.columns)
    )
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


def _each(engine: Engine, indexes: Iterable[Index], do: Any) -> None:
    with engine.begin() as connection:
        for index in indexes:
            do(index, connection)
