"""A database with the read model's tables, emptied between histories instead of made anew."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection
from psycopg.conninfo import make_conninfo

from projections import alignment, schema
from projections.events import Recorded


class Project(Protocol):
    """Fills emptied tables with these events, in batches that end at the cuts."""

    def __call__(self, events: Sequence[Recorded], cuts: Sequence[int] = ()) -> Connection[Any]: ...


@pytest.fixture(scope="module")
def tables(server: str) -> Iterator[Connection[Any]]:
    """A connection to a database of this module, with empty tables."""
    name = f"alignment_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"create database {name}".encode())
        try:
            with psycopg.connect(make_conninfo(server, dbname=name), autocommit=True) as connection:
                schema.create(connection, [alignment.READ_MODEL])
                yield connection
        finally:
            admin.execute(f"drop database {name} with (force)".encode())


@pytest.fixture(scope="module")
def project(tables: Connection[Any]) -> Project:
    names = [
        f"read_alignment.{name}"
        for (name,) in tables.execute("select tablename from pg_tables where schemaname = 'read_alignment'")
    ]

    def project(events: Sequence[Recorded], cuts: Sequence[int] = ()) -> Connection[Any]:
        with tables.transaction():
            tables.execute(f"truncate {', '.join(names)}".encode())
        ends = sorted({*(cut for cut in cuts if 0 < cut < len(events)), len(events)})
        for start, end in zip([0, *ends], ends, strict=False):
            with tables.transaction():
                schema.use_schema(tables, "read_alignment")
                alignment.READ_MODEL.apply(tables, events[start:end])
        return tables

    return project
