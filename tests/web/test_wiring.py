"""Migrating: by several at once, and again."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo

from web.wiring import migrate

SCHEMAS = {"store", "projection", "read_directory", "read_alignment", "access", "webhooks"}


def test_several_may_migrate_at_once_and_again(server: str) -> None:
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"create database {name}".encode())
        dsn = make_conninfo(server, dbname=name)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(migrate, [dsn] * 4))
        migrate(dsn)

        with psycopg.connect(dsn) as migrated:
            rows = migrated.execute("select nspname from pg_namespace").fetchall()
        conn.execute(f"drop database {name} with (force)".encode())

    assert {row[0] for row in rows} >= SCHEMAS
