"""Is everything as it should be?"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from web.cli.database import data_dir_option, database, settings_with, today
from web.cli.failing import REFUSED
from web.cli.show import as_json, as_table
from web.ops.database_roles import PROJECTOR

GAPS = """
    select before + 1 as first, position - 1 as last
    from (select position, lag(position, 1, 0::bigint) over (order by position) as before from store.events)
    as pairs where position <> before + 1 order by position limit 20
"""
LEFT = "the {kind} {name} ({id}) is still with the {holder_kind} {holder_name} ({holder_id}), which is gone"
TWICE = "the {kind} {name} ({id}) has the {field} of {other_name} ({other_id}), in some spelling"
TAIL = "select coalesce(max(position), 0) as last from store.events"


@click.command()
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
@data_dir_option
def check(json_: bool, data_dir: Path | None) -> None:
    """Look for what is wrong: parked aggregates, lag, no projector, gaps in the positions, an audit trail or
    a journal that does not account for everything, what is left with somebody who is gone, and what has the
    address or the external id of something else. Exits 1 if there is any.
    """
    import psycopg
    from psycopg.rows import dict_row

    from application.store.made_up import made_up
    from projections.audit.queries.trail import unaccounted
    from projections.duplicates import duplicates
    from projections.freshness import high_water_mark
    from projections.moment import Moment
    from projections.reviews.queries.left_behind import left_behind
    from projections.status import status
    from web.access.journal import missing

    with database(data_dir, PROJECTOR) as dsn, psycopg.connect(dsn, row_factory=dict_row) as conn:
        found = status(conn)
        gaps = conn.execute(GAPS).fetchall()
        last = conn.execute(TAIL).fetchone()
        notes = [f"position {note.position}: {note.detail}" for note in made_up(conn)]
        uncounted = [*unaccounted(conn), *missing(conn)]
        current = not any(model.outdated for model in found.models)
        _, now, _ = high_water_mark(conn)
        moment = Moment(today(dsn, settings_with(data_dir)), now)
        late = [LEFT.format(**each) for each in left_behind(conn, moment).items] if current else []
        late += [TWICE.format(**each) for each in duplicates(conn, moment).items] if current else []
    problems = [*found.problems(), *_problems_of(gaps, found.head, last["last"] if last else 0), *uncounted]
    problems += late
    if json_:
        as_json({"ok": not problems, "problems": problems, "notes": notes, "gaps": gaps, **asdict(found)})
    else:
        _print(found.models, notes, problems, found.head)
    if problems:
        raise click.exceptions.Exit(REFUSED)


def _problems_of(gaps: list[dict[str, Any]], head: int, last: int) -> list[str]:
    missing = [f"events {gap['first']} to {gap['last']} are missing" for gap in gaps]
    if head > last:
        missing.append(f"events {last + 1} to {head} are missing at the end")
    elif head < last:
        missing.append(f"the head of the store is {head}, but there is an event {last}")
    return missing


def _print(models: Any, notes: list[str], problems: list[str], head: int) -> None:
    as_table(
        ("read model", "position", "behind", "seconds"),
        [(model.name, model.position, model.lag, f"{model.lag_seconds:.1f}") for model in models],
    )
    click.echo(f"The log ends at position {head}.")
    for note in notes:
        click.echo(f"note: {note}.")
    for problem in problems:
        click.echo(f"wrong: {problem}")
    if not problems:
        click.echo("Nothing is wrong.")
