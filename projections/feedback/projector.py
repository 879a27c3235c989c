"""Events of feedback in, bitemporal rows out."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from projections.bitemporal import Key, Table, Touched
from projections.events import Recorded

GIVEN, WITHDRAWN = "objective.feedback_given", "objective.feedback_withdrawn"
TOPICS = frozenset({GIVEN, WITHDRAWN})
FEEDBACK = Table(
    "feedback",
    {"objective_id": "uuid", "id": "uuid"},
    (
        "position", "given_on", "giver", "kind", "text", "visibility", "withdrawn_on", "withdrawn_by",
        "withdrawal_reason",
    ),
)  # fmt: skip


def apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    """Write the rows of these events: one load and one write."""
    beliefs = FEEDBACK.load(connection, Touched(events, map(_key, events)))
    for event in events:
        beliefs.set(_key(event), event.effective_on, event.recorded_at, _patch(event))
    beliefs.write(connection)


def _key(event: Recorded) -> Key:
    return event.originator_id, event.data["feedback_id"]


def _patch(event: Recorded) -> dict[str, Any]:
    data = event.data
    if event.topic == WITHDRAWN:
        return {
            "withdrawn_on": event.effective_on,
            "withdrawn_by": data["actor"],
            "withdrawal_reason": data["reason"],
        }
    said = {name: data[name] for name in ("kind", "text", "visibility")}
    return {**said, "position": event.position, "given_on": event.effective_on, "giver": data["actor"]}
