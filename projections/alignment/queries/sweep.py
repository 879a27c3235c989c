"""One pass over the days: what begins and ends on a day changes only what is below it.

An objective reaches the strategy if it is live and strategic, or live with a parent that reaches. So it is
enough to know of each how many of its parents do, and to pass on what changes. First what no longer reaches
is let go, all the way down; only then others take its place: each objective changes at most twice a day, and
since no links form a loop on any day, what is left is what follows from the links of that day.

Spells say what holds from one day to another; days are ordinals. A timeline has them by the places, among the
days asked about, at which they begin and end.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from domain.health import class_of, crosses
from domain.rules import BETWEEN_LINES, Rules
from projections.alignment.queries.census import upward
from projections.alignment.queries.health import COUNTED


class Segment(Protocol):
    """From the day `since` until the day before `until`."""

    @property
    def since(self) -> int: ...
    @property
    def until(self) -> int: ...


@dataclass(slots=True)
class UnitSegment:
    id: str
    parent_id: str | None
    since: int
    until: int


@dataclass(slots=True)
class LiveSegment:
    """An objective that is live, and of that unit; only what is `counted` appears in figures."""

    id: str
    strategic: bool
    counted: bool
    unit_id: str | None
    since: int
    until: int


@dataclass(slots=True)
class PhaseSegment:
    """An objective that is planned or overdue, and of that unit."""

    phase: str
    unit_id: str | None
    since: int
    until: int


@dataclass(slots=True)
class LinkSegment:
    child_id: str
    parent_id: str
    since: int
    until: int


@dataclass(slots=True)
class FreshSegment:
    """An objective with a check-in or a reaffirmation within the cadence."""

    id: str
    since: int
    until: int


S = TypeVar("S", bound=Segment)


@dataclass(frozen=True)
class Boundaries(Generic[S]):
    """The spells that begin, and those that have ended, at each place."""

    begins: dict[int, list[S]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[int, list[S]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, spells: Iterable[S], days: Sequence[int]) -> "Boundaries[S]":
        """Those that hold on any of the days, which stand in order."""
        timeline = cls()
        for spell in spells:
            begin, end = bisect_left(days, spell.since), bisect_left(days, spell.until)
            if begin < end:
                timeline.begins[begin].append(spell)
                timeline.ends[end].append(spell)
        return timeline


class Organisation:
    """The units on one day after the other: `parents` has those that exist."""

    def __init__(self, units: Boundaries[UnitSegment], top: str | None) -> None:
        self._units = units
        self._top = top
        self.parents: dict[str, str | None] = {}
        self._above: dict[str, list[str]] = {}

    def above(self, unit_id: str) -> list[str]:
        """The unit and those above it, as they stand on this day."""
        if unit_id not in self._above:
            self._above[unit_id] = upward(unit_id, self.parents)
        return self._above[unit_id]

    def turn(self, place: int) -> bool:
        """Goes on to this place; whether anything is other than at the one before."""
        ended, begun = self._units.ends.get(place, ()), self._units.begins.get(place, ())
        for unit in ended:
            del self.parents[unit.id]
        for unit in begun:
            self.parents[unit.id] = unit.parent_id
        if ended or begun:
            self._above.clear()
        return bool(ended or begun)

    def shown(self) -> list[str]:
        """All that exist, or the `top` one and those below it."""
        if self._top is None:
            return list(self.parents)
        return [id for id in self.parents if self._top in self.above(id)]


class Counts:
    """`figures`: the counts of a unit with those below it, under None those of all; of these, the ones that
    `asked` names, or (None) all.
    """

    WHOLE = frozenset({None})

    def __init__(self, organisation: Organisation, asked: frozenset[str | None] | None) -> None:
        self._organisation = organisation
        self._asked = asked
        self._own: dict[str | None, dict[str, int]] = defaultdict(_nothing)
        self._concerned: dict[str | None, list[dict[str, int]]] = {}
        self.figures: dict[str | None, dict[str, int]] = defaultdict(_nothing)

    def add(self, unit_id: str | None, name: str, number: int) -> None:
        """So many more of what the unit itself has."""
        for count in self._concerned.get(unit_id) or self._concern(unit_id):
            count[name] += number

    def reorganise(self) -> None:
        """Counts again, for the units stand otherwise than before: to the whole that is the same."""
        if self._asked == self.WHOLE:
            return
        self._concerned.clear()
        self.figures.clear()
        for unit_id, own in self._own.items():
            for count in self._concern(unit_id)[1:]:
                for name, number in own.items():
                    count[name] += number

    def _concern(self, unit_id: str | None) -> list[dict[str, int]]:
        """Lists what the unit has of its own, and the figures in which that counts."""
        above = [] if unit_id is None else self._organisation.above(unit_id)
        asked = (id for id in (None, *above) if self._asked is None or id in self._asked)
        self._concerned[unit_id] = [self._own[unit_id], *(self.figures[id] for id in asked)]
        return self._concerned[unit_id]


def _nothing() -> dict[str, int]:
    return dict.fromkeys(COUNTED, 0)


@dataclass(frozen=True)
class AllBoundaries:
    live: Boundaries[LiveSegment]
    others: Boundaries[PhaseSegment]
    links: Boundaries[LinkSegment]
    fresh: Boundaries[FreshSegment]


@dataclass(frozen=True, slots=True)
class _Counted:
    """As what an objective is counted; `links` are those up from it to live ones."""

    unit_id: str | None
    class_: str
    links: int
    links_crossing: int


class Sweep:
    """The sweep holds what is so on one day; `turn` goes on to the next, and tells `counts` what is other
    than before.
    """

    def __init__(
        self, timelines: AllBoundaries, counts: Counts, organisation: Organisation, rules: Rules
    ) -> None:
        self._timelines = timelines
        self._counts = counts
        self._organisation = organisation
        self._rules = rules
        self._live: dict[str, LiveSegment] = {}
        self._up: dict[str, set[str]] = defaultdict(set)
        self._down: dict[str, set[str]] = defaultdict(set)
        self._fresh: dict[str, int] = defaultdict(int)  # how many spells say so
        self._reaching: set[str] = set()
        self._supports: dict[str, int] = defaultdict(int)  # how many of its parents reach
        self._counted: dict[str, _Counted] = {}
        self._stale: dict[str, str | None] = {}  # with the unit that it is counted for
        self._touched: set[str] = set()

    def turn(self, place: int, *, reorganised: bool = False) -> None:
        """Goes on to this place; places come in order, none left out."""
        self._touched.clear()
        if reorganised and self._rules.crossing == BETWEEN_LINES:
            self._touched.update(self._live)
        for segments, number in ((self._timelines.others.ends, -1), (self._timelines.others.begins, 1)):
            for other in segments.get(place, ()):
                self._counts.add(other.unit_id, other.phase, number)
        self._turn_objectives(place)
        self._turn_links(place)
        self._spread(leaving=True)
        self._spread(leaving=False)
        for id in self._touched:
            self._count(id)
        self._turn_fresh(place)
        for id in self._touched:
            self._count_stale(id)

    def _turn_objectives(self, place: int) -> None:
        ended, begun = self._timelines.live.ends.get(place, ()), self._timelines.live.begins.get(place, ())
        for objective in ended:
            del self._live[objective.id]
        for objective in begun:
            self._live[objective.id] = objective
        for objective in (*ended, *begun):
            self._touched.add(objective.id)
            self._touched.update(self._down.get(objective.id, ()))

    def _turn_links(self, place: int) -> None:
        for link in self._timelines.links.ends.get(place, ()):
            self._up[link.child_id].remove(link.parent_id)
            self._down[link.parent_id].remove(link.child_id)
            self._supports[link.child_id] -= link.parent_id in self._reaching
            self._touched.add(link.child_id)
        for link in self._timelines.links.begins.get(place, ()):
            self._up[link.child_id].add(link.parent_id)
            self._down[link.parent_id].add(link.child_id)
            self._supports[link.child_id] += link.parent_id in self._reaching
            self._touched.add(link.child_id)

    def _turn_fresh(self, place: int) -> None:
        for spells, number in ((self._timelines.fresh.ends, -1), (self._timelines.fresh.begins, 1)):
            for spell in spells.get(place, ()):
                self._fresh[spell.id] += number
                self._touched.add(spell.id)

    def _spread(self, *, leaving: bool) -> None:
        """Lets go of all that no longer reaches, or takes up all that now does."""
        waiting = [id for id in self._touched if (id in self._reaching) == leaving]
        while waiting:
            id = waiting.pop()
            if (id in self._reaching) != leaving or self._leads_up(id) == leaving:
                continue
            (self._reaching.remove if leaving else self._reaching.add)(id)
            for child in self._down.get(id, ()):
                self._supports[child] += -1 if leaving else 1
                self._touched.add(child)
                waiting.append(child)

    def _leads_up(self, id: str) -> bool:
        objective = self._live.get(id)
        return objective is not None and (objective.strategic or self._supports[id] > 0)

    def _count(self, id: str) -> None:
        before, now = self._counted.pop(id, None), self._standing(id)
        if now is not None:
            self._counted[id] = now
        if before != now:
            for counted, number in ((before, -1), (now, 1)):
                if counted is not None:
                    self._counts.add(counted.unit_id, "live", number)
                    self._counts.add(counted.unit_id, counted.class_, number)
                    self._counts.add(counted.unit_id, "links", number * counted.links)
                    self._counts.add(counted.unit_id, "links_crossing", number * counted.links_crossing)

    def _standing(self, id: str) -> _Counted | None:
        objective = self._live.get(id)
        if objective is None or not objective.counted:
            return None
        up = self._up.get(id, ())
        parents = [self._live[parent] for parent in up if parent in self._live]
        above, rules = self._organisation.above, self._rules
        crossing = sum(crosses(objective.unit_id, parent.unit_id, above, rules) for parent in parents)
        class_ = class_of(strategic=objective.strategic, reaches=id in self._reaching, linked=bool(up))
        return _Counted(objective.unit_id, class_, len(parents), crossing)

    def _count_stale(self, id: str) -> None:
        if id in self._stale:
            self._counts.add(self._stale.pop(id), "stale", -1)
        objective = self._live.get(id)
        if objective is not None and objective.counted and not self._fresh.get(id):
            self._stale[id] = objective.unit_id
            self._counts.add(objective.unit_id, "stale", 1)
