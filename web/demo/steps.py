"""One command of the made-up history, and the dice that decide it."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

NAMESPACE = UUID("6f1dd0a5-52b7-4e0c-9a37-2f5e60c9d3b1")


@dataclass(frozen=True, slots=True)
class Step:
    """A command as a client gives it.

    `use_case` and `action` name the class and the method ("objectives", "check_in"); `arguments` are the
    keywords of that method, with ids as UUID, dates as date, numbers as Decimal. The organisation records it
    on the day `told_on`, which is later than `effective_on` for what it learns late.
    """

    told_on: date
    use_case: str
    action: str
    subject: UUID
    actor: str
    effective_on: date
    arguments: Mapping[str, object]
    reason: str | None

    @property
    def is_creation(self) -> bool:
        """Says whether its subject comes into being by it."""
        return self.action in ("define", "open")

    @property
    def is_late(self) -> bool:
        return self.told_on > self.effective_on


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
