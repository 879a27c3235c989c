"""Events of reviews and of the objectives under review in, rows out."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection

from projections.catalogue.events import REVIEW
from projections.copying import copying
from projections.events import Recorded
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
LOGGED = ("position", "version", "recorded_at", "effective_on", "topic", "actor", "reason", "data")
PROVENANCE = frozenset({"actor", "reason", "effective_on", "command_id"})
EVIDENT = frozenset(
    f"objective.{what}"
    for what in (
        "defined", "revised", "submitted", "returned", "approved", "activated", "postponed", "resumed",
        "cancelled", "closed", "reopened", "carried_over", "key_result_added", "target_changed",
        "key_result_removed", "aligned", "alignment_weight_changed", "alignment_removed", "checked_in",
        "check_in_corrected",
    )
)  # fmt: skip
TOPICS = KEEPER.topics | EVIDENT


def apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    """Write the rows of these events: of reviews as they stand, and one COPY per log."""
    KEEPER.apply(connection, events)
    steps = [event for event in events if event.topic in KEEPER.topics]
    about_objectives = [event for event in events if event.topic in EVIDENT]
    _add(connection, "steps", ("review_id", *LOGGED), map(_row, steps))
    about_parents = ((_parent(event), *_row(event)) for event in about_objectives)
    _add(connection, "objective_events", ("parent_id", "objective_id", *LOGGED), about_parents)


def _add(
    connection: Connection[Any], table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    with copying(connection, table, columns) as add_row:
        for row in rows:
            add_row(row)


def _row(event: Recorded) -> tuple[Any, ...]:
    payload = {name: value for name, value in event.data.items() if name not in PROVENANCE}
    when = (event.recorded_at, event.effective_on)
    who = (event.data["actor"], event.data["reason"])
    return event.originator_id, event.position, event.version, *when, event.topic, *who, payload


def _parent(event: Recorded) -> str | None:
    parent: str | None = event.data.get("parent_id")
    return parent
