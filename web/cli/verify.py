"""Is the log what was recorded, and are the seals of cycles those of what they sealed? Or, with a file: is it
a whole and unaltered copy of an export?
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from web.cli.database import data_dir_option, database
from web.cli.failing import REFUSED, Mistake
from web.cli.journalled import journalled, note_of_command, person_option
from web.cli.show import as_json

if TYPE_CHECKING:
    from application.store.verification import Fault
    from application.verification import Report


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--issued", is_flag=True, help="Ask the journal, too, whether it was handed out. Takes a FILE.")
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
@person_option
@data_dir_option
def verify(file: Path | None, issued: bool, json_: bool, person: UUID | None, data_dir: Path | None) -> None:
    """Recompute the chain over all events and every seal of a cycle, and name whatever does not agree. Or,
    with the FILE of an export: say whether it is a whole and unaltered copy, which needs no database unless
    --issued asks it. Exits 1 if anything is wrong.

    A log rewritten from some event to its end agrees with itself again, and so does a copy with a new end: to
    notice that too, keep the digest of the log somewhere else, and compare; and ask for --issued.
    """
    if file is not None:
        from web.cli.copies import verify_copy

        sound = verify_copy(file, issued, json_, data_dir)
    elif issued:
        raise Mistake("--issued takes a FILE, the copy of an export")
    else:
        sound = _verify_log(json_, person, data_dir)
    if not sound:
        raise click.exceptions.Exit(REFUSED)


def _verify_log(json_: bool, person: UUID | None, data_dir: Path | None) -> bool:
    from application.verification import verify as verified

    with database(data_dir) as dsn, journalled(dsn, note_of_command(person=person)) as done:
        report = verified(dsn)
        done |= {"rows": report.events, "position": report.position}
    if json_:
        as_json({"ok": report.sound, **asdict(report)})
    else:
        _print(report)
    return report.sound


def _print(report: "Report") -> None:
    for fault in report.faults:
        click.echo(f"wrong: {_sentence(fault)}")
    for note in report.notes:
        click.echo(f"note: {_sentence(note)}")
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
