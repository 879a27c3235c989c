"""An objective's period through time, put together from the timelines of its two days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain.period import Period
from domain.timeline import Span, Timeline

Days = tuple[date | None, date | None]


def merged(starts_on: Timeline[date | None], ends_on: Timeline[date | None]) -> list[Span[Days]]:
    """First and last day, span by span, as both are known."""
    spans: list[Span[Days]] = []
    for first in starts_on.spans():
        for last in ends_on.spans():
            window = first.window.shared(last.window)
            if window is not None:
                spans.append(Span(window.start, window.end, (first.value, last.value)))
    return spans


def with_cycle(spans: Iterable[Span[Days]], cycle: Period) -> list[Span[Period]]:
    """Periods without gaps: where a day is missing, the cycle's period counts."""
    return [Span(span.start, span.end, period_of(span.value) or cycle) for span in spans]


def period_of(days: Days) -> Period | None:
    """None where a day is missing."""
    starts_on, ends_on = days
    return None if starts_on is None or ends_on is None else Period(starts_on, ends_on)
