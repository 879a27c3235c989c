"""The days of a series: the last of every step, and the last of all."""

from calendar import monthrange
from datetime import date, timedelta

from domain.refusals import InvalidValue

MOST_YEARS = 20
"""From the first day to the last."""


def last_days(first: date, last: date, step: str) -> list[date]:
    """The last day of every day, week (a Sunday), month or quarter from `first` on that is before `last`, and
    `last`.

    Raises `InvalidValue` if `first` is after `last`, or more than 20 years before it.
    """
    if first > last:
        raise InvalidValue.at("?from", f"must not be after {last}")
    if (first.year + MOST_YEARS, first.month, first.day) < (last.year, last.month, last.day):
        raise InvalidValue.at("?from", f"must be at most {MOST_YEARS} years before {last}")
    found, day = [], first.toordinal()
    while day < last.toordinal():
        end = _end(date.fromordinal(day), step)
        if end < last.toordinal():
            found.append(date.fromordinal(end))
        day = end + 1
    return [*found, last]


def _end(day: date, step: str) -> int:
    """The ordinal of the last day of the step in which the day is."""
    if step == "day":
        return day.toordinal()
    if step == "week":
        return day.toordinal() + 7 - day.isoweekday()
    month = day.month if step == "month" else day.month + (-day.month) % 3
    return date(day.year, month, monthrange(day.year, month)[1]).toordinal()


def year_before(day: date) -> date:
    """The same day of the year before, or the nearest that there is."""
    if day.year == date.min.year:
        return date.min
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))


def last_quarter_end(day: date) -> date:
    """The last day of the quarter before the one of `day`, or the nearest that there is."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first if first == date.min else first - timedelta(days=1)
