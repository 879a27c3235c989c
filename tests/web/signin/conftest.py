"""A service and its provider, for all tests of a module."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.conftest import copied
from tests.web.signin.house import House
from tests.web.signin.provider import openid_provider
from web.wiring import EXTENSION


@pytest.fixture(scope="module")
def house(server: str) -> Iterator[House]:
    name = f"signin_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as conn, openid_provider() as provider:
        copied(conn, name)
        house = House(make_conninfo(server, dbname=name), provider)
        yield house
        house.app.extensions[EXTENSION].close()
        conn.execute(f"drop database {name} with (force)".encode())
