"""Plan folders in and out."""

from collections import Counter
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from web.cli.database import data_dir_option, database, today
from web.cli.failing import Failure, Mistake
from web.cli.journalled import journalled, note_of_command, person_option
from web.cli.moments import DAY, INSTANT
from web.cli.show import as_json, as_table
from web.ops.database_roles import PROJECTOR
from web.ops.settings import from_environment

if TYPE_CHECKING:
    from application.plan.outcomes import RowOutcome

ISO = "YYYY-MM-DD"
NOT_CARRIED = ("history", "reasons", "seals", "commitments", "what reviews say", "policies", "the time zone")
MANY = 100  # complaints beyond what a screen shows are summed up as well

PLAN = click.argument("plan", type=click.Path(path_type=Path, exists=True))
NEW_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.command("import")
@PLAN
@click.option("--source", help="Whose ids these are; by default the name of PLAN.")
@click.option("--reason", help="Why, where a row gives no reason of its own.")
@click.option(
    "--effective-on", type=DAY, help="Since when changed cells hold, unless their row says; by default today."
)
@click.option("--again", is_flag=True, help="Create also what is known from another source.")
@click.option("--dates", default=ISO, show_default=True, help="How dates are written, as in DD.MM.YYYY.")
@click.option("--decimal-comma", is_flag=True, help="Numbers are written as in 12,5.")
@click.option("--encoding", help="That of CSV files that are not UTF-8, as in cp1252.")
@click.option("--dry-run", is_flag=True, help="Say what becomes of each row, record nothing.")
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
@person_option
@data_dir_option
def import_(
    *,
    plan: Path,
    source: str | None,
    reason: str | None,
    effective_on: date | None,
    again: bool,
    dates: str,
    decimal_comma: bool,
    encoding: str | None,
    dry_run: bool,
    json_: bool,
    person: UUID | None,
    data_dir: Path | None,
) -> None:
    """Record what PLAN says, all or nothing: a folder of CSV files, a zip of them, or a workbook (.xlsx).

    What an earlier import of the same source said already records nothing. Every bad cell is listed as
    file:line:column: what is wrong; then nothing is recorded and the exit code is 1.
    """
    from application.plan.errors import PlanInvalid
    from application.plan.importing import import_plan
    from application.plan.notation import NotANotation, Notation
    from application.store import Store

    try:
        notation = Notation(dates, decimal_comma, encoding)
    except NotANotation as error:
        raise Mistake(f"--{error.option}: {error}") from error
    try:
        with (
            database(data_dir) as dsn,
            journalled(dsn, note_of_command(person=person)) as done,
            Store(dsn, pool_size=2) as store,
        ):
            report = import_plan(
                store,
                plan,
                source=source,
                notation=notation,
                today=today(dsn, from_environment()),
                dry_run=dry_run,
                actor=f"person:{person}" if person else None,
                reason=reason,
                effective_on=effective_on,
                again=again,
            )
            done |= {"rows": sum(report.events.values()), "position": report.position}
    except PlanInvalid as invalid:
        _complain(invalid, json_)
        raise Failure(f"Nothing was recorded: {len(invalid.errors)} cells are wrong") from invalid
    if json_:
        as_json(asdict(report))
        return
    if dry_run:
        _tell(report.outcomes)
    as_table(("event", "recorded"), report.events.items())
    recorded = sum(report.events.values())
    would = "would be recorded" if dry_run else "recorded"
    where = "" if report.position is None else f", up to position {report.position}"
    click.echo(f"{recorded} events {would} from {report.source}{where}.")


def _tell(outcomes: "list[RowOutcome]") -> None:
    """A line for each row: where it is, what becomes of it, its id, and the waivers that it takes."""
    from application.plan.errors import printable

    for row in outcomes:
        waives = f" (waives {', '.join(row.waives)} of SMART)" if row.waives else ""
        click.echo(f"{row.file}:{row.line or '-'}: {row.outcome} {printable(row.id)}{waives}")
    for outcome, count in Counter(row.outcome for row in outcomes).items():
        click.echo(f"{count:6} {outcome}")


def _complain(invalid: Exception, json_: bool) -> None:
    errors = getattr(invalid, "errors", [])
    if json_:
        as_json({"errors": [asdict(error) for error in errors]})
    else:
        for error in errors:
            click.echo(str(error), err=True)
        if len(errors) > MANY:
            counts = Counter((error.file, error.column) for error in errors)
            for (file, column), count in counts.most_common():
                click.echo(f"{count:6} in {file}, {column}", err=True)


@click.command("template")
@click.argument("plan", type=click.Path(path_type=Path))
def template(plan: Path) -> None:
    """Write an empty plan to PLAN: a folder of CSV files or, if its name ends in .xlsx, a workbook."""
    from application.plan.writing import template_workbook, write_template

    if plan.exists() and (plan.is_file() or any(plan.iterdir())):
        raise Failure(f"{plan} is there already, and a template overwrites nothing")
    if plan.suffix.lower() == ".xlsx":
        plan.parent.mkdir(parents=True, exist_ok=True)
        plan.write_bytes(template_workbook())
    else:
        write_template(plan)
    click.echo(f"{plan} is empty; docs/plan-folder.md says what goes where.")


@click.command("export")
@NEW_FOLDER
@click.option("--as-of", type=DAY, help="The state of this day; by default today.")
@click.option("--known-at", type=INSTANT, help="As it was known at this instant; by default now.")
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
@person_option
@data_dir_option
def export_(
    folder: Path,
    as_of: date | None,
    known_at: datetime | None,
    json_: bool,
    person: UUID | None,
    data_dir: Path | None,
) -> None:
    """Write a plan folder to FOLDER, which must be new or empty."""
    from projections.moment import Moment
    from web.plan.export import export_plan

    if folder.exists() and any(folder.iterdir()):
        raise Failure(f"{folder} is not empty, and an export overwrites nothing")
    now = datetime.now(UTC)
    if known_at is not None and known_at > now:
        raise Failure("--known-at is ahead of the clock: what will be known by then nobody can tell")
    with database(data_dir, PROJECTOR) as dsn, journalled(dsn, note_of_command("export", person)) as done:
        moment = Moment(as_of or today(dsn, from_environment()), known_at or now)
        rows = export_plan(dsn, folder, moment)
        done["rows"] = sum(rows.values())
    if json_:
        said = {"folder": folder, "as_of": moment.as_of, "known_at": moment.known_at}
        as_json(said | {"rows": rows, "not_carried": NOT_CARRIED})
    else:
        as_table(("file", "rows"), rows.items())
        click.echo(f"Not in it: {', '.join(NOT_CARRIED)} (docs/plan-folder.md says why).")
