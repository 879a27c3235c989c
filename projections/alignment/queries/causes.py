"""Causes are the events that changed what leads where, each once, by what they cost."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from domain.health import ALIGNED

Answer = dict[str, Any]
LOST, WON, GONE, CAME, OTHERWISE = EFFECTS = ("lost", "won", "gone", "came", "otherwise")
SAID = ("status", "starts_on", "ends_on", "owner_unit_id", "owner_person_id", "unit_id", "parent_id")
"""The fields of which a cause tells what they were before and after."""

_ENTRIES = """
    select position, unit_id::text, changes from read_audit.entries where position = any(%s::bigint[])"""


def causes(connection: Connection[Any], objectives: Iterable[Answer]) -> list[Answer]:
    """The events of the objectives that `change` gives, those first that cost most their way, then by the day
    since which they hold: each with its unit, what it changed, the ids of the objectives that are of another
    class by it, and how many of them lost their way, won one, are not live any more, came to be so, or are
    otherwise of another class.
    """
    events: dict[int, Answer] = {}
    effects: dict[int, Counter[str]] = {}
    for each in objectives:
        for event in each["events"]:
            told = events.setdefault(event["position"], {**event, "objective_ids": []})
            told["objective_ids"].append(each["objective_id"])
            effects.setdefault(event["position"], Counter())[_effect(each["before"], each["after"])] += 1
    entries = _entries(connection, events)
    found = [
        {
            **told,
            "unit_id": entries[position]["unit_id"],
            "changes": [change for change in entries[position]["changes"] if change["field"] in SAID],
            **{name: effects[position][name] for name in EFFECTS},
        }
        for position, told in events.items()
    ]
    return sorted(found, key=lambda each: (-each[LOST], -each[WON], each["effective_on"], each["position"]))


def _effect(before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return GONE if after is None else CAME
    if ALIGNED in (before, after):
        return LOST if before == ALIGNED else WON
    return OTHERWISE


def _entries(connection: Connection[Any], positions: Collection[int]) -> dict[int, Answer]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return {each["position"]: each for each in cursor.execute(_ENTRIES, [list(positions)])}
