"""Read models made anew from the events."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from web.cli.database import data_dir_option, database
from web.cli.failing import REFUSED, Failure, Mistake
from web.cli.journalled import journalled, note_of_command, person_option
from web.cli.show import as_json
from web.ops.database_roles import PROJECTOR

if TYPE_CHECKING:
    from projections import rebuild


@click.command("rebuild")
@click.argument("read_model", required=False)
@click.option("--cancel", is_flag=True, help="Drop what a rebuild under way or broken off has made, instead.")
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
@person_option
@data_dir_option
def rebuild_(
    read_model: str | None, cancel: bool, json_: bool, person: UUID | None, data_dir: Path | None
) -> None:
    """Build READ_MODEL, or all of them, anew beside the old rows and switch over; the service goes on
    meanwhile.

    Broken off, also by Ctrl-C, it goes on where it stopped when it is called again; the old rows answer until
    the switch. They are compared with the new ones if they are of the same version: rows that differ are
    replaced, counted and kept in the schema read_<READ_MODEL>_old until the next rebuild, and it exits 1.
    """
    from projections.read_models import READ_MODELS
    from projections.rebuild import UnknownReadModel

    names = [read_model] if read_model else [model.name for model in READ_MODELS]
    with database(data_dir, PROJECTOR) as dsn, journalled(dsn, note_of_command(person=person)):
        try:
            (_cancel if cancel else _rebuild)(dsn, names, json_)
        except UnknownReadModel as error:
            raise Mistake(str(error)) from error


def _cancel(dsn: str, names: Sequence[str], json_: bool) -> None:
    from projections.rebuild import cancel

    cancelled = [name for name in names if cancel(dsn, name)]
    if json_:
        as_json({"cancelled": cancelled})
        return
    for name in cancelled:
        click.echo(f"The rebuild of {name} is cancelled.")
    if not cancelled:
        click.echo("There is no rebuild to cancel.")


def _rebuild(dsn: str, names: Sequence[str], json_: bool) -> None:
    from application.store import decode
    from projections.rebuild import RebuildCancelled, RebuildRunning, rebuild

    try:
        with _shown() as tell:
            done = rebuild(dsn, names, decode, tell)
    except (RebuildRunning, RebuildCancelled) as error:
        raise Failure(str(error)) from error
    except KeyboardInterrupt as stop:
        raise Failure(
            "stopped; the old rows go on answering: rebuild again to go on, or rebuild --cancel"
        ) from stop
    if json_:
        as_json({"read_models": [asdict(each) for each in done]})
    else:
        _print(done)
    if any(each.differences for each in done):
        raise click.exceptions.Exit(REFUSED)


def _print(done: "Sequence[rebuild.Rebuilt]") -> None:
    for each in done:
        click.echo(f"{each.name} is rebuilt, up to position {each.position}.")
        if each.not_compared:
            click.echo(f"{each.name} was not compared: {each.not_compared}", err=True)
        for table in each.differences:
            counts = f"{table.only_old} rows only in the old, {table.only_new} only in the new"
            click.echo(f"{each.name} differed in {table.table}: {counts}", err=True)


@contextlib.contextmanager
def _shown() -> Iterator["rebuild.Tell"]:
    """Shows what it is doing, how far it is and how long loading will still take; only on a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with Progress(TextColumn("{task.description}"), BarColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda now: bar.update(task, description=words(now), completed=now.position, total=now.head)


def words(now: "rebuild.Progress") -> str:
    """One line: `loading alignment, 120,000 of 500,000 events, about 3 min left`."""
    line = f"{now.doing} {', '.join(now.read_models)}, {now.position:,} of {now.head:,} events"
    if now.left is None:
        return line
    minutes, seconds = divmod(round(now.left), 60)
    return f"{line}, about {f'{minutes} min' if minutes else f'{seconds} s'} left"
