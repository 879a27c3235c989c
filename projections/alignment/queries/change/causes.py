"""Which facts differ between two moments, that can be why an objective counts as something else."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from domain.objective.values import STRATEGIC
from projections.alignment.queries.cascade import array, fetch
from projections.alignment.queries.census import Census
from projections.alignment.queries.change.facts import Fact
from projections.alignment.queries.hierarchy import upward
from projections.alignment.queries.statements import SCHEMA
from projections.moment import Moment, holds

_NAMED = f"""
    select o.id::text, o.title, o.owner_unit_id::text, o.owner_person_id::text,
        coalesce(o.owner_unit_id, p.unit_id)::text as unit_id
    from unnest(%(ids)s::uuid[]) as wanted(id)
    join {SCHEMA}.objectives o on o.id = wanted.id and {holds("o")}
    left join read_directory.people p on p.id = o.owner_person_id and {holds("p")}"""

_PEOPLE = f"""
    select p.id::text, p.unit_id::text from unnest(%(ids)s::uuid[]) as wanted(id)
    join read_directory.people p on p.id = wanted.id and {holds("p")}"""


@dataclass(slots=True)
class Named:
    """An objective at a moment; `unit_id` is that of its owner."""

    id: str
    title: str
    owner_unit_id: str | None
    owner_person_id: str | None
    unit_id: str | None


@dataclass(slots=True)
class _Person:
    id: str
    unit_id: str


class Side:
    """One of the two moments: its census, and what is asked about some objectives."""

    def __init__(self, connection: Connection[Any], moment: Moment) -> None:
        self._connection = connection
        self.moment = moment
        self.census = Census(connection, moment)
        self.named: dict[str, Named] = {}
        self.unit_of: dict[str, str] = {}

    def classes(self, unit_id: str | None) -> dict[str, str]:
        """Of all live objectives, or of those of the unit and the units below it."""
        census = self.census
        return {
            id: found
            for id, found in census.classes.items()
            if unit_id is None or census.is_within(census.live[id].unit_id, unit_id)
        }

    def name(self, ids: Collection[str]) -> None:
        """Look up these objectives: `named`."""
        found = fetch(self._connection, Named, _NAMED, self.moment, ids=array(ids))
        self.named = {each.id: each for each in found}

    def place(self, people: Collection[str]) -> None:
        """Look up the units of these people: `unit_of`."""
        found = fetch(self._connection, _Person, _PEOPLE, self.moment, ids=array(people))
        self.unit_of = {each.id: each.unit_id for each in found}

    def reaching_parents(self, id: str) -> set[str]:
        """The parents through which it reaches the strategy, if it is live."""
        return self.census.up.get(id, set()) & self.census.reaching


class Causes:
    """Facts about objectives that both sides have looked up."""

    def __init__(self, before: Side, after: Side) -> None:
        self._sides = before, after
        self._before = before.census
        self._after = after.census
        self._strategic = before.census.strategic | after.census.strategic

    def of(self, id: str, before: str | None, after: str | None) -> set[Fact]:
        """Why the objective has the class `after` instead of `before`; None: it is not live, or not of the
        unit asked about.
        """
        if not self._lives_differently(id) and None in (before, after):
            return set(self._of_membership(id))
        facts = {Fact(id, "live")} if self._lives_differently(id) else set()
        if STRATEGIC not in (before, after):
            parents = self._through(id)
            if "orphan" in (before, after):
                parents |= self._before.up.get(id, set()) ^ self._after.up.get(id, set())
            facts.update(self._of_way(id, parents))
        return facts

    def _of_way(self, id: str, parents: set[str]) -> Iterator[Fact]:
        """Up by these parents of the objective, as far as there is another way up than before."""
        waiting, seen = [(id, parents)], {id}
        while waiting:
            child, parents = waiting.pop()
            for parent in parents:
                if (parent in self._before.up.get(child, ())) != (parent in self._after.up.get(child, ())):
                    yield Fact(child, "link", parent)
                if parent in seen or (parent in self._before.reaching) == (parent in self._after.reaching):
                    continue
                seen.add(parent)
                if self._lives_differently(parent):
                    yield Fact(parent, "live")
                if parent not in self._strategic:
                    waiting.append((parent, self._through(parent)))

    def _of_membership(self, id: str) -> Iterator[Fact]:
        """Why it belongs to the unit at one moment only."""
        before, after = (side.named[id] for side in self._sides)
        owners = [(each.owner_unit_id, each.owner_person_id) for each in (before, after)]
        if owners[0] != owners[1]:
            yield Fact(id, "owner")
        for person in {before.owner_person_id, after.owner_person_id} - {None}:
            if person and len({side.unit_of.get(person) for side in self._sides}) > 1:
                yield Fact(person, "unit")
        chains = (
            upward(unit_id, side.census.parents)
            for side, unit_id in zip(self._sides, (before.unit_id, after.unit_id), strict=True)
            if unit_id is not None
        )
        for unit in {unit for chain in chains for unit in chain}:
            above = [side.census.parents.get(unit, "") for side in self._sides]  # no id is empty
            if above[0] != above[1]:
                yield Fact(unit, "parent")

    def _through(self, id: str) -> set[str]:
        """The parents that lead it up to the strategy at one moment only."""
        before, after = self._sides
        return before.reaching_parents(id) ^ after.reaching_parents(id)

    def _lives_differently(self, id: str) -> bool:
        return (id in self._before.live) != (id in self._after.live)
