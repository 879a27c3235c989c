"""From what to what the health went between two moments, and because of which events."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from domain.policy import POLICY
from projections import feed
from projections.alignment.queries import health
from projections.alignment.queries.cascade import array
from projections.alignment.queries.change.causes import Causes, Side
from projections.alignment.queries.change.facts import KINDS, Fact, about, deciding
from projections.events import Decode, Recorded
from projections.moment import Moment, instant

Answer = dict[str, Any]

_EVENTS = """
    select position, originator_id, originator_version, topic, recorded_at, state from store.events
     where originator_id = any(%(ids)s::uuid[]) and topic = any(%(topics)s) and recorded_at <= %(known_at)s
     order by position"""


def change(
    connection: Connection[Any], before: Moment, after: Moment, unit_id: str | None, decode: Decode
) -> Answer:
    """{from, to: {as_of, known_at, figures}, objectives}: every objective whose class is another one, with
    the events that made it so: {objective_id, title, unit_id, before, after, events}.

    With `unit_id`, of that unit and those below it: what is not theirs has no class. Every event is in the
    fold of one of the two moments only.
    """
    sides = Side(connection, before), Side(connection, after)
    classes = [side.classes(unit_id) for side in sides]
    ids = {id for found in classes for id in found if classes[0].get(id) != classes[1].get(id)}
    facts = _facts(sides, {id: (classes[0].get(id), classes[1].get(id)) for id in ids})
    events = _deciding(connection, {fact for found in facts.values() for fact in found}, sides, decode)
    objectives = []
    for id in ids:
        named = sides[1].named.get(id) or sides[0].named[id]
        found = {event.position: event for fact in facts[id] for event in events[fact]}
        objectives.append({
            "objective_id": id,
            "title": named.title,
            "unit_id": named.unit_id,
            "before": classes[0].get(id),
            "after": classes[1].get(id),
            "events": [_told(found[position]) for position in sorted(found)],
        })  # fmt: skip
    return {
        "from": _figures(sides[0], unit_id),
        "to": _figures(sides[1], unit_id),
        "objectives": sorted(objectives, key=lambda each: (each["title"], each["objective_id"])),
        "policy": POLICY.name,
    }


def _facts(
    sides: tuple[Side, Side], classes: Mapping[str, tuple[str | None, str | None]]
) -> dict[str, set[Fact]]:
    """Of each of these objectives, whose classes before and after are given, what made the difference."""
    for side in sides:
        side.name(classes)
    people = {each.owner_person_id for side in sides for each in side.named.values()} - {None}
    for side in sides:
        side.place([id for id in people if id is not None])
    causes = Causes(*sides)
    return {id: causes.of(id, before, after) for id, (before, after) in classes.items()}


def _deciding(
    connection: Connection[Any], facts: Collection[Fact], sides: tuple[Side, Side], decode: Decode
) -> dict[Fact, list[Recorded]]:
    """The events that decided each fact."""
    before, after = (side.moment for side in sides)
    asked = {
        "ids": array({fact.subject_id for fact in facts}),
        "topics": list({topic for fact in facts for topic in KINDS[fact.what].topics}),
        "known_at": max(before.known_at, after.known_at),
    }
    log: dict[str, list[Recorded]] = defaultdict(list)
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        for row in cursor.execute(_EVENTS, asked):
            event = feed.decoded(row, decode)
            if isinstance(event, Recorded):  # what cannot be read is in no row either: it is parked
                log[str(event.originator_id)].append(event)
    return {fact: deciding(fact, about(fact, log[fact.subject_id]), before, after) for fact in facts}


def _figures(side: Side, unit_id: str | None) -> Answer:
    return {
        "as_of": side.moment.as_of.isoformat(),
        "known_at": instant(side.moment.known_at),
        "figures": health.total(side.census, unit_id),
    }


def _told(event: Recorded) -> Answer:
    return {
        "position": event.position,
        "event_id": f"{event.originator_id}:{event.version}",
        "recorded_at": instant(event.recorded_at),
        "effective_on": event.effective_on.isoformat(),
        "actor": event.data["actor"],
        "reason": event.data["reason"],
        "action": event.topic,
    }
