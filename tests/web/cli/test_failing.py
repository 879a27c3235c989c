"""What goes wrong is said in one sentence, with an exit code that tells whose fault it is."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.web.cli.conftest import Throughline
from web.cli.main import COMMANDS


def test_the_help_lists_every_command_with_a_sentence(bare: Throughline) -> None:
    said = bare("--help").stdout
    for name in COMMANDS:
        line = next(line for line in said.splitlines() if line.startswith(f"  {name} "))
        assert len(line.split()) > 3


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(bare: Throughline, name: str) -> None:
    result = bare(name, "--help")
    assert result.exit_code == 0
    assert f"{name} [OPTIONS]" in result.stdout


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("THROUGHLINE_PORT", "many"),
        ("THROUGHLINE_PROT", "80"),
        ("THROUGHLINE_WORKERS", "0"),
        ("DATABASE_URL", "mysql://x"),
    ],
)
def test_a_bad_setting_is_named_and_exits_2(bare: Throughline, setting: str, value: str) -> None:
    result = bare("serve", **{setting: value})
    assert result.exit_code == 2
    assert result.stderr.startswith(f"throughline: {setting} ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [("serve", "--port", "70000"), ("nonsense",), ("token",), ("import", "/no/such/folder")]
)
def test_a_mistaken_command_line_exits_2(bare: Throughline, arguments: tuple[str, ...]) -> None:
    assert bare(*arguments).exit_code == 2


def test_a_database_that_cannot_be_reached_exits_1(bare: Throughline) -> None:
    result = bare("check", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert result.exit_code == 1
    assert result.stderr.startswith("throughline: The database cannot be reached: ")
    assert result.stderr.count("\n") == 1


def test_a_database_that_was_not_migrated_is_said_to_be_so(bare: Throughline, server: str, dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        for schema in ("projection", "store", "access"):
            conn.execute(f"drop schema {schema} cascade".encode())
    for command in (("check",), ("token", "--role", "hr"), ("rebuild",)):
        result = bare(*command, DATABASE_URL=dsn)
        assert (result.exit_code, "run throughline migrate" in result.stderr) == (1, True), command


def test_migrate_brings_a_new_database_up_and_is_harmless_to_repeat(bare: Throughline, server: str) -> None:
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute("create database to_migrate")
        try:
            own = make_conninfo(server, dbname="to_migrate")
            results = [bare("migrate", DATABASE_URL=_as_url(own)) for _ in range(2)]
            assert [(each.exit_code, each.stdout) for each in results] == [
                (0, "The database is up to date.\n")
            ] * 2
        finally:
            conn.execute("drop database to_migrate with (force)")


def _as_url(conninfo: str) -> str:
    """The fixture's connection string in the form that DATABASE_URL has."""
    given = psycopg.conninfo.conninfo_to_dict(conninfo)
    return f"postgresql://{given['user']}@/{given['dbname']}?host={given['host']}"
