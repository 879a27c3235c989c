"""Events of reviews in, rows out."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from projections.catalogue.events import REVIEW
from projections.copying import copying
from projections.events import NOT_DATA, Recorded
from projections.keeping import Keeper, Kept

KEEPER = Keeper(
    Kept(
        "reviews",
        REVIEW,
        key=("id",),
        indexes=("(person_id, valid_from)", "(reviewer_id, valid_from)", "(cycle_id, valid_from)"),
    ),
    versions_of=("review",),
)
STEP = ("review_id", "position", "version", "recorded_at", "effective_on", "topic", "actor", "reason", "data")
NOT_SAID = NOT_DATA | {"actor", "reason", "effective_on", "command_id", "traceparent"}
"""The provenance has columns of its own."""


def apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    """Write the rows of these events: of reviews as they stand, and one COPY of their steps."""
    KEEPER.apply(connection, events)
    with copying(connection, "steps", STEP) as add_row:
        for event in events:
            add_row(_step(event))


def _step(event: Recorded) -> tuple[Any, ...]:
    payload = {name: value for name, value in event.data.items() if name not in NOT_SAID}
    when = (event.recorded_at, event.effective_on)
    who = (event.data["actor"], event.data["reason"])
    return event.originator_id, event.position, event.version, *when, event.topic, *who, payload
