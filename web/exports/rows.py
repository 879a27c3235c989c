"""The rows of an export are items that Python makes, or lines that PostgreSQL makes."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias, TypeVar

import orjson
from psycopg import ClientCursor, Connection
from psycopg.rows import scalar_row
from psycopg.sql import Composed

from web.exports import cells
from web.exports.columns import Column
from web.exports.lines import MARK, csv_statement, json_lines, json_statement

T = TypeVar("T")
Item = Mapping[str, Any]
Line: TypeAlias = bytes | bytearray | memoryview
Block = tuple[bytes, int]
"""Whole lines, and how many rows they are."""
ROWS_AT_ONCE = 500
JSON_END = b"\n"
_MARK = MARK.encode()
_QUOTED = re.compile('"((?:[^"]|"")*)"')


class Rows(ABC):
    """Rows in their order, to be read once, in one of the three ways."""

    @abstractmethod
    def items(self) -> Iterator[Item]:
        """As the list answers them."""

    def csv(self, columns: Sequence[Column]) -> Iterator[Block]:
        """As lines of CSV."""
        for items in _batches(self.items()):
            yield _block([_csv_line(columns, item) for item in items], cells.END)

    def jsonl(self) -> Iterator[Block]:
        """As lines of JSON."""
        for items in _batches(self.items()):
            yield _block([orjson.dumps(item) for item in items], JSON_END)


@dataclass(frozen=True)
class Items(Rows):
    """Items that are made page by page."""

    made: Iterable[Item]

    def items(self) -> Iterator[Item]:
        return iter(self.made)


@dataclass(frozen=True)
class Statement(Rows):
    """A query that selects the rows in their order, however many they are.

    It calls and types its columns as those of the list: text, bigint (`integer`), boolean, date (`day`),
    timestamptz (`instant`), jsonb (`json`), nested ones with _ for the dot. With `mend` it has a text `raw`
    too: of a row in which that is not null, `mend` makes the item, from the JSON in it.
    """

    connection: Connection[Any]
    query: str
    parameters: Mapping[str, Any]
    columns: Sequence[Column]
    mend: Callable[[Any], Item] | None = None

    def items(self) -> Iterator[Item]:
        """By a cursor, so many at once: whoever goes through them may ask on the same connection meanwhile,
        which answers nothing while rows are copied from it.
        """
        lines = json_lines(self.columns, self.query, raw=self.mend is not None)
        query = ClientCursor(self.connection).mogrify(lines, self.parameters)
        with self.connection.cursor(name="items", row_factory=scalar_row) as cursor:
            cursor.itersize = ROWS_AT_ONCE
            for line in cursor.execute(query.encode()):
                if self.mend is not None and line.startswith(MARK):
                    yield self.mend(orjson.loads(line.removeprefix(MARK)))
                else:
                    yield orjson.loads(line)

    def csv(self, columns: Sequence[Column]) -> Iterator[Block]:
        statement = csv_statement(columns, self.query, raw=self.mend is not None)
        for lines in self._copied(statement, lambda item: _csv_line(columns, item)):
            yield _block(lines, cells.END)

    def jsonl(self) -> Iterator[Block]:
        for lines in self._json():
            yield _block(lines, JSON_END)

    def _json(self) -> Iterator[list[Line]]:
        statement = json_statement(self.columns, self.query, raw=self.mend is not None)
        return self._copied(statement, orjson.dumps)

    def _copied(self, statement: Composed, line: Callable[[Item], bytes]) -> Iterator[list[Line]]:
        """The rows as PostgreSQL gives them, each without its end; `line` makes the line of a mended item."""
        with self.connection.cursor().copy(statement, self.parameters) as copy:
            for rows in _batches(copy):
                if self.mend is None:
                    yield [row[:-1] for row in rows]
                else:
                    yield [line(self.mend(_raw(row))) if _is_raw(row) else row[:-1] for row in rows]


def _is_raw(row: Line) -> bool:
    return _MARK in bytes(row[:2])  # of CSV the first cell is quoted


def _raw(row: Line) -> Any:
    text = str(row, "utf-8")
    quoted = _QUOTED.match(text)
    cell = quoted[1].replace('""', '"') if quoted else text
    return orjson.loads(cell.removeprefix(MARK))


def _csv_line(columns: Sequence[Column], item: Item) -> bytes:
    return cells.line(column.of(item) for column in columns)


def _block(lines: Sequence[Line], end: bytes) -> Block:
    return end.join(lines) + end, len(lines)


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    some = iter(rows)
    while batch := list(islice(some, ROWS_AT_ONCE)):
        yield batch
