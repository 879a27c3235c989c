"""The questions about objectives and alignments, each answered for one Moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection

from projections.alignment.queries import cascade, explanation, health, impact, listing, shapes, statements
from projections.alignment.queries.cascade import Cascade, fetch
from projections.alignment.queries.listing import ObjectiveFilters
from projections.alignment.queries.rows import About, Reading
from projections.moment import Moment
from projections.page import Page

__all__ = ["Alignment", "ObjectiveFilters"]


@dataclass(slots=True)
class _Person:
    id: str
    unit_id: str
    manager_id: str | None
    status: str
    reports: list[str]


class Alignment:
    """Every answer is a JSON-ready dict, or None where what is asked about does not exist at the moment."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def objectives(
        self,
        moment: Moment,
        filters: ObjectiveFilters | None = None,
        limit: int = 50,
        after: str | None = None,
    ) -> Page:
        """By level, title and id. Raises BadCursor."""
        filters = filters or ObjectiveFilters()
        among = None if filters.class_ is None else self._of_class(moment, filters.class_)
        found = listing.ids(self._connection, moment, filters, among, limit + 1, after)
        around, about = self._around(moment, found[:limit])
        items = [shapes.summary(around, about[id], moment.as_of) for id in found[:limit]]
        more = len(found) > limit
        return Page(items, listing.cursor(around.nodes[found[limit - 1]]) if more else None)

    def objective(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """With key results, links up and down, progress and class."""
        around, about = self._around(moment, [str(id)])
        if str(id) not in about:
            return None
        return {**shapes.full(around, about[str(id)], moment.as_of), **shapes.heading(moment)}

    def paths(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """Every path of live objectives up to a strategic one, at most 1,000 of them."""
        around, about = self._around(moment, [str(id)])
        if str(id) not in about:
            return None
        return {"objective_id": str(id), **shapes.paths(around, str(id)), **shapes.heading(moment)}

    def progress(self, moment: Moment, id: UUID) -> dict[str, Any] | None:
        """The figure, the items that it was weighed from, and every reading of its own key results."""
        around, about = self._around(moment, [str(id)])
        if str(id) not in about:
            return None
        objective = shapes.summary(around, about[str(id)], moment.as_of)
        readings = fetch(self._connection, Reading, statements.READINGS, moment, id=id)
        return {
            "objective_id": str(id),
            **{name: objective[name] for name in ("progress", "elapsed", "pace")},
            "items": explanation.items(around, str(id)),
            "readings": [explanation.reading_of(reading) for reading in readings],
            **shapes.heading(moment),
        }

    def person(self, moment: Moment, person_id: UUID) -> dict[str, Any] | None:
        """The person's own objectives, in full with their paths; `reports` report directly to them."""
        found = fetch(self._connection, _Person, statements.PERSON, moment, id=person_id)
        if not found:
            return None
        person = found[0]
        owned = listing.ids(self._connection, moment, ObjectiveFilters(owner=person_id))
        around, about = self._around(moment, owned)
        return {
            "person": {
                "id": person.id,
                "unit_id": person.unit_id,
                "manager_id": person.manager_id,
                "status": person.status,
                "reports": person.reports,
            },
            "objectives": [
                {**shapes.full(around, about[id], moment.as_of), **shapes.paths(around, id)} for id in owned
            ],
            **shapes.heading(moment),
        }

    def graph(
        self,
        moment: Moment,
        root: UUID | None = None,
        unit: UUID | None = None,
        cycle: UUID | None = None,
        depth: int | None = None,
    ) -> dict[str, Any]:
        """Nodes and the links between them: the root and all below it, or all; of that unit, those below it
        included, and of that cycle. `depth` counts links from the root, or else from the objectives that have
        none of the others above them. No nodes if the root does not exist.
        """
        below = None if root is None else listing.below(self._connection, moment, root, depth)
        found = listing.ids(self._connection, moment, ObjectiveFilters(unit=unit, cycle=cycle), below)
        around, about = self._around(moment, found)
        shown = set(found)
        if root is None and depth is not None:
            shown = _from_the_tops(around, shown, depth)
        links = (link for id in sorted(shown) for link in around.up.get(id, ()) if link.parent_id in shown)
        return {
            "nodes": [shapes.summary(around, about[id], moment.as_of) for id in found if id in shown],
            "links": sorted(map(shapes.link_of, links), key=lambda link: (link["from"], link["to"])),
            **shapes.heading(moment),
        }

    def health(self, moment: Moment, unit: UUID | None = None) -> dict[str, Any]:
        """Counts per class, coverage, silo index and staleness: per unit with those below, and in total."""
        return health.health(self._connection, moment, None if unit is None else str(unit))

    def cycle_figures(self, moment: Moment, cycle_id: UUID) -> list[dict[str, Any]]:
        """Of every objective in the cycle, by level, title and id: {objective_id, title, status, outcome,
        score, progress}.
        """
        found = listing.ids(self._connection, moment, ObjectiveFilters(cycle=cycle_id))
        around = cascade.load(self._connection, moment, found)
        return [shapes.closing_figures(around, id) for id in found]

    def impact(
        self, moment: Moment, ids: Collection[UUID], month_ends: Sequence[date]
    ) -> list[dict[str, Any]]:
        """What became of these objectives, day by day: {on, live_below, coverage, progress}.

        `live_below` counts the live objectives below them, `coverage` is the share of these that is aligned,
        `progress` the mean progress of the objectives themselves; None where there is nothing to count. Days
        after `moment.as_of` are left out.
        """
        days = [day for day in month_ends if day <= moment.as_of]
        return [impact.on(self._connection, Moment(day, moment.known_at), ids) for day in days]

    def _around(self, moment: Moment, ids: Collection[str]) -> tuple[Cascade, dict[str, About]]:
        about = fetch(self._connection, About, statements.ABOUT, moment, ids=cascade.array(ids))
        return cascade.load(self._connection, moment, ids), {each.id: each for each in about}

    def _of_class(self, moment: Moment, name: str) -> list[str]:
        return health.of_class(self._connection, moment, name)


def _from_the_tops(around: Cascade, ids: set[str], depth: int) -> set[str]:
    """Those of `ids` at most `depth` links below one that has none of them above it."""
    shown = {id for id in ids if not any(link.parent_id in ids for link in around.up.get(id, ()))}
    edge = shown
    for _ in range(depth):
        edge = {
            link.child_id for id in edge for link in around.down.get(id, ()) if link.child_id in ids
        } - shown
        shown = shown | edge
    return shown
