"""Rows into a table by binary COPY, in half the time that COPY of text takes.

Values are what projectors have at hand: a uuid and a date may also be text, a jsonb is what it holds.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from struct import Struct
from typing import Any
from uuid import UUID

import orjson
from psycopg import Connection
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.rows import tuple_row

FOREVER = "infinity"
"""The date or instant after all others."""

_DAY, _INSTANT, _DATES = Struct("!i"), Struct("!q"), Struct("!5i")
_FIRST_DAY = date(2000, 1, 1).toordinal()
_FIRST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
_NULL, _DAY_FOLLOWS = _DAY.pack(-1), _DAY.pack(4)


@contextmanager
def copying(
    connection: Connection[Any], table: str, columns: Sequence[str]
) -> Iterator[Callable[[Sequence[Any]], None]]:
    """A function that adds a row with these columns; the rows are there when the context ends."""
    names = ", ".join(columns)
    with connection.cursor(row_factory=tuple_row) as cursor:
        described = cursor.execute(f"select {names} from {table} limit 0".encode()).description or ()
        for dumper in _DUMPERS:
            cursor.adapters.register_dumper(None, dumper)
        with cursor.copy(f"copy {table} ({names}) from stdin (format binary)".encode()) as copy:
            copy.set_types([column.type_code for column in described])
            yield copy.write_row


class _Uuid(Dumper):
    format, oid = Format.BINARY, 2950

    def dump(self, obj: UUID | str) -> bytes:
        return bytes.fromhex(obj.replace("-", "")) if isinstance(obj, str) else obj.bytes


@lru_cache(maxsize=4096)
def _day(day: date | str) -> bytes:
    if day == FOREVER:
        return _DAY.pack(2**31 - 1)
    return _DAY.pack((date.fromisoformat(day) if isinstance(day, str) else day).toordinal() - _FIRST_DAY)


class _Date(Dumper):
    format, oid = Format.BINARY, 1082

    def dump(self, obj: date | str) -> bytes:
        return _day(obj)


class _Dates(Dumper):
    format, oid = Format.BINARY, 1182

    def dump(self, obj: Sequence[date | None]) -> bytes:
        items = [_NULL if day is None else _DAY_FOLLOWS + _day(day) for day in obj]
        return _DATES.pack(1, 1, _Date.oid, len(items), 1) + b"".join(items)


@lru_cache(maxsize=4096)
def _instant(instant: datetime | str) -> bytes:
    if isinstance(instant, str):
        if instant == FOREVER:
            return _INSTANT.pack(2**63 - 1)
        instant = datetime.fromisoformat(instant)
    since = instant - _FIRST_INSTANT
    return _INSTANT.pack((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


class _Instant(Dumper):
    format, oid = Format.BINARY, 1184

    def dump(self, obj: datetime | str) -> bytes:
        return _instant(obj)


class _Json(Dumper):
    format, oid = Format.BINARY, 3802

    def dump(self, obj: Any) -> bytes:
        return b"\x01" + orjson.dumps(obj)


_DUMPERS = (_Uuid, _Date, _Dates, _Instant, _Json)
