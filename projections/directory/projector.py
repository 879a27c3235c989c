"""Events of units, people, cycles and policies in, rows out."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from projections.catalogue.events import CYCLE, PERSON, POLICY, UNIT
from projections.copying import copying
from projections.events import Recorded
from projections.keeping import Keeper, Kept

TABLES = (
    Kept("units", UNIT, key=("id",), indexes=("(parent_id, valid_from)",)),
    Kept(
        "people",
        PERSON,
        key=("id",),
        indexes=(
            "(unit_id, valid_from)",
            "(manager_id, valid_from) where manager_id is not null",
        ),
    ),
    Kept("cycles", CYCLE, key=("id",)),
    Kept("policies", POLICY, key=("id",)),
)
KEEPER = Keeper(*TABLES, versions_of=("unit", "person", "cycle", "policy"))
SEALING = ("cycle.closed", "cycle.reopened")
_SEAL = (
    "cycle_id", "position", "recorded_at", "effective_on", "actor", "reason", "closes", "digest", "algorithm",
    "objectives", "reviews", "sealed_position",
)  # fmt: skip


def apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    """Write the rows of these events."""
    KEEPER.apply(connection, events)
    _add_seals(connection, [event for event in events if event.topic in SEALING])


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
