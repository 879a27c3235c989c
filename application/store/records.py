"""A save is made of these records: the command, its events, its mentions and its reads; its answer is one
too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from eventsourcing.persistence import StoredEvent


@dataclass(frozen=True)
class Command:
    """A command is known by its id.

    `fingerprint`: a digest of what it asks for, so that something else under the same id is noticed.
    `remember`: the client gave the id and may ask again, so the answer is kept even if nothing was recorded.
    """

    id: UUID
    fingerprint: bytes
    remember: bool


@dataclass
class Reads:
    """Reads are what a decision rests on beside the aggregates that it changes.

    `versions`: the version of each aggregate read, 0 for one that was not there.
    `mentions`: how many aggregates were found to name a target in a relation.
    """

    versions: dict[UUID, int] = field(default_factory=dict)
    mentions: dict[tuple[UUID, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Mention:
    """An event of aggregate `by` names `target` as its `relation`."""

    target: UUID
    relation: str
    by: UUID


@dataclass(frozen=True)
class Save:
    """Everything that one call of the database function takes."""

    command: Command
    subject: UUID
    events: Sequence[StoredEvent]
    mentions: Sequence[Mention]
    reads: Reads


@dataclass(frozen=True)
class Answer:
    """An answer says what a command did; its repetition is told the same.

    `id`, `version`: the aggregate that the command was about, after it.
    `position`, `recorded_at`: of the last event recorded, or of the store's last one if the command recorded
    none (`recorded_at` is None in an empty store).
    `events`: topics of what was recorded, in order.
    `replayed`: this is the first answer, given again.
    """

    id: UUID
    version: int
    position: int
    recorded_at: datetime | None
    events: tuple[str, ...]
    replayed: bool = False
