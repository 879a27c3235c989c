"""What is counted as the days go by: for the whole or a unit, and for every unit with those below it."""

from collections import defaultdict

from projections.alignment.queries.health import COUNTED
from projections.alignment.queries.hierarchy import upward
from projections.alignment.queries.series.spells import Timeline, Unit


class Organisation:
    """The units on one day after the other: `parents` has those that exist."""

    def __init__(self, units: Timeline[Unit], top: str | None) -> None:
        self._units = units
        self._top = top
        self.parents: dict[str, str | None] = {}

    def turn(self, place: int) -> bool:
        """Goes on to this place; whether anything is other than at the one before."""
        ended, begun = self._units.ends.get(place, ()), self._units.begins.get(place, ())
        for unit in ended:
            del self.parents[unit.id]
        for unit in begun:
            self.parents[unit.id] = unit.parent_id
        return bool(ended or begun)

    def shown(self) -> list[str]:
        """All that exist, or the `top` one and those below it."""
        if self._top is None:
            return list(self.parents)
        return [id for id in self.parents if self._top in upward(id, self.parents)]


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
        """What the unit has of its own, and the figures in which that counts."""
        above = [] if unit_id is None else upward(unit_id, self._organisation.parents)
        asked = (id for id in (None, *above) if self._asked is None or id in self._asked)
        self._concerned[unit_id] = [self._own[unit_id], *(self.figures[id] for id in asked)]
        return self._concerned[unit_id]


def _nothing() -> dict[str, int]:
    return dict.fromkeys(COUNTED, 0)
