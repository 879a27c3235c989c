"""The log as it is, for whoever follows it from outside: events by position, as CloudEvents 1.0.

Positions have no gaps and become visible in their order: whoever asks again for what lies after the last
position looked at misses nothing, however many write meanwhile.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import tuple_row

from projections.events import NOT_DATA, Decode
from projections.feed import head
from projections.moment import instant
from projections.page import BadCursor

SOURCE = "/throughline"
LOOKED_AT = 20_000
"""Positions that one call looks at, at most: what a rare topic costs has a bound."""

_EVENTS = """
    select position, originator_id, originator_version, topic, recorded_at, state from store.events
     where position > %(after)s and position <= %(upto)s
       and (%(topics)s::text[] is null or topic = any(%(topics)s))
     order by position limit %(limit)s
"""


# As of today, or of its first day if that is ahead; from the log: what goes out waits for no read model.
_PRIVATE = """
    select originator_id from (
        select distinct on (originator_id) originator_id, visibility
          from (select originator_id, originator_version, (data ->> 'effective_on')::date as since,
                       coalesce(data ->> 'visibility', data -> 'after' ->> 'visibility') as visibility
                  from (select originator_id, originator_version, convert_from(state, 'UTF8')::jsonb as data
                          from store.events
                         where (%(ids)s::uuid[] is null or originator_id = any(%(ids)s))
                           and topic in ('objective.defined', 'objective.revised')) said) each
         where visibility is not null and (since <= %(today)s or originator_version = 1)
         order by originator_id, since desc, originator_version desc) latest
     where visibility = 'private'"""


_NAMED_BY_PLANS = """
    select originator_id, array_agg(named.id) from (
        select originator_id, jsonb_array_elements(convert_from(state, 'UTF8')::jsonb -> 'changes') as change
          from store.events
         where (%(ids)s::uuid[] is null or originator_id = any(%(ids)s))
           and topic in ('change_plan.drafted', 'change_plan.revised')) said,
        lateral (values (change ->> 'objective_id'), (change ->> 'parent_id')) named (id)
     where named.id is not null
     group by originator_id"""


_HELD_BACK = """
    select o.originator_id from store.events o
     where o.originator_id = any(%(ids)s) and o.topic = 'review.opened'
       and convert_from(o.state, 'UTF8')::jsonb ->> 'person_id' = %(person)s
       and not exists (
           select from store.events s
            where s.originator_id = o.originator_id and s.topic = 'review.shared')"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the log: `items` in order of position, all that were asked for up to `next`; `head` is where
    the log ended.
    """

    items: list[dict[str, Any]]
    next: int
    head: int


def stretch(
    connection: Connection[Any], after: int, limit: int, topics: Collection[str] | None, decode: Decode
) -> Stretch:
    """At most `limit` events after a position, of these topics or (None) of all.

    `next` goes on past what is of other topics. `BadCursor` if the log does not reach as far as `after`: it
    may have been restored from a backup, and going on from there would pass over what is recorded next.
    """
    last = head(connection)
    if after > last:
        raise BadCursor(f"the log ends at position {last}")
    upto = min(last, after + LOOKED_AT)
    asked = {"after": after, "upto": upto, "limit": limit, "topics": None if topics is None else list(topics)}
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        rows = cursor.execute(_EVENTS, asked).fetchall()
    items = [
        envelope(position, id, version, topic, recorded_at, decode(topic, state))
        for position, id, version, topic, recorded_at, state in rows
    ]
    return Stretch(items, items[-1]["position"] if len(items) == limit else upto, last)


def private_among(connection: Connection[Any], ids: Collection[UUID] | None, today: date) -> frozenset[str]:
    """The subjects, `objective/ID` or `change_plan/ID`, of those of these aggregates (None: of all) that are
    objectives which are private today, or change plans that ever named one.
    """
    if ids is not None and not ids:
        return frozenset()
    with connection.cursor(row_factory=tuple_row) as cursor:
        plans = cursor.execute(_NAMED_BY_PLANS, {"ids": None if ids is None else list(ids)}).fetchall()
        named = {UUID(each) for _, names in plans for each in names}
        asked = {"ids": None if ids is None else [*ids, *named], "today": today}
        private = {id for (id,) in cursor.execute(_PRIVATE, asked)}
    told = [f"objective/{id}" for id in private if ids is None or id in ids]
    return frozenset(told) | {f"change_plan/{id}" for id, names in plans if private & set(map(UUID, names))}


def held_back_among(connection: Connection[Any], ids: Collection[UUID], person: UUID) -> frozenset[UUID]:
    """Those of these aggregates that are reviews of a person which were not shared yet."""
    if not ids:
        return frozenset()
    with connection.cursor(row_factory=tuple_row) as cursor:
        asked = {"ids": list(ids), "person": str(person)}
        return frozenset(id for (id,) in cursor.execute(_HELD_BACK, asked))


def envelope(
    position: int, id: UUID, version: int, topic: str, recorded_at: datetime, data: dict[str, Any]
) -> dict[str, Any]:
    """An event as CloudEvents 1.0 has it, in JSON primitives; `position` and `version` are extensions."""
    return {
        "specversion": "1.0",
        "id": f"{id}:{version}",
        "source": SOURCE,
        "type": f"throughline.{topic}",
        "subject": f"{topic.partition('.')[0]}/{id}",
        "time": instant(recorded_at),
        "datacontenttype": "application/json",
        "position": position,
        "version": version,
        "data": {name: value for name, value in data.items() if name not in NOT_DATA},
    }
