"""The API in one process: a real database, a Flask client, and a projector that is run when a test asks."""

from collections.abc import Iterator
from copy import copy
from functools import cache
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.conninfo import make_conninfo

from tests.conftest import copied
from tests.web.api import Api
from tests.web.keys import KEYS
from web.access.tokens import issue
from web.app import create_app
from web.ops.settings import Settings
from web.wiring import EXTENSION, Services


@cache
def _routed() -> Flask:
    return create_app(Settings(database_url="postgresql://nowhere"))


def app_over(settings: Settings) -> Flask:
    """An app as `create_app` makes it, for settings that add no routes; it shares the routes with all others,
    since to make those takes longer than most tests.
    """
    if settings.provider is not None or settings.spans_to is not None:
        raise ValueError("these settings add to the routes: make the app by create_app")
    app = copy(_routed())
    app.config, app.view_functions = copy(app.config), copy(app.view_functions)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.extensions = {EXTENSION: Services(settings)}
    return app


@pytest.fixture
def app(dsn: str) -> Iterator[Flask]:
    app = app_over(Settings(database_url=dsn, pool_size=8, min_position_seconds=0.3, secret_keys=KEYS))
    yield app
    app.extensions[EXTENSION].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def api(app: Flask, dsn: str) -> Api:
    """A client with the token of an administrator."""
    return Api(app, dsn, token(dsn, "admin"))


@pytest.fixture(scope="module")
def shared_api(server: str) -> Iterator[Api]:
    """As `api`, on one database for all tests of a module: for those that record nothing, or only add."""
    name = f"shared_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as conn:
        copied(conn, name)
        dsn = make_conninfo(server, dbname=name)
        app = app_over(Settings(database_url=dsn, secret_keys=KEYS))
        yield Api(app, dsn, token(dsn, "admin"))
        app.extensions[EXTENSION].close()
        conn.execute(f"drop database {name} with (force)".encode())


def token(dsn: str, role: str, **options: Any) -> str:
    with psycopg.connect(dsn) as conn:
        return issue(conn, roles=role.split("+"), name=f"a test's {role}", **options)
