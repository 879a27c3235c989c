"""Creates what the projections need in the database: their own tables and a schema per read model."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection, sql

from projections import positions
from projections.model import ReadModel, ddl_of
from projections.positions import Target
from projections.read_models import READ_MODELS


def create(connection: Connection[Any], read_models: Sequence[ReadModel] = READ_MODELS) -> None:
    """Create what is missing, in one transaction; running it again changes nothing.

    A read model that exists in another version is left as it is: it answers from its old rows and takes in
    no events until it is rebuilt (`projections.status` names it). The caller keeps two calls from running
    at once.
    """
    with connection.transaction():
        connection.execute(ddl_of("projections"))
        there = positions.read(connection)
        for model in read_models:
            if model.name not in there:
                create_empty(connection, Target(model))


def create_empty(connection: Connection[Any], target: Target) -> None:
    """Create the schema and tables of a read model at position 0, replacing what is there.

    Leaves `search_path` set to that schema until the transaction, which the caller has begun, ends.
    """
    schema = sql.Identifier(target.schema)
    connection.execute(sql.SQL("drop schema if exists {} cascade").format(schema))
    connection.execute(sql.SQL("create schema {}").format(schema))
    use_schema(connection, target.schema)
    connection.execute(target.model.ddl)
    forget_parked(connection, target.name)
    positions.start(connection, target)


def use_schema(connection: Connection[Any], schema: str) -> None:
    """Let unqualified names mean tables of this schema until the transaction (or savepoint) ends."""
    connection.execute("select set_config('search_path', %s, true)", [schema])


def forget_parked(connection: Connection[Any], name: str) -> None:
    """Drop the record of the aggregates parked for `name`."""
    connection.execute("delete from projection.parked where read_model = %s", [name])
