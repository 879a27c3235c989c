"""The access table, printed."""

import click

from web.cli.show import as_json, as_table


@click.command()
@click.argument("operation", default="")
@click.option("--json", "json_", is_flag=True, help="Print a JSON document.")
def access(operation: str, json_: bool) -> None:
    """Print who may do what: every operation, or those whose names begin with OPERATION."""
    from web.access.table import told

    rows = [row for row in told() if row["operation"].startswith(operation)]
    if not rows:
        raise click.UsageError(f"there is no operation {operation}: throughline access lists them all.")
    if json_:
        as_json(rows)
    else:
        as_table(list(rows[0]), (list(row.values()) for row in rows))
