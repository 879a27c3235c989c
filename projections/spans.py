"""Spans tell what held from one day to another, without repeating themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class RowSpan:
    """`values` from the day `since` until the day before `until`; None: until further notice."""

    since: date
    until: date | None
    values: dict[str, Any]

    def told(self) -> dict[str, Any]:
        """{from, to, and the values}: days in ISO 8601; `to` is the first day on which it no longer holds."""
        until = self.until.isoformat() if self.until else None
        return {"from": self.since.isoformat(), "to": until, **self.values}


def merged(spans: Iterable[RowSpan]) -> list[RowSpan]:
    """These spans, which come in order; those that follow each other and say the same are one."""
    found: list[RowSpan] = []
    for span in spans:
        if found and found[-1].until == span.since and found[-1].values == span.values:
            found[-1] = RowSpan(found[-1].since, span.until, span.values)
        else:
            found.append(span)
    return found
