"""What every test may ask for: a database of its own and a store on it. None reaches beyond this machine."""

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings

from application.store import Store
from tests import limits
from tests.folders import scratch
from web.ops.database_roles import MIGRATE, PROJECTOR, WEB, acting_as
from web.ops.postgres import running
from web.wiring import migrate

# CI judges a change by the same examples every time; whoever works on it searches among new ones.
settings.register_profile("fixed", derandomize=True, database=None)

TEMPLATE = "migrated"
# The server of the tests may lose its data with the machine, and is faster for it.
CARELESS = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(limits)


def on_database(dsn: str, name: str) -> str:
    """The URL of another database on the same server."""
    return urlsplit(dsn)._replace(path=f"/{name}").geturl()


def copied(conn: psycopg.Connection[Any], name: str) -> None:
    """Makes a database as the migrated one. What the roles may of a database itself is not copied with it."""
    # Copying files is half the work of writing them to a log that nobody will read.
    conn.execute(f"create database {name} template {TEMPLATE} strategy file_copy".encode())
    conn.execute(f"grant create on database {name} to {PROJECTOR}, {MIGRATE}".encode())
    conn.execute(f"revoke temporary on database {name} from public".encode())


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The DSN of an embedded server of this test process, with a migrated database to copy."""
    with scratch() as folder, running(folder) as dsn:
        with psycopg.connect(dsn, autocommit=True) as conn:
            for setting in CARELESS:
                conn.execute(f"alter system set {setting}".encode())
            conn.execute("select pg_reload_conf()")
            conn.execute(f"create database {TEMPLATE}".encode())
        migrate(on_database(dsn, TEMPLATE))
        yield dsn


@pytest.fixture
def dsn(server: str) -> Iterator[str]:
    """A fresh migrated database, dropped after the test with whatever is still connected to it."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as conn:
        copied(conn, name)
        try:
            yield on_database(server, name)
        finally:
            conn.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def store(dsn: str) -> Iterator[Store]:
    with Store(acting_as(dsn, WEB)) as store:
        yield store


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets connect to this machine alone."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a test connects to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
