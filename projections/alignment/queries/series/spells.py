"""Spells: what holds from one day to another. A timeline has them by the places, among the days asked about,
at which they begin and end. Days are ordinals.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar


class Spell(Protocol):
    """From the day `since` until the day before `until`."""

    @property
    def since(self) -> int: ...
    @property
    def until(self) -> int: ...


@dataclass(slots=True)
class Unit:
    id: str
    parent_id: str | None
    since: int
    until: int


@dataclass(slots=True)
class Live:
    """An objective that is live, and of that unit."""

    id: str
    strategic: bool
    unit_id: str | None
    since: int
    until: int


@dataclass(slots=True)
class Link:
    child_id: str
    parent_id: str
    since: int
    until: int


@dataclass(slots=True)
class Fresh:
    """An objective with a check-in or a reaffirmation within the cadence."""

    id: str
    since: int
    until: int


S = TypeVar("S", bound=Spell)


@dataclass(frozen=True)
class Timeline(Generic[S]):
    """The spells that begin, and those that have ended, at each place."""

    begins: dict[int, list[S]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[int, list[S]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, spells: Iterable[S], days: Sequence[int]) -> "Timeline[S]":
        """Those that hold on any of the days, which stand in order."""
        timeline = cls()
        for spell in spells:
            begin, end = bisect_left(days, spell.since), bisect_left(days, spell.until)
            if begin < end:
                timeline.begins[begin].append(spell)
                timeline.ends[end].append(spell)
        return timeline
