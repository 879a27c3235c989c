"""The tables of schema.sql that the bitemporal engine keeps, and the rows of one batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from projections.bitemporal import Beliefs, Table, Touched
from projections.events import Recorded

OBJECTIVES = Table(
    "objectives",
    key={"id": "uuid"},
    fields=(
        "title", "description", "level", "cycle_id", "owner_unit_id", "owner_person_id", "starts_on",
        "ends_on", "visibility", "external_id", "status", "resumes_to", "committed_confidence",
        "last_reaffirmed_on", "amended_version", "approved_version", "origin_id", "successor_id",
        "outcome", "score", "suggested_score", "note",
    ),
)  # fmt: skip
LINKS = Table(
    "links",
    key={"child_id": "uuid", "parent_id": "uuid"},
    fields=("present", "kind", "weight", "since", "removed_on", "restarted_on"),
)
KEY_RESULTS = Table(
    "key_results",
    key={"objective_id": "uuid", "id": "uuid"},
    fields=("present", "title", "kind", "unit_of_measure", "baseline", "target", "weight", "external_id"),
)
CHECK_INS = Table("check_ins", key={"objective_id": "uuid", "id": "uuid"}, fields=("position", "confidence"))
READINGS = Table(
    "readings",
    key={"objective_id": "uuid", "key_result_id": "uuid", "check_in_id": "uuid"},
    fields=("position", "value", "said_position", "said_version"),
)

_ELSEWHERE = frozenset(
    f"objective.{what}"
    for what in (
        "key_result_added", "target_changed", "key_result_removed", "checked_in", "check_in_corrected",
        "aligned", "alignment_weight_changed", "alignment_removed", "feedback_given", "feedback_withdrawn",
    )
)  # fmt: skip
"""Topics of objectives that leave the row of the objective itself as it is, but for an amendment."""


@dataclass(frozen=True)
class Rows:
    """What is believed now about everything that one batch touches."""

    objectives: Beliefs
    links: Beliefs
    key_results: Beliefs
    check_ins: Beliefs
    readings: Beliefs

    @classmethod
    def load(cls, connection: Connection[Any], events: Sequence[Recorded]) -> "Rows":
        touched = {table.name: Touched(events) for table in TABLES}
        for event in events:
            touch(touched, event)
        return cls(**{table.name: table.load(connection, touched[table.name]) for table in TABLES})

    def write(self, connection: Connection[Any]) -> None:
        for table in TABLES:
            beliefs: Beliefs = getattr(self, table.name)
            beliefs.write(connection)


def touch(touched: Mapping[str, Touched], event: Recorded) -> None:
    """Add the rows that an event may change, by table."""
    id, data = event.originator_id, event.data
    if event.topic not in _ELSEWHERE or data.get("amendment"):
        touched["objectives"].add((id,))
    if "parent_id" in data:
        touched["links"].add((id, data["parent_id"]))
    if "key_result_id" in data:
        touched["key_results"].add((id, data["key_result_id"]))
    if "check_in_id" in data:
        check_in_id, fresh = data["check_in_id"], event.topic == "objective.checked_in"
        touched["check_ins"].add((id, check_in_id), fresh)
        for reading in data["readings"]:
            touched["readings"].add((id, reading["key_result_id"], check_in_id), fresh)


TABLES = (OBJECTIVES, LINKS, KEY_RESULTS, CHECK_INS, READINGS)
