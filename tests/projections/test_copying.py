"""Rows that come by binary COPY are those that SQL would have written."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from projections.copying import FOREVER, copying

COLUMNS = ("id", "day", "instant", "days", "small", "number", "big", "flag", "words", "said")
DDL = """
    create temporary table copied (id uuid, day date, instant timestamptz, days date[], small smallint,
                                   number integer, big bigint, flag boolean, words text, said jsonb)
"""
ID = uuid4()
DAY, INSTANT = date(2026, 2, 28), datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)


def add(connection: Connection[Any], *rows: Mapping[str, Any]) -> None:
    """Rows with these values, the others null."""
    with copying(connection, "copied", COLUMNS) as add_row:
        for row in rows:
            add_row([row.get(name) for name in COLUMNS])


def copied(connection: Connection[Any], **values: Any) -> tuple[Any, ...]:
    """What a row with these values, the others null, comes back as."""
    connection.execute(DDL)
    add(connection, values)
    found: tuple[Any, ...] | None = connection.execute(
        f"select {', '.join(values)} from copied".encode()
    ).fetchone()
    assert found is not None
    return found


def test_values_come_back_as_they_went_in(connection: Connection[Any]) -> None:
    values = {
        "id": ID, "day": DAY, "instant": INSTANT, "days": [DAY, None], "small": 10, "number": 70_000,
        "big": 5_000_000_000, "flag": False, "words": "tab\t, new\nline, \\N and ü",
        "said": {"a": [1, None, "ü"]},
    }  # fmt: skip
    assert copied(connection, **values) == tuple(values.values())


def test_ids_and_days_may_be_text(connection: Connection[Any]) -> None:
    assert copied(connection, id=str(ID), day="2024-02-29") == (ID, date(2024, 2, 29))


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(1, 1, 1), datetime(1, 1, 1, tzinfo=UTC)),
        (date(1999, 12, 31), datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        (date(9999, 12, 31), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (DAY, datetime(2026, 3, 1, 1, 0, tzinfo=timezone(timedelta(hours=1)))),
    ],
    ids=["first", "before 2000", "last", "another zone"],
)
def test_days_and_instants_of_all_times(connection: Connection[Any], day: date, instant: datetime) -> None:
    assert copied(connection, day=day, instant=instant) == (day, instant)


def test_forever_is_the_infinity_of_the_database(connection: Connection[Any]) -> None:
    connection.execute(DDL)
    with copying(connection, "copied", ("day", "instant")) as add_row:
        add_row((FOREVER, FOREVER))
    found = connection.execute("select day = 'infinity', instant = 'infinity' from copied").fetchone()
    assert found == (True, True)


def test_nulls_and_empty_arrays(connection: Connection[Any]) -> None:
    nothing = dict.fromkeys(COLUMNS)
    assert copied(connection, **nothing) == tuple(nothing.values())


@pytest.mark.parametrize(
    "wrong",
    [{"id": "no id"}, {"day": "2026-13-01"}, {"small": "many"}, {"words": "\0"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_is_no_such_value_is_refused_and_leaves_no_row(
    connection: Connection[Any], wrong: dict[str, Any]
) -> None:
    connection.execute(DDL)
    with pytest.raises((ValueError, TypeError, psycopg.DataError)):
        add(connection, {}, wrong)
    assert connection.execute("select count(*) from copied").fetchone() == (0,)


def test_a_row_of_another_width_is_refused(connection: Connection[Any]) -> None:
    connection.execute(DDL)
    with pytest.raises(ValueError, match="shorter"), copying(connection, "copied", COLUMNS) as add_row:
        add_row((UUID(int=1),))
