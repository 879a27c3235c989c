"""Is a file a whole and unaltered copy of an export?"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from web.cli.database import database
from web.cli.failing import Failure
from web.cli.show import as_json
from web.exports.copies import Copy, examine
from web.exports.issuing import NotIssued
from web.exports.issuing import issued as look_up

SAID = {"as_of": "as of", "known_at": "as known at", "position": "position", "asked_at": "asked at"}


def verify_copy(file: Path, issued: bool, json_: bool, data_dir: Path | None) -> bool:
    """Prints what the copy is and whether it is sound, which is the answer; asks the journal if `issued`."""
    try:
        copy = examine(file)
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror or error}") from error
    fault, row = copy.fault, None
    if issued and fault is None:
        fault, row = _looked_up(copy, data_dir)
    if json_:
        as_json({"ok": fault is None, "file": str(file), **asdict(copy), "fault": fault, "issued": row})
    else:
        _print(file, copy, fault, row)
    return fault is None


def _looked_up(copy: Copy, data_dir: Path | None) -> tuple[str | None, dict[str, Any] | None]:
    """The fault, or the row of the journal."""
    import psycopg

    with database(data_dir) as dsn, psycopg.connect(dsn) as conn:
        try:
            return None, look_up(conn, str(copy.sha256))
        except NotIssued as fault:
            return str(fault), None


def _print(file: Path, copy: Copy, fault: str | None, row: Mapping[str, Any] | None) -> None:
    if fault is not None:
        click.echo(f"wrong: {file} {fault}.")
    if "what" in copy.said:
        click.echo(f"It says it is {_described(copy.said)}.")
    if copy.sha256 is not None:
        click.echo(f"It has {copy.rows} rows; their digest is {copy.sha256}.")
    if row is not None:
        click.echo(f"It was handed out: number {row['number']} of the journal, {row['at'].isoformat()}.")
    if fault is None:
        click.echo("It is whole and unaltered.")


def _described(said: Mapping[str, Any]) -> str:
    who = f"{said['name']}, {said['by']}" if "name" in said else said.get("by")
    return ", ".join(
        [
            f"{said['what']} for {who}",
            *(f"{words} {said[name]}" for name, words in SAID.items() if name in said),
        ]
    )
