"""Spans that are told, beside what the oracle says day by day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from tests.histories import Telling

Said = dict[str, Any]


def said_on(spans: Sequence[Said], day: date) -> Said | None:
    """What the spans say of a day."""
    found = [
        span for span in spans if span["from"] <= str(day) and (span["to"] is None or str(day) < span["to"])
    ]
    assert len(found) <= 1, "two spans hold on one day"
    return {name: found[0][name] for name in found[0] if name not in ("from", "to")} if found else None


def assert_says(spans: Sequence[Said], expected: Mapping[date, Said | None]) -> None:
    """AssertionError unless they say of each day what is expected, follow each other, and none repeats the
    one before.
    """
    for day, said in expected.items():
        assert said_on(spans, day) == said, day
    for one, next in pairwise(spans):
        assert one["to"] == next["from"]
        assert said_on([one], date.fromisoformat(one["from"])) != said_on(
            [next], date.fromisoformat(next["from"])
        )
    assert not spans or spans[-1]["to"] is None


def turning_days(telling: Telling) -> list[date]:
    """The days on which something changes, and those before and after."""
    days = {event.effective_on for event in telling.log}
    return sorted({day + timedelta(days=off) for day in days for off in (-1, 0, 1)})
