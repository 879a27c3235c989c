"""Read models made anew from the events."""

from pathlib import Path

import click

from web.cli.database import data_dir_option, database
from web.cli.failing import Failure, Mistake
from web.cli.show import as_json, progress


@click.command("rebuild")
@click.argument("read_model", required=False)
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
@data_dir_option
def rebuild_(read_model: str | None, json_: bool, data_dir: Path | None) -> None:
    """Build READ_MODEL, or all of them, anew beside the old rows and switch over; the service goes on
    meanwhile.

    Broken off, it goes on where it stopped when it is called again.
    """
    from application.store import decode
    from projections.read_models import READ_MODELS
    from projections.rebuild import RebuildRunning, UnknownReadModel, rebuild

    done = {}
    with database(data_dir) as dsn:
        for name in [read_model] if read_model else [model.name for model in READ_MODELS]:
            try:
                with progress(name) as advance:
                    done[name] = rebuild(dsn, name, decode, advance)
            except UnknownReadModel as error:
                raise Mistake(str(error)) from error
            except RebuildRunning as error:
                raise Failure(str(error)) from error
            if not json_:
                click.echo(f"{name} is rebuilt, up to position {done[name]}.")
    if json_:
        as_json({"read_models": [{"name": name, "position": position} for name, position in done.items()]})
