"""Rows become objects by the names of their columns."""

from dataclasses import dataclass

import psycopg
import pytest

from projections.rows import rows_of


@dataclass
class Thing:
    id: int
    name: str
    colour: str = "red"


def things(dsn: str, columns: str) -> list[Thing]:
    with psycopg.connect(dsn) as connection, connection.cursor(row_factory=rows_of(Thing)) as cursor:
        return cursor.execute(f"select {columns}".encode()).fetchall()


def test_columns_may_stand_in_any_order(dsn: str) -> None:
    assert things(dsn, "1 as id, 'a' as name") == [Thing(1, "a")]
    assert things(dsn, "'blue' as colour, 'a' as name, 1 as id") == [Thing(1, "a", "blue")]


@pytest.mark.parametrize("columns", ["1 as id", "1 as id, 'a' as name, 2 as size", "1 as id, 'a' as title"])
def test_columns_that_are_not_the_fields_are_an_error(dsn: str, columns: str) -> None:
    with pytest.raises(TypeError):
        things(dsn, columns)
