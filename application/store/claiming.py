"""Events that were recorded before there were claims make theirs, once."""

from typing import Any

from eventsourcing.persistence import MapperDeserialisationError, StoredEvent
from eventsourcing.utils import get_topic
from psycopg import Connection
from psycopg.rows import tuple_row

from application.store.mapper import EventMapper, PlainJson
from application.store.mentions import mentions_of
from application.store.topics import AGGREGATES
from domain.aggregate import Event

CLASSES = [
    event
    for aggregate in AGGREGATES
    for event in vars(aggregate).values()
    if isinstance(event, type) and issubclass(event, Event) and event.CLAIMS
]
TOPICS = [get_topic(event) for event in CLASSES]
RELATIONS = sorted({relation for event in CLASSES for relation in event.CLAIMS.values()})
KNOWN = "select from store.mentions where relation = any(%s) limit 1"
RECORDED = """
    select originator_id, originator_version, topic, state from store.events where topic = any(%s)
    order by position
"""
CLAIM = "insert into store.mentions values (%s, %s, %s) on conflict do nothing"
_MAPPER = EventMapper(PlainJson())


def claim_what_is_recorded(conn: Connection[Any]) -> None:
    """Does nothing if any claim is recorded; from then on each is made with its event."""
    with conn.cursor(row_factory=tuple_row) as cursor:
        if cursor.execute(KNOWN, [RELATIONS]).fetchone() is not None:
            return
        for row in cursor.execute(RECORDED, [TOPICS]).fetchall():
            try:
                event = _MAPPER.to_domain_event(StoredEvent(*row))
            except MapperDeserialisationError:
                continue  # altered by hand: `throughline verify` names it, and a start is not the place
            claims = [each for each in mentions_of([event]) if each.relation in RELATIONS]
            cursor.executemany(CLAIM, [(each.target, each.relation, each.by) for each in claims])
