"""Tokens for clients."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from typing_extensions import override

from web.access.roles import ROLES
from web.cli.database import data_dir_option, database
from web.cli.failing import Failure
from web.cli.journalled import note_of_command
from web.cli.show import as_json, as_table

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
NEVER = timedelta.max


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
        from web.access.tokens import LONGEST_LIFE

        duration = timedelta(**{UNITS[found[2]]: int(found[1])})
        if duration > LONGEST_LIFE:
            self.fail(f"{value!r} is longer than ten years.", param, ctx)
        return duration


class Forever(Duration):
    """A duration, or the word never."""

    name = "duration"

    @override
    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        return NEVER if value == "never" else super().convert(value, param, ctx)


@click.group(invoke_without_command=True)
@click.option(
    "--role",
    "roles",
    type=click.Choice(sorted(ROLES)),
    multiple=True,
    help="What it allows; several, if given again.",
)
@click.option("--person", type=click.UUID, help="Whose it is: commands are recorded as theirs.")
@click.option("--unit", "units", type=click.UUID, multiple=True, help="hr, auditor: there and below.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    help="service: objectives.check_in, people.*",
)
@click.option("--name", default="command line", show_default=True, help="What it is for, to find it again.")
@click.option("--expires-in", type=Forever(), default="90d", show_default=True, help="90m, 12h, 30d, never.")
@click.option("--link", is_flag=True, help="Print a link that signs a browser in, once, within ten minutes.")
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
@data_dir_option
@click.pass_context
def token(
    context: click.Context,
    /,
    name: str,
    expires_in: timedelta,
    link: bool,
    json_: bool,
    data_dir: Path | None,
    **given: Any,
) -> None:
    """Issue a token and print it, once: only its hash is kept. Or list tokens, or revoke one."""
    if context.invoked_subcommand is not None:
        return
    import psycopg

    from web.access.journal import write
    from web.access.tokens import check_person, make, said

    roles, person = given["roles"], given["person"]
    if not roles:
        raise click.UsageError("Missing option '--role': say what the token allows.")
    expires_at = None if expires_in == NEVER else datetime.now(UTC) + expires_in
    with database(data_dir) as dsn, psycopg.connect(dsn) as conn:
        if person is not None:
            _known(check_person, conn, person)
        if link:
            issued = _link(conn, context, expires_in, given)
        else:
            issued = make(
                conn,
                roles=roles,
                name=name,
                person_id=person,
                expires_at=expires_at,
                units=given["units"],
                scopes=given["scopes"],
            )
        write(conn, [_about(issued.id, said(roles, person))])
    if link:
        issued = replace(issued, secret=f"/sign-in/link/{issued.secret}")
    if json_:
        told = {"token": issued.secret, "id": issued.id, "role": "+".join(sorted(roles))}
        as_json({**told, "person_id": person, "name": name, "expires_at": expires_at})
    else:
        click.echo(issued.secret)


@token.command("list")
@click.option("--ended", is_flag=True, help="Those too that have expired or were revoked.")
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
@data_dir_option
def list_(ended: bool, json_: bool, data_dir: Path | None) -> None:
    """List tokens: whose they are, what they allow, how long, and when they were used last."""
    import psycopg

    from web.access.tokens import listed

    with database(data_dir) as dsn, psycopg.connect(dsn) as conn:
        found = listed(conn, ended=ended)
    if json_:
        as_json(found)
    else:
        columns = ("id", "name", "roles", "person_id", "expires_at", "revoked_at", "last_used_at")
        as_table(columns, ([_cell(each[column]) for column in columns] for each in found))


@token.command()
@click.argument("token_id", type=click.UUID)
@data_dir_option
def revoke(token_id: UUID, data_dir: Path | None) -> None:
    """End a token at once, by its id."""
    import psycopg

    from web.access.journal import write
    from web.access.tokens import revoke as end

    with database(data_dir) as dsn, psycopg.connect(dsn) as conn:
        if not end(conn, token_id):
            raise Failure(f"there is no token {token_id} that has not been revoked")
        write(conn, [_about(token_id)])
    click.echo(f"revoked {token_id}")


def _link(conn: Any, context: click.Context, expires_in: timedelta, given: dict[str, Any]) -> Any:
    """A one-time link, which lasts as long as it is told to, or its ten minutes."""
    from web.access.sessions import LINK_LIFE
    from web.access.sessions import link as make_link

    if given["scopes"]:
        raise click.UsageError("A program signs in with a token, not by a link.")
    if expires_in == NEVER:
        raise click.UsageError("A link has an end: --expires-in 90m, 12h or 30d.")
    is_usual = context.get_parameter_source("expires_in") == click.core.ParameterSource.DEFAULT
    return make_link(
        conn, given["person"], given["roles"], given["units"], LINK_LIFE if is_usual else expires_in
    )


def _about(token_id: UUID, *said: str) -> Any:
    """The note of the present command, which is about a token."""
    note = note_of_command()
    detail = ", ".join([*said, note.detail or ""])
    return replace(note, subject_type="token", subject_id=token_id, detail=detail)


def _known(check: Callable[[Any, UUID], None], conn: Any, person: UUID) -> None:
    try:
        check(conn, person)
    except LookupError as error:
        raise Failure(str(error)) from error


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="minutes")
    return ", ".join(value) if isinstance(value, list) else value
