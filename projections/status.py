"""The status tells how the projector is doing, for /readyz and `throughline check`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row, scalar_row

from projections import feed, leader, positions
from projections.freshness import FAR_BEHIND
from projections.model import ReadModel
from projections.positions import Position
from projections.read_models import READ_MODELS


@dataclass(frozen=True, slots=True)
class Parked:
    """An aggregate a read model gave up on: the event that failed, and how many later ones are `held`
    back.
    """

    read_model: str
    originator_id: UUID
    position: int
    topic: str
    error: str
    parked_at: datetime
    held: int


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """`lag` counts events; `outdated`: its rows are of another version than the code, it waits for a rebuild;
    `rebuilding_at` is the position of a rebuild under way (or broken off).
    """

    name: str
    position: int
    lag: int
    lag_seconds: float
    outdated: bool
    rebuilding_at: int | None


@dataclass(frozen=True, slots=True)
class FollowerStatus:
    """`head` is the last position of the log; `leader` tells whether some projector leads."""

    head: int
    leader: bool
    models: tuple[ModelStatus, ...]
    parked: tuple[Parked, ...]

    @property
    def lag(self) -> int:
        """Events by which the read model furthest behind is behind."""
        return max((model.lag for model in self.models), default=0)

    def problems(self, complete_from: int = 0, tolerated_seconds: float = 30.0) -> list[str]:
        """Lists what keeps the answers from being complete and recent, one sentence each; empty when all is
        well. Before `complete_from` no read model is complete, however little it is behind.
        """
        found = [] if self.leader else ["no projector is running"]
        for model in self.models:
            if model.outdated:
                found.append(
                    f"read model {model.name} is of another version: run throughline rebuild {model.name}"
                )
            elif (
                model.position < complete_from
                or model.lag > FAR_BEHIND
                or model.lag_seconds > tolerated_seconds
            ):
                found.append(f"read model {model.name} is {model.lag} events behind")
        return found + [
            f"read model {parked.read_model} has parked {parked.originator_id} at position"
            f" {parked.position} ({parked.topic}, {parked.held} later events held): {parked.error}"
            for parked in self.parked
        ]


def status(connection: Connection[Any], read_models: Sequence[ReadModel] = READ_MODELS) -> FollowerStatus:
    """The state of the projections, read in a handful of small queries."""
    there = positions.read(connection)
    head = feed.head(connection)
    with connection.cursor(row_factory=class_row(Parked)) as cursor:
        cursor.execute(
            "select read_model, originator_id, position, topic, error, parked_at, held from projection.parked"
            " where read_model = any(%s) order by read_model, position",
            [[model.name for model in read_models]],
        )
        parked = tuple(cursor)
    models = tuple(_status_of(connection, model, there, head) for model in read_models)
    return FollowerStatus(head, leader.is_alive(connection), models, parked)


def _status_of(
    connection: Connection[Any], model: ReadModel, there: dict[str, Position], head: int
) -> ModelStatus:
    live, following = there.get(model.name), there.get(f"{model.name}_next")
    position = live.position if live else 0
    return ModelStatus(
        name=model.name,
        position=position,
        lag=max(0, head - position),
        lag_seconds=_seconds_since(connection, position + 1) if position < head else 0.0,
        outdated=live is None or live.version != model.version,
        rebuilding_at=following.position if following else None,
    )


def _seconds_since(connection: Connection[Any], position: int) -> float:
    """Gives the seconds since the event at `position` was recorded."""
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute(
            "select extract(epoch from clock_timestamp() - recorded_at)::float8 from store.events"
            " where position = %s",
            [position],
        )
        return max(0.0, cursor.fetchone() or 0.0)
