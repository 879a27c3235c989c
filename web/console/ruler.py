"""The ruler of the time bar: the months around a day, each with how many changes hold since it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from projections.moment import instant
from web.console import asking
from web.console.viewing import View
from web.console.wording import MONTHS, counted, long_day

SHOWN, NARROW, NARROWEST = 18, 13, 12
HALF = timedelta(days=183)


@dataclass(frozen=True)
class Month:
    """A month of the ruler leads to a day of it; its bar is as high as `changes` among `most`."""

    on: date
    url: str
    is_asked: bool
    is_ahead: bool
    is_now: bool
    is_then: bool
    place: int
    changes: int
    late: int
    most: int

    @property
    def first(self) -> date:
        """Its first day."""
        return self.on.replace(day=1)

    @property
    def word(self) -> str:
        """The month as the ruler writes it: a January by its year."""
        return str(self.on.year) if self.on.month == 1 else MONTHS[self.on.month - 1][:3]

    @property
    def said(self) -> str:
        """The month for whoever does not see its bar."""
        if self.is_ahead:
            return f"{long_day(self.on)}: still to come"
        late = f", {self.late} of them recorded late" if self.late else ""
        return f"{long_day(self.on)}: {counted(self.changes, 'change')}{late}"

    @property
    def classes(self) -> str:
        """The classes of its place: the first of a year, of a quarter, one that a narrow page leaves out, or
        only the narrowest, where the links beside it would be too small for a finger.
        """
        found = {
            "yr": self.on.month == 1 or self.place == 0,
            "q": self.on.month % 3 == 1,
            "old": self.place < SHOWN - NARROW,
            "older": self.place < SHOWN - NARROWEST,
        }
        return " ".join(name for name, holds in found.items() if holds)

    @property
    def link_class(self) -> str:
        """The classes of its link."""
        found = {"is-then": self.is_then, "is-now": self.is_now, "ahead-of": self.is_ahead}
        return " ".join(name for name, holds in found.items() if holds)


def months(seen: View, path: str, kept: Mapping[str, str]) -> list[Month]:
    """The months around the day that is asked about, the last of them the one after it or after today."""
    days = _last_days(max(seen.as_of, min(seen.today, seen.as_of + HALF)))
    found = _changes(seen, days)
    most = max((each["changes"] for each in found.values()), default=0)
    placed = []
    for place, day in enumerate(days):
        first, said = day.replace(day=1), found.get(f"{day:%Y-%m}", {})
        is_asked, is_now = first <= seen.as_of <= day, first <= seen.today <= day
        leads_to = seen.as_of if is_asked else seen.today if is_now else day
        placed.append(
            Month(
                on=leads_to,
                url=seen.on(leads_to).url(path, **kept),
                is_asked=is_asked,
                is_ahead=first > seen.today,
                is_now=is_now,
                is_then=is_asked and not seen.is_now,
                place=place,
                changes=said.get("changes", 0),
                late=said.get("late", 0),
                most=most,
            )
        )
    return placed


def _changes(seen: View, days: Sequence[date]) -> dict[str, Mapping[str, int]]:
    """By month that has begun: the changes that hold since it, and those of them that were recorded late."""
    last = min(days[-1], max(seen.today, days[0]))
    known = None if seen.known_at is None else instant(seen.known_at)
    asked = {"from": days[0].replace(day=1).isoformat(), "to": last.isoformat(), "step": "month"}
    said = asking.tried("/changes", **asked, known_at=known)
    return {} if said.is_refused else {each["from"][:7]: each for each in said.body["items"]}


def _last_days(around: date) -> list[date]:
    """The last day of each month that is shown, the month after `around` the last."""
    year, month = divmod(around.year * 12 + around.month, 12)  # the month after it, counted from 0
    found = []
    for back in range(SHOWN - 1, -1, -1):
        of_year, of_month = divmod(year * 12 + month - back, 12)
        found.append(_last_of(of_year, of_month + 1))
    return found


def _last_of(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
