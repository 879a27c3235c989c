"""A log to put events into, a connection, and a follower that runs beside the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from psycopg import Connection

from projections.follower import Follower
from projections.model import ReadModel
from tests.projections.log import Log, connected
from tests.projections.running import running


@pytest.fixture
def log(dsn: str) -> Log:
    return Log(dsn)


@pytest.fixture
def connection(dsn: str) -> Iterator[Connection[Any]]:
    with connected(dsn) as connection:
        yield connection


@pytest.fixture
def follow(dsn: str) -> Iterator[Callable[..., None]]:
    """`follow(*read_models)` starts a follower of these that runs until the test ends."""
    with ExitStack() as stack:

        def start(*read_models: ReadModel) -> None:
            stack.enter_context(running(Follower(dsn, read_models)))

        yield start
