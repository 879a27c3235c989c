"""Tells each recorded event as an entry of the audit read model, a batch at a time."""

from collections.abc import Sequence
from typing import Any

import orjson
from psycopg import Connection

from projections.audit import fields, telling
from projections.audit.fields import ABOUT, TOPICS, Given
from projections.audit.timeline import TouchedTimelines
from projections.audit.words import marks, vector
from projections.events import Recorded

__all__ = ["TOPICS", "apply"]

_OTHERS = ("owner_person_id", "person_id", "cycle_id", "parent_id")
"""Fields that name somebody or something whose own words an entry rests on."""
_COLUMNS = (
    "position", "subject_type", "subject_id", "version", "recorded_at", "effective_on", "actor", "reason",
    "action", "command_id", "title", "unit_id", "cycle_id", "changes", "words",
)  # fmt: skip
_ACTIONS_OF_FIELDS = """
    insert into actions_of_fields select * from unnest(%s::text[], %s::text[]) on conflict do nothing"""


def apply(connection: Connection[Any], events: Sequence[Recorded]) -> None:
    """Two loads, of what the events touch and of what that refers to, and one COPY into each large table."""
    of_subjects = [(str(event.originator_id), event) for event in events]
    timeline = TouchedTimelines(connection, (id for id, event in of_subjects if event.version == 1))
    _load(timeline, of_subjects)
    entries, actions = [], set()
    for id, event in of_subjects:
        given = Given(event, id, timeline[id])
        changes, words = _changes(timeline, given)
        actions |= {(word, event.topic) for word in words}
        entries.append(_entry(timeline, given, changes, words))
    copy_in = f"copy entries ({', '.join(_COLUMNS)}) from stdin"
    with connection.cursor() as cursor, cursor.copy(copy_in.encode()) as copy:
        for entry in entries:
            copy.write_row(entry)
    if actions:
        connection.execute(
            _ACTIONS_OF_FIELDS, [list(column) for column in zip(*sorted(actions), strict=True)]
        )
    timeline.write()


def _load(timeline: TouchedTimelines, events: Sequence[tuple[str, Recorded]]) -> None:
    """First what the events, each beside the id of its subject, may change and what their subjects are
    called; then what those refer to.
    """
    for id, event in events:
        for part in fields.parts_of(event):
            timeline.want(id, part)
    timeline.load()
    for said in [*(event.data for _, event in events), *timeline.said(ABOUT)]:
        for name in _OTHERS:
            if (other := said.get(name)) is not None:
                timeline.want(other, ABOUT)
    timeline.load()


def _changes(timeline: TouchedTimelines, given: Given) -> tuple[list[dict[str, Any]], set[str]]:
    """Lists what the event changes, and the words in its names; from here on the timeline has it, too."""
    said = fields.said(given)
    changed = telling.changes(timeline, given, said)
    for part, values in said.items():
        timeline.say(given.id, part, given.on, given.event.position, values)
    return changed


def _entry(
    timeline: TouchedTimelines, given: Given, changes: list[dict[str, Any]], called: set[str]
) -> tuple[Any, ...]:
    event, data = given.event, given.data
    title, unit_id, cycle_id = telling.about(timeline, given)
    when = (event.version, event.recorded_at.isoformat(), given.on.isoformat())
    who = (data["actor"], data["reason"], event.topic, data["command_id"])
    words = vector(telling.texts(given, title, changes))
    found_by = marks(data["reason"], called)
    told = (title, unit_id, cycle_id, orjson.dumps(changes).decode(), f"{words} {found_by}")
    return event.position, given.aggregate, given.id, *when, *who, *told
