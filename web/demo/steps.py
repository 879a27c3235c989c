"""One command of the made-up history, and the dice that decide it."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

NAMESPACE = UUID("6f1dd0a5-52b7-4e0c-9a37-2f5e60c9d3b1")


@dataclass(frozen=True, slots=True)
class Step:
    """A command as a client gives it.

    `use_case` and `action` name the class and the method ("objectives", "check_in"); `arguments` are the
    keywords of that method, with ids as UUID, dates as date, numbers as Decimal. `told_on` is the day on
    which the organisation would have recorded it: later than `effective_on` for what was told late. Steps
    are loaded in that order. `makes` is another aggregate that comes into being by it.
    """

    told_on: date
    use_case: str
    action: str
    subject: UUID
    actor: str
    effective_on: date
    arguments: Mapping[str, object] = field(default_factory=dict)
    reason: str | None = None
    makes: UUID | None = None

    @property
    def is_creation(self) -> bool:
        """Says whether its subject comes into being by it."""
        return self.action in ("define", "open")

    def references(self) -> Iterator[UUID]:
        """The ids of other aggregates, and of parts of this one, that the arguments name."""
        yield from _ids_in(self.arguments)


def _ids_in(value: object) -> Iterator[UUID]:
    if isinstance(value, UUID):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _ids_in(key)
            yield from _ids_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _ids_in(inner)


@dataclass(frozen=True)
class Chance:
    """Everything random, from one seed: the same seed gives the same organisation."""

    seed: int

    def dice(self, *topic: object) -> random.Random:
        """Own dice per topic, so that one more draw in one place changes nothing in another."""
        return random.Random("/".join(map(str, (self.seed, *topic))))

    def id(self, *topic: object) -> UUID:
        """The same id for the same seed and topic."""
        return uuid5(NAMESPACE, "/".join(map(str, (self.seed, *topic))))


def by_person(person: UUID) -> str:
    return f"person:{person}"
