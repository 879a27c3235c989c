"""Output: tables for people, JSON for programs, progress only where somebody watches."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

Advance = Callable[[str, int, int], None]


def as_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())


def as_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """On standard output; nothing is cut off when that is not a terminal."""
    table = Table(*columns, show_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console = Console(soft_wrap=False)
    Console(width=None if console.is_terminal else 10_000).print(table)


@contextlib.contextmanager
def progress() -> Iterator[Advance]:
    """Call it with what is being done, how much of it, and of how much, 0 if nobody knows; draws on standard
    error if that is a terminal.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _what, _done, _whole: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("beginning", total=None)

        def advance(what: str, done: int, whole: int) -> None:
            bar.update(task, description=what, completed=done, total=whole or None)

        yield advance
