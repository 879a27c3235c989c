"""Months, by their last days."""

from calendar import monthrange
from datetime import date

from domain.refusals import FieldError, InvalidValue

MOST_MONTHS = 120
USUAL_MONTHS = 12


def ends_of_months(first: date | None, last: date | None, today: date) -> list[date]:
    """The last day of every month from that of `first` to that of `last`, as far as `today`, which stands for
    the end of its own month. Without `last` it is `today`; without `first` they are twelve months.

    Raises `InvalidValue` for more than 120 months and for a `first` after `last`.
    """
    end = _month(last or today)
    start = end - USUAL_MONTHS + 1 if first is None else _month(first)
    if first is not None and first > (last or today):
        _refuse("?from", f"must not be after {last or today}")
    if end - start >= MOST_MONTHS:
        _refuse("?from", f"must be at most {MOST_MONTHS} months before the end")
    return [_end(month, today) for month in range(max(start, 12), min(end, _month(today)) + 1)]


def _month(day: date) -> int:
    """Months since the year 0, so that the next month is one more."""
    return day.year * 12 + day.month - 1


def _end(month: int, today: date) -> date:
    year, place = divmod(month, 12)
    return min(today, date(year, place + 1, monthrange(year, place + 1)[1]))


def _refuse(pointer: str, detail: str) -> None:
    raise InvalidValue(f"{pointer} {detail}", [FieldError(pointer, detail)])
