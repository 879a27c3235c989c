"""Tells each recorded event as an entry of the audit read model, a batch at a time."""

from collections.abc import Sequence
from typing import Any

import orjson
from psycopg import Connection

from projections.audit import fields, telling
from projections.audit.fields import ABOUT, AGGREGATES, TOPICS, Given, Told
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
    """Two loads, of what the events touch and of what that refers to, and one COPY into each large table. The
    server takes in the entries while the next are told.
    """
    of_subjects = [(str(event.originator_id), event, fields.told_by(event)) for event in events]
    timeline = TouchedTimelines(connection, (id for id, event, _ in of_subjects if event.version == 1))
    _load(timeline, of_subjects)
    actions = set()
    copy_in = f"copy entries ({', '.join(_COLUMNS)}) from stdin"
    with connection.cursor() as cursor, cursor.copy(copy_in.encode()) as copy:
        for id, event, told in of_subjects:
            given = Given(event, id, AGGREGATES[event.topic], timeline[id], told)
            changes, words = _changes(timeline, given)
            actions.add((words, event.topic))
            copy.write_row(_entry(timeline, given, changes, words))
    timeline.write()
    found = {(word, topic) for words, topic in actions for word in words}
    if found:
        connection.execute(_ACTIONS_OF_FIELDS, [list(column) for column in zip(*sorted(found), strict=True)])


def _load(timeline: TouchedTimelines, events: Sequence[tuple[str, Recorded, list[Told]]]) -> None:
    """First what the events, each beside the id of its subject, may change and what their subjects are
    called; then what those refer to.
    """
    for id, _, told in events:
        timeline.want(id, ABOUT)
        for teller, part, _, label, _ in told:
            timeline.want(id, part, teller.fact.fresh)
            if label is not None:
                timeline.want(id, label)
    timeline.load()
    for said in [*(event.data for _, event, _ in events), *timeline.said(ABOUT)]:
        for name in _OTHERS:
            if (other := said.get(name)) is not None:
                timeline.want(other, ABOUT)
    timeline.load()


def _changes(timeline: TouchedTimelines, given: Given) -> tuple[list[dict[str, Any]], frozenset[str]]:
    """Lists what the event changes, and the words in its names; from here on the timeline has it, too."""
    said = fields.said(given)
    changed = telling.changes(timeline, given, said)
    for part, values in said.items():
        timeline.say(given.id, part, given.on, given.event.position, values)
    return changed


def _entry(
    timeline: TouchedTimelines, given: Given, changes: list[dict[str, Any]], called: frozenset[str]
) -> tuple[Any, ...]:
    event, data = given.event, given.data
    title, unit_id, cycle_id = telling.about(timeline, given)
    when = (event.version, event.recorded_at.isoformat(), given.on.isoformat())
    who = (data["actor"], data["reason"], event.topic, data["command_id"])
    words = vector(telling.texts(given, title, changes))
    found_by = marks(data["reason"], called, telling.judged(given, changes))
    told = (title, unit_id, cycle_id, orjson.dumps(changes).decode(), f"{words} {found_by}")
    return event.position, given.aggregate, given.id, *when, *who, *told
