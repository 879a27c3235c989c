"""Events of units, people and cycles in, bitemporal rows out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from psycopg import Connection

from projections import versions
from projections.bitemporal import Table, Touched
from projections.copying import copying
from projections.events import Recorded

Patch: TypeAlias = Callable[[Mapping[str, Any]], dict[str, Any]]

UNITS = Table("units", {"id": "uuid"}, ("external_id", "name", "kind", "parent_id", "status"))
PEOPLE = Table(
    "people", {"id": "uuid"}, ("external_id", "name", "email", "job_title", "unit_id", "manager_id", "status")
)
CYCLES = Table(
    "cycles",
    {"id": "uuid"},
    ("external_id", "name", "starts_on", "ends_on", "cadence_days", "appeal_days", "rating_scale", "status"),
)
TABLES = (UNITS, PEOPLE, CYCLES)


def _fields(*names: str, **fixed: Any) -> Patch:
    """A patch of these fields of the payload, and of `fixed` ones."""
    return lambda data: {**{name: data[name] for name in names}, **fixed}


FACTS: dict[str, tuple[Table, Patch]] = {
    "unit.defined": (UNITS, _fields("external_id", "name", "kind", "parent_id", status="active")),
    "unit.renamed": (UNITS, _fields("name")),
    "unit.moved": (UNITS, _fields("parent_id")),
    "unit.dissolved": (UNITS, _fields(status="dissolved")),
    "person.defined": (
        PEOPLE,
        _fields("external_id", "name", "email", "job_title", "unit_id", "manager_id", status="active"),
    ),
    "person.transferred": (PEOPLE, _fields("unit_id", "manager_id")),
    "person.renamed": (PEOPLE, _fields("name")),
    "person.departed": (PEOPLE, _fields(status="departed")),
    "cycle.defined": (
        CYCLES,
        _fields(
            "external_id", "name", "starts_on", "ends_on", "cadence_days", "appeal_days", "rating_scale",
            status="preparation",
        ),
    ),
    "cycle.activated": (CYCLES, _fields(status="active")),
    "cycle.closed": (CYCLES, _fields(status="closed")),
    "cycle.reopened": (CYCLES, _fields(status="active")),
}  # fmt: skip
TOPICS = frozenset(FACTS)
SEALING = ("cycle.closed", "cycle.reopened")
_SEAL = (
    "cycle_id", "position", "recorded_at", "effective_on", "actor", "reason", "closes", "digest", "algorithm",
    "objectives", "reviews", "sealed_position",
)  # fmt: skip


def apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    """Write the rows of these events: one load and one write per table touched."""
    for table in TABLES:
        facts = [(event, FACTS[event.topic][1]) for event in events if FACTS[event.topic][0] is table]
        if not facts:
            continue
        touched = Touched(events, ((event.originator_id,) for event, _ in facts))
        beliefs = table.load(connection, touched)
        for event, patch in facts:
            beliefs.set((event.originator_id,), event.effective_on, event.recorded_at, patch(event.data))
        beliefs.write(connection)
    _add_seals(connection, [event for event in events if event.topic in SEALING])
    versions.record(connection, "versions", events)


def _add_seals(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    if not events:
        return
    with copying(connection, "seals", _SEAL) as add_row:
        for event in events:
            seal = event.data.get("seal") or {}
            names = ("digest", "algorithm", "objectives", "reviews", "position")
            closes = event.topic == "cycle.closed"
            by = (event.data["actor"], event.data["reason"])
            said = (event.originator_id, event.position, event.recorded_at, event.effective_on, *by, closes)
            add_row((*said, *(seal.get(name) for name in names)))
