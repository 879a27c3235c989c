"""Tokens for clients."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import click
from typing_extensions import override

from web.access.roles import ROLES
from web.cli.database import data_dir_option, database
from web.cli.journalled import note_of_command
from web.cli.show import as_json

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=3660)


class Duration(click.ParamType[timedelta]):
    """A number of minutes, hours or days, as in 90m, 12h or 30d."""

    name = "duration"

    @override
    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([1-9][0-9]{0,6})([mhd])", str(value))
        if found is None:
            self.fail(
                f"{value!r} is not a number of minutes, hours or days, such as 90m, 12h or 30d.", param, ctx
            )
        duration = timedelta(**{UNITS[found[2]]: int(found[1])})
        if duration > LONGEST:
            self.fail(f"{value!r} is longer than ten years.", param, ctx)
        return duration


@click.command()
@click.option(
    "--role",
    "roles",
    type=click.Choice(sorted(ROLES)),
    required=True,
    multiple=True,
    help="What the token allows; may be given again.",
)
@click.option("--person", type=click.UUID, help="Whose it is: commands are recorded as theirs.")
@click.option(
    "--unit",
    "units",
    type=click.UUID,
    multiple=True,
    help="hr and auditor: for this unit and those below it.",
)
@click.option(
    "--scope", "scopes", multiple=True, help="service: an operation, such as objectives.check_in or people.*"
)
@click.option("--name", default="command line", show_default=True, help="What it is for, to find it again.")
@click.option(
    "--expires-in", type=Duration(), help="90m, 12h, 30d; without it the token does not end by itself."
)
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
@data_dir_option
def token(  # noqa: PLR0917 - one for each option
    roles: tuple[str, ...],
    person: UUID | None,
    units: tuple[UUID, ...],
    scopes: tuple[str, ...],
    name: str,
    expires_in: timedelta | None,
    json_: bool,
    data_dir: Path | None,
) -> None:
    """Issue a token and print it, once: only its hash is kept."""
    import psycopg

    from web.access.journal import write
    from web.access.tokens import issue

    expires_at = datetime.now(UTC) + expires_in if expires_in else None
    with database(data_dir) as dsn, psycopg.connect(dsn) as conn:
        issued = issue(
            conn,
            roles=roles,
            name=name,
            person_id=person,
            expires_at=expires_at,
            units=units,
            scopes=scopes,
        )
        write(conn, [note_of_command()])
    if json_:
        as_json(
            {
                "token": issued,
                "role": "+".join(sorted(roles)),
                "person_id": person,
                "name": name,
                "expires_at": expires_at,
            }
        )
    else:
        click.echo(issued)
