"""A command that cannot do what it was asked ends with a sentence."""

import contextlib
from collections.abc import Iterator
from typing import IO, Any

import click
import psycopg
from typing_extensions import override

from domain.refusals import Refusal
from web.ops.database_roles import RolesFailed
from web.ops.settings import SettingsError

REFUSED, MISTAKEN = 1, 2


class Failure(click.ClickException):
    """Ends the command with exit code 1 and one sentence on standard error."""

    exit_code = REFUSED

    def __init__(self, sentence: str) -> None:
        stop = "" if sentence.endswith((".", "!", "?")) else "."
        super().__init__(sentence[:1].upper() + sentence[1:] + stop)

    @override
    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"throughline: {self.format_message()}", file=file, err=file is None)


class Mistake(Failure):
    """The command or a setting is not one: exit code 2."""

    exit_code = MISTAKEN


@contextlib.contextmanager
def told_in_one_sentence() -> Iterator[None]:
    """Whatever a user may meet becomes a `Failure`; a mistake in the program keeps its traceback."""
    try:
        yield
    except SettingsError as error:
        raise Mistake(str(error)) from error
    except RolesFailed as error:
        raise Failure(str(error)) from error
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
        raise Failure("This database has not been migrated; run throughline migrate") from error
    except psycopg.OperationalError as error:
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else "no connection"
        raise Failure(f"The database cannot be reached: {first_line}") from error
    except Refusal as refusal:
        raise Failure(refusal.detail) from refusal
