"""The commands that run the service or a part of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from web.cli.database import data_dir_option, database, settings_with
from web.cli.failing import Failure
from web.ops.database_roles import PROJECTOR
from web.ops.settings import Settings


def address_options(command: Any) -> Any:
    """`--host` and `--port`."""
    host = click.option("--host", help="Address to listen on; loopback only unless told otherwise.")
    port = click.option(
        "--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one."
    )
    return host(port(command))


def settings_for(data_dir: Path | None, **given: Any) -> Settings:
    """The settings of the environment, with what the command line gives before them."""
    return replace(
        settings_with(data_dir), **{name: value for name, value in given.items() if value is not None}
    )


@click.command("serve")
@address_options
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes.")
@click.option(
    "--projector/--no-projector", default=True, help="Without: it runs elsewhere (throughline projector)."
)
@data_dir_option
def serve_(
    host: str | None, port: int | None, workers: int | None, projector: bool, data_dir: Path | None
) -> None:
    """Run web and projector, supervised, until a signal ends them.

    Prints one line, `listening on http://host:port`, when the service answers. Logs go to standard error.
    """
    from web.ops.logging import configure

    settings = settings_for(data_dir, host=host, port=port, workers=workers)
    configure(settings.log_level)
    supervise(settings, projector=projector)


def supervise(settings: Settings, **how: Any) -> None:
    """`web.ops.serve.supervisor.serve` with its failures in one sentence, if it is safe to be served."""
    from web.ops.safety import refuse_unsafe
    from web.ops.serve.address import AddressUnavailable
    from web.ops.serve.database import DatabaseFailed
    from web.ops.serve.supervisor import StartFailed, serve

    refuse_unsafe(settings)
    try:
        serve(settings, **{"ready": announce, **how})
    except (AddressUnavailable, DatabaseFailed, StartFailed) as error:
        raise Failure(str(error)) from error


def announce(url: str, _dsn: str) -> None:
    """The one line that a program may wait for."""
    click.echo(f"listening on {url}")


@click.command()
@data_dir_option
def projector(data_dir: Path | None) -> None:
    """Run the projector alone, until a signal ends it. Several may run; one of them leads."""
    from web.ops.logging import configure
    from web.ops.serve.projector import run

    settings = settings_with(data_dir)
    configure(settings.log_level)
    with database(data_dir, PROJECTOR) as dsn:
        run(dsn, settings)


@click.command("migrate")
@data_dir_option
def migrate_(data_dir: Path | None) -> None:
    """Create or bring up to date all that the service needs in the database. Harmless to repeat."""
    from web.wiring import prepare

    with database(data_dir, None) as dsn:
        settings = settings_with(data_dir)
        prepare(dsn, settings.time_zone, record=True, keys=lambda: settings.keys)
    click.echo("The database is up to date.")
