"""Mentions say who names whom; they are read off the events as they are saved."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from application.store.records import Mention


def mentions_of(events: Iterable[Any]) -> list[Mention]:
    """Lists what the events name in the fields of their classes' MENTIONS (an id, ids, or null; in a mapping
    perhaps none), each once.
    """
    found: dict[Mention, None] = {}
    for event in events:
        for field, relation in type(event).MENTIONS.items():
            name, _, key = field.partition(".")
            named = getattr(event, name).get(key) if key else getattr(event, name)
            for target in named if isinstance(named, list) else [named]:
                if target is not None:
                    found[Mention(UUID(target), relation, event.originator_id)] = None
    return list(found)
