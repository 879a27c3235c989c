"""The tables of schema.sql that the bitemporal engine keeps, and the rows of one batch."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from projections.bitemporal import Beliefs, Key, Table
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
UNITS = Table("units", key={"id": "uuid"}, fields=("parent_id", "status"))
PEOPLE = Table("people", key={"id": "uuid"}, fields=("unit_id", "manager_id", "status"))
CYCLES = Table("cycles", key={"id": "uuid"}, fields=("starts_on", "ends_on", "cadence_days"))


def keys_of(event: Recorded) -> Iterable[tuple[str, Key]]:
    """The rows an event may change: (name of the table, key)."""
    aggregate, _, _ = event.topic.partition(".")
    id, data = event.originator_id, event.data
    if aggregate != "objective":
        yield {"unit": "units", "person": "people", "cycle": "cycles"}[aggregate], (id,)
        return
    yield "objectives", (id,)
    if "parent_id" in data:
        yield "links", (id, UUID(data["parent_id"]))
    if "key_result_id" in data:
        yield "key_results", (id, UUID(data["key_result_id"]))
    if "check_in_id" in data:
        check_in_id = UUID(data["check_in_id"])
        yield "check_ins", (id, check_in_id)
        for reading in data["readings"]:
            yield "readings", (id, UUID(reading["key_result_id"]), check_in_id)


@dataclass(frozen=True)
class Rows:
    """What is believed now about everything that one batch touches."""

    objectives: Beliefs
    links: Beliefs
    key_results: Beliefs
    check_ins: Beliefs
    readings: Beliefs
    units: Beliefs
    people: Beliefs
    cycles: Beliefs

    @classmethod
    def load(cls, connection: Connection[Any], events: Iterable[Recorded]) -> "Rows":
        touched: dict[str, set[Key]] = {table.name: set() for table in TABLES}
        for event in events:
            for name, key in keys_of(event):
                touched[name].add(key)
        return cls(**{table.name: table.load(connection, touched[table.name]) for table in TABLES})

    def write(self, connection: Connection[Any]) -> None:
        for table in TABLES:
            beliefs: Beliefs = getattr(self, table.name)
            beliefs.write(connection)


TABLES = (OBJECTIVES, LINKS, KEY_RESULTS, CHECK_INS, READINGS, UNITS, PEOPLE, CYCLES)
