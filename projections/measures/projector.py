"""Events of measures in, bitemporal rows out."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from projections import versions
from projections.bitemporal import Key, Table, Touched
from projections.events import Recorded

DEFINED, RECORDED, CORRECTED = "measure.defined", "measure.reading_recorded", "measure.reading_corrected"
TOPICS = frozenset({DEFINED, RECORDED, CORRECTED})
HEADER = ("external_id", "name", "unit_of_measure", "direction", "baseline", "target", "objective_ids")
MEASURES = Table("measures", {"id": "uuid"}, HEADER)
READINGS = Table(
    "readings",
    {"measure_id": "uuid", "id": "uuid"},
    ("position", "value", "source", "said_position", "said_version"),
)


def apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    """Write the rows of these events: one load and one write per table."""
    defined = [event for event in events if event.topic == DEFINED]
    read = [event for event in events if event.topic != DEFINED]
    headers = MEASURES.load(connection, Touched(events, ((event.originator_id,) for event in defined)))
    for event in defined:
        patch = {name: event.data[name] for name in HEADER}
        headers.set((event.originator_id,), event.effective_on, event.recorded_at, patch)
    headers.write(connection)
    touched = Touched(events)
    for event in read:
        touched.add(_key(event), fresh=event.topic == RECORDED)
    readings = READINGS.load(connection, touched)
    for event in read:
        readings.set(_key(event), event.effective_on, event.recorded_at, _reading(event))
    readings.write(connection)
    versions.record(connection, "versions", events)


def _key(event: Recorded) -> Key:
    return event.originator_id, event.data["reading_id"]


def _reading(event: Recorded) -> dict[str, Any]:
    place = {"position": event.position} if event.topic == RECORDED else {}
    said = {"said_position": event.position, "said_version": event.version}
    return {**place, **said, "value": event.data["value"], "source": event.data["source"]}
