"""Mentions say who names whom, and who claims what; they are read off the events as they are saved."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from application.store.records import Mention
from domain.claims import claim


def mentions_of(events: Iterable[Any]) -> list[Mention]:
    """Lists what the events name in the fields of their classes' MENTIONS (an id, ids, or null; in a mapping
    perhaps none), and what they claim, each once.
    """
    found: dict[Mention, None] = {}
    for event in events:
        for field, relation in type(event).MENTIONS.items():
            named = _said(event, field)
            for target in named if isinstance(named, list) else [named]:
                if target is not None:
                    found[Mention(UUID(target), relation, event.originator_id)] = None
        for _, relation, text in claimed_by(event):
            found[Mention(claim(relation, text), relation, event.originator_id)] = None
    return list(found)


def claimed_by(event: Any) -> Iterator[tuple[str, str, str]]:
    """Gives the field, the relation and the text of all that the event claims."""
    for field, relation in type(event).CLAIMS.items():
        text = _said(event, field)
        if text is not None:
            yield field, relation, text


def _said(event: Any, field: str) -> Any:
    name, _, key = field.partition(".")
    return getattr(event, name).get(key) if key else getattr(event, name)
