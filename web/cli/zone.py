"""The time zone of the organisation, told and changed."""

from pathlib import Path
from zoneinfo import available_timezones

import click

from web.cli.database import data_dir_option, database
from web.cli.failing import Mistake
from web.cli.journalled import note_of_command
from web.ops.database_roles import MIGRATE


@click.command("timezone")
@click.argument("name", required=False)
@data_dir_option
def timezone_(name: str | None, data_dir: Path | None) -> None:
    """Print the time zone whose days are those of the organisation, or make NAME that zone.

    What was recorded stays on the day on which it was recorded as effective. Restart the service afterwards.
    """
    import psycopg

    from application.store.organisation import record_zone, recorded_zone
    from web.access.journal import write

    if name is not None and name not in available_timezones():
        raise Mistake(f"{name} is not the IANA name of a time zone, such as Europe/Lisbon")
    with database(data_dir, MIGRATE, any_zone=True) as dsn, psycopg.connect(dsn) as conn:
        before = recorded_zone(conn) or "UTC"
        if name is not None:
            record_zone(conn, name)
            write(conn, [note_of_command()])
    click.echo(
        before if name is None else f"The days of the organisation are those of {name} now, not {before}."
    )
