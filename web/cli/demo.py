"""The service with a made-up organisation in it."""

from datetime import UTC, datetime
from pathlib import Path

import click

from web.cli.database import data_dir_option
from web.cli.failing import Failure
from web.cli.processes import address_options, announce, settings_for, supervise
from web.cli.show import progress

FEWEST_PEOPLE, MOST_PEOPLE = 70, 3000


@click.command()
@address_options
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same story."
)
@click.option(
    "--people",
    type=click.IntRange(FEWEST_PEOPLE, MOST_PEOPLE),
    default=300,
    show_default=True,
    help="About how many.",
)
@data_dir_option
def demo(host: str | None, port: int | None, seed: int, people: int, data_dir: Path | None) -> None:
    """Serve a made-up organisation with three half-years of history.

    The data folder (default: demo inside THROUGHLINE_DATA_DIR) is made fresh: what an earlier demo left
    there is wiped, anything else is left alone and refused. Prints a token and a command to paste for each
    kind of user.
    """
    from web.demo.folder import FolderRefused, fresh
    from web.demo.running import DatabaseInUse, Demo
    from web.demo.story import tell
    from web.ops.logging import configure

    settings = settings_for(data_dir, host=host, port=port)
    if data_dir is None:
        settings = settings_for(settings.data_dir / "demo", host=host, port=port)
    configure(settings.log_level)
    try:
        if settings.database_url is None:
            fresh(settings.data_dir)
        with progress() as advance:
            advance("thinking up an organisation", 0, 0)
            loaded = Demo(tell(seed, people, datetime.now(UTC).date()), advance)

            def ready(url: str, dsn: str) -> None:
                announce(url, dsn)
                click.echo(f"\n{loaded.text(url)}")

            supervise(settings, prepare=loaded.load, ready=ready)
    except (FolderRefused, DatabaseInUse) as error:
        raise Failure(str(error)) from error
