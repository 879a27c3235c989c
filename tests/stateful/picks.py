"""Numbers that were drawn, and what is chosen by them: from few things, so that commands meet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from application.act import Act
from application.store import Command
from tests.stateful.model import Model

T = TypeVar("T")
DAYS = (
    *(date(2026, 1, day) for day in (1, 5, 15)),
    *(date(2026, 2, day) for day in (1, 11, 12)),
    *(date(2026, month, 1) for month in (3, 4, 6, 9)),
    *(date(2026, 12, 31), date(2027, 2, 1), date(2028, 1, 1)),
)
VALUES = tuple(map(Decimal, ("5", "0", "10", "2.5", "-4", "7.125", "20")))
WEIGHTS = tuple(map(Decimal, ("1", "2", "0.5", "0")))


def id_of(kind: str, number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"{kind} {number}")


@dataclass
class Picks:
    """Chooses by one number after the other; when they are used up, the first of everything."""

    model: Model
    today: date
    numbers: bytes
    used: int = field(default=0)

    def number(self) -> int:
        self.used += 1
        return self.numbers[self.used - 1] if self.used <= len(self.numbers) else 0

    def of(self, choices: Sequence[T]) -> T:
        return choices[self.number() % len(choices)]

    def rarely(self, of: int = 12) -> bool:
        """Once in so many times."""
        return self.number() % of == of - 1

    def there(self, kind: str) -> UUID:
        """One that there is, and rarely one that there is not."""
        known = self.model.facts.ids(kind)
        return self.of(known) if known and not self.rarely(24) else id_of(kind, 99)

    def new(self, kind: str, most: int) -> UUID:
        """One that is not there yet, and rarely, or when all are, one that is."""
        free = [id for id in (id_of(kind, n) for n in range(most)) if not self.model.facts.exists(kind, id)]
        return free[0] if free and not self.rarely() else self.there(kind)

    def day(self) -> date:
        """Of few; later than today now and then."""
        return self.of(DAYS) if self.rarely(3) else min(self.of(DAYS), self.today)

    def _versions(self, last: int) -> frozenset[int]:
        """Of one or two, most often the last among them."""
        return frozenset(last + self.of((0, 0, 0, -1)) for _ in range(self.of((1, 2))))

    def act(self, subject: UUID | None = None, actors: Sequence[str] = ("token:hr",), late: int = 2) -> Act:
        """Mostly of today, one in `late` on another day, rarely on a version that is not the last."""
        version = self.model.facts.version(subject) if subject else 0
        return Act(
            actor=self.of(actors),
            command=Command(uuid4(), b"", remember=False),
            if_match=self._versions(version) if subject and self.rarely(6) else None,
            effective_on=self.day() if self.rarely(late) else None,
            reason=None if self.rarely(6) else "because",
            today=self.today,
        )
