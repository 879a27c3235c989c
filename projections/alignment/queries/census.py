"""The census holds what counts in the health of one moment: the units, the live objectives, and the links
that hold.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from psycopg import Connection

from domain.health import class_of, reaching
from domain.objective.values import STRATEGIC
from projections.alignment.queries.cascade import fetch
from projections.alignment.queries.overlay import Overlay
from projections.alignment.queries.rows import LinkView, StandingObjective, UnitView
from projections.alignment.queries.statements import LAST_SIGN, LINKS, NODE, SCHEMA, cadence, standing
from projections.directory.policies import in_force
from projections.moment import Moment, holds

_UNITS = f"select u.id::text, u.parent_id::text, u.status from read_directory.units u where {holds('u')}"

_STANDING = f"""
    select {NODE}, o.starts_on, o.ends_on, o.cycle_id::text,
        coalesce(o.owner_unit_id, p.unit_id)::text as unit_id, {LAST_SIGN} as last_sign,
        {cadence("c")} as cadence_days, o.owner_unit_id::text, o.owner_person_id::text
    from {SCHEMA}.told_objectives o
    left join read_directory.cycles c on c.id = o.cycle_id and {holds("c")}
    left join read_directory.people p on p.id = o.owner_person_id and {holds("p")}
    where {standing("o")} and {holds("o")}"""


class Census:
    """`up`: the parents of every objective that has any, live or not; `reaching`: the live objectives from
    which a path of live ones leads to a strategic one, and these themselves; `classes`: of those that are
    live. With an overlay all of it is as it would be.
    """

    def __init__(self, connection: Connection[Any], moment: Moment, overlay: Overlay | None = None) -> None:
        self.moment = moment
        units = fetch(connection, UnitView, _UNITS, moment)
        standing = fetch(connection, StandingObjective, _STANDING, moment)
        links = fetch(connection, LinkView, LINKS, moment)
        if overlay is not None:
            units, standing, links = overlay.units(units), overlay.standing(standing), overlay.links(links)
        self.units = {unit.id: unit for unit in units}
        self.parents = {unit.id: unit.parent_id for unit in self.units.values()}
        self._above: dict[str, list[str]] = {}
        self.rules = in_force(connection, moment)
        self.standing = {each.id: each for each in standing}
        self.live = {id: each for id, each in self.standing.items() if each.live}
        self.links = links
        self.up: dict[str, set[str]] = defaultdict(set)
        for link in self.links:
            self.up[link.child_id].add(link.parent_id)
        self.strategic = {each.id for each in self.live.values() if each.level == STRATEGIC}
        pairs = ((link.child_id, link.parent_id) for link in self.links)
        self.reaching = reaching(self.strategic, self.live, pairs)
        self.classes = {
            id: class_of(strategic=id in self.strategic, reaches=id in self.reaching, linked=id in self.up)
            for id in self.live
        }

    def above(self, unit_id: str) -> list[str]:
        """The unit and those above it."""
        if unit_id not in self._above:
            self._above[unit_id] = upward(unit_id, self.parents)
        return self._above[unit_id]

    def is_within(self, unit_id: str | None, of: str) -> bool:
        """Returns whether the unit is `of`, or below it."""
        return unit_id is not None and of in self.above(unit_id)


def upward(unit_id: str, parents: Mapping[str, str | None]) -> list[str]:
    """The unit and those above it, as far as they exist: `parents` has the units there are."""
    found = [unit_id]
    while (parent := parents.get(found[-1])) and parent not in found:
        found.append(parent)
    return found
