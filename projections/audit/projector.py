"""Tells each recorded event as an entry of the audit read model, a batch at a time."""

from collections.abc import Sequence
from typing import Any

import orjson
from psycopg import Connection

from projections.audit import parts, telling
from projections.audit.fields import FIELDS
from projections.audit.fields.said import Given
from projections.audit.timeline import Timeline
from projections.audit.words import marks, vector
from projections.events import Recorded

TOPICS = frozenset(FIELDS)
_COLUMNS = (
    "position", "subject_type", "subject_id", "version", "recorded_at", "effective_on", "actor", "reason",
    "action", "command_id", "title", "unit_id", "cycle_id", "changes", "words",
)  # fmt: skip


def apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    """Two loads, of what the events touch and of what that refers to, and one COPY into each table."""
    of_subjects = [(str(event.originator_id), event) for event in events]
    timeline = Timeline(connection, (id for id, event in of_subjects if event.version == 1))
    parts.load(timeline, of_subjects)
    entries = [_entry(timeline, Given(event, id, timeline[id])) for id, event in of_subjects]
    copy_in = f"copy entries ({', '.join(_COLUMNS)}) from stdin"
    with connection.cursor() as cursor, cursor.copy(copy_in.encode()) as copy:
        for entry in entries:
            copy.write_row(entry)
    timeline.write()


def _entry(timeline: Timeline, given: Given) -> tuple[Any, ...]:
    event, data = given.event, given.data
    said = FIELDS[event.topic](given)
    changes = telling.changes(timeline, given, said)
    for part, fields in said.items():
        timeline.say(given.id, part, given.on, event.position, fields)
    title, unit_id, cycle_id = telling.about(timeline, given)
    when = (event.version, event.recorded_at.isoformat(), given.on.isoformat())
    who = (data["actor"], data["reason"], event.topic, data["command_id"])
    words = vector(telling.texts(given, title, changes))
    found_by = marks(data["reason"], (change["field"] for change in changes))
    told = (title, unit_id, cycle_id, orjson.dumps(changes).decode(), f"{words} {found_by}")
    return event.position, given.aggregate, given.id, *when, *who, *told
