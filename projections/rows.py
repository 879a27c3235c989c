"""Rows of queries as objects: by the names of their columns, as fast as by their places."""

from dataclasses import fields
from typing import Any, TypeVar

from psycopg import Cursor
from psycopg.rows import RowFactory, RowMaker, class_row

T = TypeVar("T")


def rows_of(kind: type[T]) -> RowFactory[T]:
    """A row factory that makes objects of a dataclass, whose fields are called as the columns are. TypeError
    for a column that is no field, and for a field without a default that is no column.
    """
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]  # T is a dataclass

    def factory(cursor: Cursor[Any]) -> RowMaker[T]:
        columns = [column.name for column in cursor.description or ()]
        if columns == names[: len(columns)]:
            return lambda values: kind(*values)
        return class_row(kind)(cursor)

    return factory
