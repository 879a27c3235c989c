"""The journal holds what the command line does, as it holds what comes over HTTP."""

import contextlib
import os
import pwd
import shlex
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Literal, TypeVar
from uuid import UUID

import click
from click.core import ParameterSource

from web.access.journal import Note, Operator, write

F = TypeVar("F", bound=Callable[..., Any])
LONGEST = 2_000


def person_option(command: F) -> F:
    """`--person`, for commands that are noted."""
    return click.option("--person", type=click.UUID, help="Who does this, for the audit trail.")(command)


def note_of_command(
    kind: Literal["export", "administration"] = "administration", person: UUID | None = None
) -> Note:
    """The note of the present command: who gave it, in which words."""
    user = f"{_user()}@{socket.gethostname()}"
    return Note(
        caller=Operator(user, person),
        kind=kind,
        action=".".join(["throughline", *_named(click.get_current_context())]),
        path=_given(click.get_current_context())[:LONGEST],
        detail=f"by {user}",
    )


@contextlib.contextmanager
def journalled(dsn: str, note: Note) -> Iterator[dict[str, Any]]:
    """Notes that it has `begun` before anything is done, and afterwards that it was done (`answered`) or
    `broken-off`. What is put into the dictionary, `rows` or `position`, stands in the second row.
    """
    import psycopg

    found: dict[str, Any] = {}
    ended = "broken-off"
    with psycopg.connect(dsn) as conn:
        write(conn, [replace(note, outcome="begun")])
    try:
        yield found
        ended = "answered"
    except click.exceptions.Exit:  # it was done, and its exit code says what it found
        ended = "answered"
        raise
    finally:
        with psycopg.connect(dsn) as conn:
            write(conn, [replace(note, outcome=ended, **found)])


def _user() -> str:
    """As the system knows whose process this is; variables of the environment could say anything."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number that has no name
        return str(os.getuid())


def _named(context: click.Context) -> list[str]:
    """The name of the command, below the name of its group if it has one."""
    return context.command_path.split()[1:] or [context.command.name or ""]


def _given(context: click.Context) -> str:
    """The command with what was given on its line."""
    words = ["throughline", *_named(context)]
    for parameter in context.command.params:
        name = parameter.name or ""
        if context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        value = context.params[name]
        flag = isinstance(parameter, click.Option) and parameter.is_flag
        words += parameter.opts[:1] if isinstance(parameter, click.Option) else []
        words += [] if flag else [str(each) for each in (value if isinstance(value, tuple) else [value])]
    return shlex.join(words)
