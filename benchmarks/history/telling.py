"""What a made-up history is told in: saves, on days counted from its first."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, TypeAlias
from uuid import UUID

Payload: TypeAlias = dict[str, Any]
"""What an event says, without its provenance."""
Said: TypeAlias = tuple[str, UUID, Payload]
"""(topic, aggregate, payload)"""

YEAR = 365
DAYS = 3 * YEAR
"""How many days a history has; the last one is the day before the one it is told on."""
OPENING, OPEN_FOR = 7 * 3600, 11 * 3600
"""When something is recorded on a day, in seconds."""
SOMEBODY = "token:office"


@dataclass(frozen=True, slots=True)
class Save:
    """Events that were recorded together; in a history, `at` rises within each aggregate and not over all."""

    at: datetime
    effective_on: date
    actor: str
    reason: str | None
    events: list[Said]


class Teller:
    """Random ids and choices, the same for the same seed, and saves by the number of their day."""

    def __init__(self, today: date, seed: int) -> None:
        self.choose = Random(seed)
        self._first = datetime.combine(today - timedelta(days=DAYS), time(0), UTC)
        self._days = [self._first.date() + timedelta(days=day) for day in range(2 * DAYS)]

    def id(self) -> UUID:
        return UUID(int=self.choose.getrandbits(128), version=4)

    def day(self, number: int) -> str:
        """The date of a day, as payloads hold it."""
        return self._days[number].isoformat()

    def chance(self, share: float) -> bool:
        return self.choose.random() < share

    def save(
        self,
        day: int,
        events: list[Said],
        lag: int = 0,
        actor: str = SOMEBODY,
        reason: str | None = None,
        second: int | None = None,
    ) -> Save:
        """Effective on that day and recorded `lag` days later, though not after the last day; at this second
        of the hours in which anybody records, or at any.
        """
        recorded = min(day + lag, DAYS - 1)
        if second is None:
            second = self.choose.randrange(OPEN_FOR)
        at = self._first + timedelta(days=recorded, seconds=OPENING + second)
        return Save(at, self._days[day], actor, reason, events)
