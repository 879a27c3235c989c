"""A database with the tables of some read models, emptied between histories instead of made anew."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol
from uuid import uuid4

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo

from projections import schema
from projections.events import Recorded
from projections.model import ReadModel


class Project(Protocol):
    """Fills emptied tables with these events, in batches that end at the cuts."""

    def __call__(self, events: Sequence[Recorded], cuts: Sequence[int] = ()) -> Connection[Any]: ...


@contextmanager
def projecting(server: str, *read_models: ReadModel) -> Iterator[Project]:
    """A database of its own with the tables of these read models, as something to fill."""
    name = f"tables_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"create database {name}".encode())
        try:
            with psycopg.connect(make_conninfo(server, dbname=name), autocommit=True) as connection:
                schema.create(connection, read_models)
                yield _project(connection, read_models)
        finally:
            admin.execute(f"drop database {name} with (force)".encode())


def _project(tables: Connection[Any], read_models: Sequence[ReadModel]) -> Project:
    names = [
        f"{model.schema}.{name}"
        for model in read_models
        for (name,) in tables.execute("select tablename from pg_tables where schemaname = %s", [model.schema])
    ]

    def project(events: Sequence[Recorded], cuts: Sequence[int] = ()) -> Connection[Any]:
        with tables.transaction():
            tables.execute(f"truncate {', '.join(names)}".encode())
        ends = sorted({*(cut for cut in cuts if 0 < cut < len(events)), len(events)})
        for start, end in zip([0, *ends], ends, strict=False):
            for model in read_models:
                with tables.transaction():
                    schema.use_schema(tables, model.schema)
                    wanted = [event for event in events[start:end] if event.topic in model.topics]
                    model.apply(tables, wanted)
        return tables

    return project
