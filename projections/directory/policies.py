"""The rules in force at a moment, and how each version of them changed those before it."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from psycopg import Connection
from psycopg.rows import dict_row, tuple_row

from domain.rules import CHOICES, SCALES, VERSION_1, Rules
from projections.moment import Moment, holds, known
from projections.versions import as_known

_RULES = ", ".join(("p.name", *(f"p.{scale}::text" for scale in SCALES), *(f"p.{name}" for name in CHOICES)))
_LATEST = "order by p.valid_from desc, p.said_position desc"
_IN_FORCE = f"select {_RULES} from read_directory.policies p where {holds('p')} {_LATEST} limit 1"
_SINCE = f"""
    select p.valid_from, {_RULES} from read_directory.policies p
     where {known("p")} and p.valid_from > %(first)s and p.valid_from <= %(as_of)s
     order by p.valid_from, p.said_position"""
_ALL = f"""
    select p.id::text, p.follows_id::text, p.valid_from as in_force_from, v.version, v.position, {_RULES}
      from read_directory.policies p {as_known("read_directory.versions", "p")}
     where {known("p")} order by p.said_position"""


def in_force(connection: Connection[Any], moment: Moment) -> Rules:
    """The rules by which an answer about the moment is made."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_IN_FORCE, moment.parameters).fetchone()
    return VERSION_1 if row is None else _rules(*row)


def over_days(
    connection: Connection[Any], moment: Moment, days: Sequence[date]
) -> list[tuple[Rules, Sequence[date]]]:
    """The days, which stand in order, in runs by the rules in force on them, as known at the moment."""
    first = days[0]
    turns = [(first, in_force(connection, Moment(first, moment.known_at)))]
    with connection.cursor(row_factory=tuple_row) as cursor:
        parameters = {**Moment(days[-1], moment.known_at).parameters, "first": first}
        turns += [(since, _rules(*row)) for since, *row in cursor.execute(_SINCE, parameters)]
    runs: list[tuple[Rules, Sequence[date]]] = []
    for place, (since, rules) in enumerate(turns):
        until = turns[place + 1][0] if place + 1 < len(turns) else None
        run = [day for day in days if since <= day and (until is None or day < until)]
        if run:
            runs.append((rules, run))
    return runs


def policies(connection: Connection[Any], moment: Moment) -> list[dict[str, Any]]:
    """Lists every version recorded by the moment, the first one first: {id, name, in_force_from, in_force,
    follows_id, its rules, changes: [{field, before, after}], version, position}.

    `in_force` tells whether it is on the day asked about, `changes` how it differs from the one it follows.
    """
    current = in_force(connection, moment).name
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_ALL, moment.parameters).fetchall()
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        told = {name: orjson.loads(row[name]) if name in SCALES else row[name] for name in row}
        told["in_force_from"] = row["in_force_from"].isoformat()
        before = found.get(row["follows_id"])
        changes = [] if before is None else list(_changes(before, told))
        found[row["id"]] = {**told, "in_force": row["name"] == current, "changes": changes}
    return list(found.values())


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    fields = {name: (before[name], after[name]) for name in CHOICES}
    for scale in SCALES:
        fields |= {f"{scale}.{word}": (before[scale][word], after[scale][word]) for word in after[scale]}
    return [
        {"field": field, "before": old, "after": new} for field, (old, new) in fields.items() if old != new
    ]


@lru_cache(maxsize=256)
def _rules(name: str, *said: str) -> Rules:
    values = dict(zip((*SCALES, *CHOICES), said, strict=True))
    return Rules.of({"name": name, **{k: orjson.loads(v) if k in SCALES else v for k, v in values.items()}})
