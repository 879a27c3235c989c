"""Commands of the command line reach the database that the settings name."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from web.cli.failing import Failure
from web.ops.database_roles import MIGRATE, WEB, acting_as, signed_in_as
from web.ops.settings import Settings, from_environment

F = TypeVar("F", bound=Callable[..., Any])


def data_dir_option(command: F) -> F:
    """`--data-dir`, for commands that need the database."""
    option = click.option(
        "--data-dir",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder of the embedded server; not looked at when DATABASE_URL is set.",
    )
    return option(command)


def settings_with(data_dir: Path | None) -> Settings:
    """The settings of the environment, with the folder of the command line before them."""
    settings = from_environment()
    return settings if data_dir is None else replace(settings, data_dir=data_dir)


def today(dsn: str, settings: Settings) -> date:
    """The present day of the organisation whose database this is."""
    import psycopg

    from application.store.organisation import today_in
    from web.wiring import zone_of

    with psycopg.connect(dsn) as conn:
        return today_in(zone_of(conn, settings.time_zone))


@contextlib.contextmanager
def database(data_dir: Path | None, role: str | None = WEB, *, any_zone: bool = False) -> Iterator[str]:
    """The DSN of a migrated database for one of its roles: DATABASE_URL's, else the embedded server's of the
    data folder.

    A server that `serve` runs in the folder is used; otherwise one is started and stopped again at the end.
    Only the embedded database is migrated here: another one belongs to whoever runs it. `role` None: for
    whoever migrates. `any_zone`: also if the settings name another time zone than the database.
    """
    settings = settings_with(data_dir)
    if settings.database_url is not None:
        yield acting_as(settings.database_url, role) if role else settings.database_url
        return
    try:
        from web.ops.postgres import PostgresFailed, running
    except ImportError as error:
        raise Failure(
            "DATABASE_URL is not set, and the embedded server (throughline[embedded]) is not installed"
        ) from error
    from web.wiring import prepare

    with contextlib.ExitStack() as held:
        try:
            url = held.enter_context(running(settings.data_dir))
        except PostgresFailed as error:
            raise Failure(str(error)) from error
        zone = None if any_zone else settings.time_zone
        prepare(signed_in_as(url, MIGRATE), zone, keys=lambda: settings.keys)
        yield acting_as(signed_in_as(url, role), role) if role else signed_in_as(url, MIGRATE)
