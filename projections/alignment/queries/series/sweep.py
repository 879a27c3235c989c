"""One pass over the days: what begins and ends on a day changes only what is below it.

An objective reaches the strategy if it is live and strategic, or live with a parent that reaches. So it is
enough to know of each how many of its parents do, and to pass on what changes. First what no longer reaches
is let go, all the way down; only then others take its place: each objective changes at most twice a day, and
since no links form a loop on any day, what is left is what follows from the links of that day.
"""

from collections import defaultdict
from dataclasses import dataclass

from domain.health import class_of
from projections.alignment.queries.series.counts import Counts
from projections.alignment.queries.series.spells import Fresh, Link, Live, Timeline


@dataclass(frozen=True)
class Timelines:
    live: Timeline[Live]
    links: Timeline[Link]
    fresh: Timeline[Fresh]


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

    def __init__(self, timelines: Timelines, counts: Counts) -> None:
        self._timelines = timelines
        self._counts = counts
        self._live: dict[str, Live] = {}
        self._up: dict[str, set[str]] = defaultdict(set)
        self._down: dict[str, set[str]] = defaultdict(set)
        self._fresh: dict[str, int] = defaultdict(int)  # how many spells say so
        self._reaching: set[str] = set()
        self._supports: dict[str, int] = defaultdict(int)  # how many of its parents reach
        self._counted: dict[str, _Counted] = {}
        self._stale: dict[str, str | None] = {}  # with the unit that it is counted for
        self._touched: set[str] = set()

    def turn(self, place: int) -> None:
        """Goes on to this place; places come in order, none left out."""
        self._touched.clear()
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
        if objective is None:
            return None
        up = self._up.get(id, ())
        parents = [self._live[parent] for parent in up if parent in self._live]
        crossing = sum(parent.unit_id != objective.unit_id for parent in parents)
        class_ = class_of(strategic=objective.strategic, reaches=id in self._reaching, linked=bool(up))
        return _Counted(objective.unit_id, class_, len(parents), crossing)

    def _count_stale(self, id: str) -> None:
        if id in self._stale:
            self._counts.add(self._stale.pop(id), "stale", -1)
        objective = self._live.get(id)
        if objective is not None and not self._fresh.get(id):
            self._stale[id] = objective.unit_id
            self._counts.add(objective.unit_id, "stale", 1)
