"""Readings of key results on a day, and their corrections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass
class CheckIn:
    """With its latest correction; a reading of None was withdrawn."""

    on: date
    readings: dict[UUID, Decimal | None]
    confidence: int | None
    note: str | None


@dataclass
class CheckIns:
    """All check-ins, in the order of recording."""

    all: dict[UUID, CheckIn] = field(default_factory=dict)

    def add(
        self,
        id: UUID,
        on: date,
        readings: Mapping[UUID, Decimal | None],
        confidence: int | None,
        note: str | None,
    ) -> None:
        """Takes in a check-in."""
        self.all[id] = CheckIn(on, dict(readings), confidence, note)

    def correct(
        self, id: UUID, readings: Mapping[UUID, Decimal | None], confidence: int | None, note: str | None
    ) -> None:
        """Takes in a correction; what it does not give stays."""
        check_in = self.all[id]
        check_in.readings.update(readings)
        check_in.confidence = check_in.confidence if confidence is None else confidence
        check_in.note = check_in.note if note is None else note

    def readings_on(self, day: date) -> dict[UUID, Decimal]:
        """Key result -> its latest reading that was not withdrawn, by (day, order of recording)."""
        latest: dict[UUID, Decimal] = {}
        for check_in in sorted(self.all.values(), key=lambda c: c.on):
            if check_in.on <= day:
                latest.update({id: value for id, value in check_in.readings.items() if value is not None})
        return latest
