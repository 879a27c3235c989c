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

    def after(self, days: int) -> date:
        """That many days after its last."""
        return self.ends_on + timedelta(days=days)


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
        return cycle.after(20) <= self.today

    @property
    def reviewed_cycle(self) -> HalfYear:
        return next(cycle for cycle in self.cycles if cycle.starts_on <= self.review_day <= cycle.ends_on)


def calendar(chance: Chance, today: date) -> Calendar:
    """The three half-years up to and with the one that holds today."""
    last = 2 * today.year + (today.month > 6)
    review_year = today.year if today >= date(today.year, 3, 31) else today.year - 1
    return Calendar(
        today=today,
        cycles=tuple(_half_year(chance, *divmod(each, 2)) for each in range(last - 2, last + 1)),
        review_day=date(review_year, 3, 31),
        reorganised_on=date(review_year, 3, 1),
    )


def _half_year(chance: Chance, year: int, second: int) -> HalfYear:
    days = (date(year, 7, 1), date(year, 12, 31)) if second else (date(year, 1, 1), date(year, 6, 30))
    return HalfYear(chance.id("cycle", year, second + 1), f"{year} H{second + 1}", *days)
