"""Who names whom: read off the events as they are saved."""

from collections.abc import Iterable
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from eventsourcing.utils import resolve_topic

from application.store.mapper import decode
from application.store.records import Mention


def mentions_of(events: Iterable[StoredEvent]) -> list[Mention]:
    """What the events name in the fields of their classes' MENTIONS (an id, ids, or null), each once."""
    found: dict[Mention, None] = {}
    for event in events:
        relations: dict[str, str] = getattr(resolve_topic(event.topic), "MENTIONS", {})
        if not relations:
            continue
        payload = decode(event.topic, event.state)
        by = UUID(str(event.originator_id))
        for field, relation in relations.items():
            named = payload[field]
            for target in named if isinstance(named, list) else [named]:
                if target is not None:
                    found[Mention(UUID(target), relation, by)] = None
    return list(found)
