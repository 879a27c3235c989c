"""A change has two sides: what is asked of each of the moments that are compared."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from projections.alignment.queries import health
from projections.alignment.queries.cascade import array, fetch
from projections.alignment.queries.census import Census
from projections.alignment.queries.statements import SCHEMA
from projections.moment import Moment, holds

_NAMED = f"""
    select o.id::text, o.title, o.owner_unit_id::text, o.owner_person_id::text,
        coalesce(o.owner_unit_id, p.unit_id)::text as unit_id
    from unnest(%(ids)s::uuid[]) as wanted(id)
    join {SCHEMA}.told_objectives o on o.id = wanted.id and {holds("o")}
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


class MomentOfChange:
    """One of the two moments: its census, and what is asked about some objectives."""

    def __init__(self, connection: Connection[Any], moment: Moment) -> None:
        self._connection = connection
        self.moment = moment
        self.census = Census(connection, moment)
        self.paced = health.paced(connection, self.census)
        self.named: dict[str, Named] = {}
        self.unit_of: dict[str, str] = {}

    def classes(self, unit_id: str | None, cycle_id: str | None) -> dict[str, str]:
        """Gives the classes of all live objectives, or of those of the unit and the units below it, or of the
        cycle.
        """
        census = self.census
        return {
            id: found
            for id, found in census.classes.items()
            if cycle_id in (None, census.live[id].cycle_id)
            and (unit_id is None or census.is_within(census.live[id].unit_id, unit_id))
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
