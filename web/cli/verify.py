"""Is the log what was recorded, and are the seals of cycles those of what they sealed?"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.database import data_dir_option, database
from web.cli.failing import REFUSED
from web.cli.show import as_json

if TYPE_CHECKING:
    from application.store.verification import Fault
    from application.verification import Report


@click.command()
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
@data_dir_option
def verify(json_: bool, data_dir: Path | None) -> None:
    """Recompute the chain over all events and every seal of a cycle, and name whatever does not agree. Exits
    1 if anything does not.

    A log rewritten from some event to its end agrees with itself again: to notice that too, keep the digest
    that is printed somewhere else, and compare.
    """
    from application.verification import verify as verified

    with database(data_dir) as dsn:
        report = verified(dsn)
    if json_:
        as_json({"ok": report.sound, **asdict(report)})
    else:
        _print(report)
    if not report.sound:
        raise click.exceptions.Exit(REFUSED)


def _print(report: "Report") -> None:
    for fault in report.faults:
        click.echo(f"wrong: {_sentence(fault)}")
    click.echo(f"{report.events} events up to position {report.position}; seals of cycles: {report.seals}.")
    click.echo(f"The digest at the head is {report.digest}.")
    if report.sound:
        click.echo("Nothing was altered.")


def _sentence(fault: "Fault") -> str:
    """Position, topic and aggregate as far as they are known, and what is wrong there."""
    where = [] if fault.position is None else [f"position {fault.position}"]
    if fault.topic is not None:
        where.append(fault.topic)
    if fault.aggregate_id is not None:
        version = "" if fault.version is None else f", version {fault.version}"
        where.append(f"of {fault.aggregate_id}{version}")
    return f"{' '.join(where)}: {fault.detail}" if where else fault.detail
