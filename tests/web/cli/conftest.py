"""The commands in this process, on a database of the test's own."""

import logging
from collections.abc import Callable, Iterator

import pytest
import structlog
from click.testing import CliRunner, Result

from web.cli import main

Throughline = Callable[..., Result]


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command sends the logs to its own standard error, which is gone after it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Throughline:
    """Runs a command in an environment without any setting."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    runner = CliRunner()
    return lambda *arguments, **env: runner.invoke(main, [str(each) for each in arguments], env=env)


@pytest.fixture
def throughline(bare: Throughline, dsn: str) -> Throughline:
    """Runs a command on a migrated database."""
    return lambda *arguments, **env: bare(*arguments, **{"DATABASE_URL": dsn, **env})
