"""The made-up history takes place in three half-years, the last of which holds today."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from web.demo.steps import Chance

BEFORE_THE_FIRST_CYCLE = timedelta(days=120)


@dataclass(frozen=True)
class HalfYear:
    id: UUID
    name: str
    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days

    def day(self, offset: int) -> date:
        """That many days after its first; negative ones lie before it."""
        return self.starts_on + timedelta(days=offset)

    def share(self, day: date) -> float:
        """Gives the share of it that has passed on that day, 0 to 1."""
        return min(1.0, max(0.0, (day - self.starts_on).days / self.days))


@dataclass(frozen=True)
class Calendar:
    """`review_day` is the last 31 March; `reorganised_on` the first of that month."""

    today: date
    cycles: tuple[HalfYear, ...]
    review_day: date
    reorganised_on: date

    @property
    def founded_on(self) -> date:
        return self.cycles[0].starts_on - BEFORE_THE_FIRST_CYCLE

    def is_over(self, cycle: HalfYear) -> bool:
        return cycle.ends_on + timedelta(days=20) <= self.today

    @property
    def reviewed_cycle(self) -> HalfYear:
        return next(cycle for cycle in self.cycles if cycle.starts_on <= self.review_day <= cycle.ends_on)


def calendar(chance: Chance, today: date) -> Calendar:
    """The three half-years up to and with the one that holds today."""
    year, half = today.year, 1 if today.month <= 6 else 2
    halves = [(year, half)]
    while len(halves) < 3:
        year, half = (year, 1) if half == 2 else (year - 1, 2)
        halves.insert(0, (year, half))
    review_year = today.year if today >= date(today.year, 3, 31) else today.year - 1
    return Calendar(
        today=today,
        cycles=tuple(_half_year(chance, *each) for each in halves),
        review_day=date(review_year, 3, 31),
        reorganised_on=date(review_year, 3, 1),
    )


def _half_year(chance: Chance, year: int, half: int) -> HalfYear:
    first, last = (
        (date(year, 1, 1), date(year, 6, 30)) if half == 1 else (date(year, 7, 1), date(year, 12, 31))
    )
    return HalfYear(chance.id("cycle", year, half), f"{year} H{half}", first, last)
