"""Positions say how far each read model is; the row of one is also the lock under which its rows
are written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from projections.model import ReadModel


@dataclass(frozen=True, slots=True)
class Position:
    """`recorded_at` is the instant of the last event taken in, None before the first."""

    read_model: str
    version: int
    position: int
    recorded_at: datetime | None


@dataclass(frozen=True)
class Target:
    """A target is where events of a read model are written: the live schema, or the next one that a rebuild
    fills.
    """

    model: ReadModel
    next: bool = False

    @property
    def name(self) -> str:
        return f"{self.model.name}_next" if self.next else self.model.name

    @property
    def schema(self) -> str:
        return f"{self.model.schema}_next" if self.next else self.model.schema


_SELECT = "select read_model, version, position, recorded_at from projection.positions"


def read(connection: Connection[Any]) -> dict[str, Position]:
    """All positions by name, rebuilds under way ('<name>_next') included."""
    with connection.cursor(row_factory=class_row(Position)) as cursor:
        return {row.read_model: row for row in cursor.execute(_SELECT)}


def lock(connection: Connection[Any], names: Iterable[str]) -> dict[str, Position]:
    """These positions, locked against everybody else who writes them until the transaction ends."""
    query = _SELECT + " where read_model = any(%s) order by read_model for update"
    with connection.cursor(row_factory=class_row(Position)) as cursor:
        return {row.read_model: row for row in cursor.execute(query, [list(names)])}


def advance(
    connection: Connection[Any], names: Iterable[str], position: int, recorded_at: datetime | None
) -> None:
    """Note that these read models have taken in every event up to `position`."""
    connection.execute(
        "update projection.positions set position = %s, recorded_at = %s where read_model = any(%s)",
        [position, recorded_at, list(names)],
    )


def start(connection: Connection[Any], target: Target) -> None:
    """Put a read model at position 0, in the version that its code declares."""
    connection.execute(
        "insert into projection.positions (read_model, version, position) values (%s, %s, 0)"
        " on conflict (read_model) do update"
        " set version = excluded.version, position = 0, recorded_at = null",
        [target.name, target.model.version],
    )


def rename(connection: Connection[Any], source: Target, goal: Target) -> None:
    """Let the position and the parked aggregates of one target be those of another, which has none then."""
    forget(connection, goal)
    for table in ("positions", "parked"):
        connection.execute(
            f"update projection.{table} set read_model = %s where read_model = %s", [goal.name, source.name]
        )


def forget(connection: Connection[Any], target: Target) -> None:
    """Have no position any more."""
    connection.execute("delete from projection.positions where read_model = %s", [target.name])
