"""One frozen JSON file for every event version ever released, in tests/frozen/<topic>.v<N>.json.

`make frozen` (python -m tests.frozen_events) writes the files that are missing, from its story; it
never touches one that is there. A new event class needs a line in the story, a new shape of an old one a
higher `class_version` and an upcast. A file changes only by hand, and only as long as nobody has recorded
such an event.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from application.store.mapper import EventMapper, PlainJson
from domain.aggregate import Event
from tests import frozen_performance, frozen_story
from tests.event_classes import own_topic, version_of

FOLDER = Path(__file__).parent / "frozen"
_MAPPER = EventMapper(PlainJson())


@dataclass(frozen=True)
class Frozen:
    """An event as it was once stored; `state` is the payload as it lies in the database."""

    path: Path
    topic: str
    class_version: int
    originator_id: str
    originator_version: int
    state: dict[str, Any]

    def load(self) -> Event:
        """The event as the present code sees it, upcast where its class has moved on."""
        stored = StoredEvent(
            originator_id=UUID(self.originator_id),
            originator_version=self.originator_version,
            topic=self.topic,
            state=json.dumps(self.state).encode(),
        )
        return cast(Event, _MAPPER.to_domain_event(stored))


def read_all() -> list[Frozen]:
    """Every frozen file, by name."""
    return [Frozen(path=path, **json.loads(path.read_text())) for path in sorted(FOLDER.glob("*.json"))]


def file_name(topic: str, class_version: int) -> str:
    return f"{topic}.v{class_version}.json"


def state_of(event: Event) -> dict[str, Any]:
    """The payload of the event as it would be stored today."""
    state: dict[str, Any] = json.loads(_MAPPER.to_stored_event(event).state)
    return state


def write_missing() -> list[Path]:
    """Writes a file for each event version of the story that has none; gives what it wrote."""
    FOLDER.mkdir(exist_ok=True)
    written = []
    for event in story():
        topic, version = own_topic(type(event)), version_of(type(event))
        path = FOLDER / file_name(str(topic), version)
        if path.exists():
            continue
        frozen = {
            "topic": topic,
            "class_version": version,
            "originator_id": str(event.originator_id),
            "originator_version": event.originator_version,
            "state": state_of(event),
        }
        path.write_text(json.dumps(frozen, indent=2, ensure_ascii=False) + "\n")
        written.append(path)
    return written


def story() -> Iterable[Event]:
    """Events of every class, those of one aggregate in order."""
    for aggregate in (*frozen_performance.aggregates(), *frozen_story.aggregates()):
        yield from cast("list[Event]", aggregate.collect_events())


if __name__ == "__main__":
    for path in write_missing():
        print(f"wrote {path.relative_to(FOLDER.parent.parent)}")  # noqa: T201 - a command's answer
