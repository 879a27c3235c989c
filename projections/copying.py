"""Rows into a table by binary COPY, in half the time that COPY of text takes.

Values are what projectors have at hand: a uuid and a date may also be text, a jsonb is what it holds. Each
column is written by the function for its type, which takes a quarter of the time of looking up, for each
value, who writes it.
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
from psycopg.rows import tuple_row

FOREVER = "infinity"
"""The date or instant after all others."""
BUFFERED = 10_000
"""So many values are sent at once."""

_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_WIDTH, _LENGTH = Struct("!h").pack, Struct("!i").pack
_NULL = _LENGTH(-1)
_DATES = Struct("!6i").pack
_DATE_OID = 1082
_FIRST_DAY = date(2000, 1, 1).toordinal()
_FIRST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)


@contextmanager
def copying(
    connection: Connection[Any], table: str, columns: Sequence[str]
) -> Iterator[Callable[[Sequence[Any]], None]]:
    """A function that adds a row with these columns; the rows are there when the context ends."""
    names = ", ".join(columns)
    with connection.cursor(row_factory=tuple_row) as cursor:
        described = cursor.execute(f"select {names} from {table} limit 0".encode()).description or ()
        writers = [_WRITERS[column.type_code] for column in described]
        width, values = _WIDTH(len(writers)), [_HEADER]

        def add_row(row: Sequence[Any]) -> None:
            values.append(width)
            values.extend(
                [_NULL if value is None else write(value) for write, value in zip(writers, row, strict=True)]
            )
            if len(values) > BUFFERED:
                copy.write(b"".join(values))
                values.clear()

        with cursor.copy(f"copy {table} ({names}) from stdin (format binary)".encode()) as copy:
            yield add_row
            copy.write(b"".join([*values, _TRAILER]))


def _sized(data: bytes) -> bytes:
    return _LENGTH(len(data)) + data


def _uuid(id: UUID | str) -> bytes:
    return _uuid_of_text(id) if isinstance(id, str) else b"\0\0\0\x10" + id.bytes


@lru_cache(maxsize=4096)
def _uuid_of_text(id: str) -> bytes:
    return _sized(bytes.fromhex(id.replace("-", "")))


@lru_cache(maxsize=4096)
def _day(day: date | str) -> bytes:
    if day == FOREVER:
        return _sized(_LENGTH(2**31 - 1))
    return _sized(
        _LENGTH((date.fromisoformat(day) if isinstance(day, str) else day).toordinal() - _FIRST_DAY)
    )


def _days(days: Sequence[date | None]) -> bytes:
    items = b"".join([_NULL if day is None else _day(day) for day in days])
    return _DATES(20 + len(items), 1, 1, _DATE_OID, len(days), 1) + items


@lru_cache(maxsize=4096)
def _instant(instant: datetime | str) -> bytes:
    if isinstance(instant, str):
        if instant == FOREVER:
            return _eight(2**63 - 1)
        instant = datetime.fromisoformat(instant)
    since = instant - _FIRST_INSTANT
    return _eight((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _json(value: Any) -> bytes:
    data = orjson.dumps(value)
    return _LENGTH(len(data) + 1) + b"\x01" + data


def _text(value: str) -> bytes:
    return _sized(value.encode())


def _two(value: int) -> bytes:
    return b"\0\0\0\2" + int.to_bytes(value, 2, signed=True)


def _four(value: int) -> bytes:
    return b"\0\0\0\4" + int.to_bytes(value, 4, signed=True)


def _eight(value: int) -> bytes:
    return b"\0\0\0\x08" + int.to_bytes(value, 8, signed=True)


_WRITERS: dict[int, Callable[[Any], bytes]] = {
    16: {True: b"\0\0\0\1\1", False: b"\0\0\0\1\0"}.__getitem__,
    20: _eight,
    21: _two,
    23: _four,
    25: _text,
    _DATE_OID: _day,
    1182: _days,
    1184: _instant,
    2950: _uuid,
    3802: _json,
}
"""Each type of column, by its oid, has a function that writes a value with its length before it."""
