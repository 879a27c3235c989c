"""Days from a first to a last one, both included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.checks import ordered


@dataclass(frozen=True)
class Period:
    """Raises InvalidValue if the last day is before the first."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        ordered(self.starts_on, self.ends_on)

    def overlaps(self, other: Period) -> bool:
        """Returns whether the two share at least one day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on

    def within(self, other: Period) -> bool:
        """Returns whether every day of this one is a day of the other."""
        return other.starts_on <= self.starts_on and self.ends_on <= other.ends_on
