"""Creates what the projections need in the database: their own tables and a schema per read model."""

import re
from collections.abc import Sequence
from typing import Any
from zlib import crc32

from psycopg import Connection, sql
from psycopg.rows import scalar_row

from projections import positions
from projections.model import ReadModel, ddl_of
from projections.positions import Target
from projections.read_models import READ_MODELS

_INDEX = re.compile(r"^create index [^;]*;", re.MULTILINE)


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
            elif there[model.name].version == model.version:
                _guard_as_declared(connection, model)


def create_empty(connection: Connection[Any], target: Target, indexes: bool = True) -> None:
    """Create the schema and tables of a read model at position 0, replacing what is there; without
    `indexes` only with those that its keys need.

    Leaves `search_path` set to that schema until the transaction, which the caller has begun, ends.
    """
    drop(connection, target.schema)
    connection.execute(sql.SQL("create schema {}").format(sql.Identifier(target.schema)))
    use_schema(connection, target.schema)
    connection.execute(_INDEX.sub("", target.model.ddl))
    _guard(connection, target.model, target.schema)
    if indexes:
        create_indexes(connection, target)
    forget_parked(connection, target.name)
    positions.start(connection, target)


def _guard_as_declared(connection: Connection[Any], model: ReadModel) -> None:
    """Guard the tables again if they are guarded by other statements, or by none."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        said = cursor.execute("select obj_description(%s::regnamespace)", [model.schema]).fetchone()
    if model.guards and said != _guarded_by(model):
        use_schema(connection, model.schema)
        _guard(connection, model, model.schema)


def _guard(connection: Connection[Any], model: ReadModel, schema: str) -> None:
    if model.guards:
        connection.execute(model.guards)
        comment = sql.SQL("comment on schema {} is {}")
        connection.execute(comment.format(sql.Identifier(schema), sql.Literal(_guarded_by(model))))


def _guarded_by(model: ReadModel) -> str:
    return f"guards {crc32(model.guards.encode())}"


def create_indexes(connection: Connection[Any], target: Target) -> None:
    """Create the indexes that `create_empty` left out, unless they are there."""
    use_schema(connection, target.schema)
    there = """
        select exists (select from pg_index i join pg_class c on c.oid = i.indexrelid
         where c.relnamespace = %s::regnamespace and not i.indisunique)"""
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute(there, [target.schema])
        if not cursor.fetchone():
            for statement in _INDEX.findall(target.model.ddl):
                connection.execute(statement)


def drop(connection: Connection[Any], schema: str) -> None:
    """Drop a schema with all in it, as soon as nobody reads it any more; nothing if it is not there."""
    connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))


def use_schema(connection: Connection[Any], schema: str) -> None:
    """Let unqualified names mean tables of this schema until the transaction (or savepoint) ends."""
    connection.execute("select set_config('search_path', %s, true)", [schema])


def forget_parked(connection: Connection[Any], name: str) -> None:
    """Drop the record of the aggregates parked for `name`."""
    connection.execute("delete from projection.parked where read_model = %s", [name])
