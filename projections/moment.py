"""The two times of every question, and the one predicate that selects the rows valid at them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """`as_of` is the day asked about, `known_at` the instant (aware) up to which records count.

    Whoever answers "as known now" takes `known_at` from `projections.freshness.high_water_mark`, which knows
    the database's clock: an instant of the web server's own clock could miss what was recorded just before.
    """

    as_of: date
    known_at: datetime

    def __post_init__(self) -> None:
        if self.known_at.tzinfo is None:
            raise ValueError("known_at needs a time zone")

    @property
    def parameters(self) -> dict[str, date | datetime]:
        """The named parameters that `holds` and `known` refer to."""
        return {"as_of": self.as_of, "known_at": self.known_at}


def known(alias: str) -> str:
    """SQL condition: the row of `alias` was believed at %(known_at)s."""
    return f"({alias}.recorded_from <= %(known_at)s and {alias}.recorded_to > %(known_at)s)"


def holds(alias: str) -> str:
    """SQL condition: the row of `alias` held on %(as_of)s as believed at %(known_at)s."""
    return f"({alias}.valid_from <= %(as_of)s and {alias}.valid_to > %(as_of)s and {known(alias)})"


def instant(value: datetime) -> str:
    """RFC 3339 in UTC with microseconds and "Z": 2026-03-31T09:15:00.000000Z."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
