"""Every answer, from the state that the fold leaves."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tests.oracle import measures, shapes
from tests.oracle.event import Event
from tests.oracle.explanation import explain, readings_of
from tests.oracle.fold import World, fold
from tests.oracle.objective import Objective
from tests.oracle.words import as_people_sort, has_words

LEVELS = ("strategic", "department", "team", "individual")


class Oracle:
    """Every answer for one (as_of, known_at)."""

    def __init__(self, events: Iterable[Event], as_of: date, known_at: datetime) -> None:
        self.world: World = fold(events, as_of, known_at)
        self.heading = {
            "as_of": as_of.isoformat(),
            "known_at": known_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "policy": self.world.policy["name"],
        }

    def objectives(
        self,
        *,
        unit: UUID | None = None,
        owner: UUID | None = None,
        cycle: UUID | None = None,
        level: str | None = None,
        status: str | None = None,
        class_: str | None = None,
        live: bool | None = None,
        phase: str | None = None,
        stale: bool | None = None,
        amended: bool | None = None,
        pace: str | None = None,
        manager: UUID | None = None,
        q: str | None = None,
    ) -> list[dict[str, Any]]:
        """The whole list, in its order."""
        world = self.world
        units = set() if unit is None else measures.units_below(world, unit)
        conditions: list[tuple[Any, Callable[[Objective], bool]]] = [
            (unit, lambda each: measures.unit_of(world, each) in units),
            (owner, lambda each: owner in (each.owner_unit_id, each.owner_person_id)),
            (cycle, lambda each: each.cycle_id == cycle),
            (level, lambda each: each.level == level),
            (status, lambda each: each.status == status),
            (class_, lambda each: measures.class_of(world, each) == class_),
            (live, lambda each: measures.live(world, each) == live),
            (phase, lambda each: measures.phase(world, each) == phase),
            (stale, lambda each: measures.stale(world, each) == stale),
            (amended, lambda each: shapes.summary(world, each)["amended"] == amended),
            (pace, lambda each: measures.pace(world, each) == pace),
            (manager, lambda each: _manager_of(world, each) == manager),
        ]
        found = self._in_order(world.objectives.values())
        for asked, holds in conditions:
            if asked is not None:
                found = [each for each in found if holds(each)]
        if q is not None:
            found = [each for each in found if has_words([each.title, each.description], q)]
        return [shapes.summary(self.world, each) for each in found]

    def objective(self, id: UUID) -> dict[str, Any] | None:
        found = self.world.objectives.get(id)
        return None if found is None else {**shapes.full(self.world, found), **self.heading}

    def paths(self, id: UUID) -> dict[str, Any] | None:
        found = self.world.objectives.get(id)
        return (
            None
            if found is None
            else {"objective_id": str(id), **shapes.paths(self.world, found), **self.heading}
        )

    def progress(self, id: UUID) -> dict[str, Any] | None:
        found = self.world.objectives.get(id)
        if found is None:
            return None
        return {
            "objective_id": str(id),
            **shapes.figures(self.world, found),
            "items": explain(self.world, found),
            "readings": readings_of(found),
            **self.heading,
        }

    def person(self, id: UUID) -> dict[str, Any] | None:
        person = self.world.people.get(id)
        if person is None:
            return None
        reports = [
            str(other)
            for other, each in self.world.people.items()
            if each.manager_id == id and each.status == "active"
        ]
        owned = [each for each in self.world.objectives.values() if each.owner_person_id == id]
        return {
            "person": {
                "id": str(id),
                "unit_id": str(person.unit_id),
                "manager_id": shapes.text(person.manager_id),
                "status": person.status,
                "reports": sorted(reports),
            },
            "objectives": [
                {**shapes.full(self.world, each), **shapes.paths(self.world, each)}
                for each in self._in_order(owned)
            ],
            **self.heading,
        }

    def graph(
        self,
        root: UUID | None = None,
        unit: UUID | None = None,
        cycle: UUID | None = None,
        depth: int | None = None,
    ) -> dict[str, Any]:
        objectives = self.world.objectives
        shown = {UUID(each["id"]) for each in self.objectives(unit=unit, cycle=cycle)}
        if root is not None:
            shown &= self._below({root} & set(objectives), set(objectives), depth)
        elif depth is not None:
            tops = {id for id in shown if not shown & set(objectives[id].links)}
            shown = self._below(tops, shown, depth)
        links = [
            {
                "from": str(id),
                "to": str(parent),
                "kind": link.kind,
                "weight": link.weight,
                "since": str(link.since),
            }
            for id in shown
            for parent, link in objectives[id].links.items()
            if parent in shown
        ]
        return {
            "nodes": [
                shapes.summary(self.world, each) for each in self._in_order(objectives[id] for id in shown)
            ],
            "links": sorted(links, key=lambda link: (link["from"], link["to"])),
            **self.heading,
        }

    def health(self, unit: UUID | None = None, cycle: UUID | None = None) -> dict[str, Any]:
        world = self.world

        def figures(objectives: Iterable[Objective]) -> dict[str, object]:
            among = [each for each in objectives if cycle in (None, each.cycle_id)]
            return measures.health(world, among)

        shown = set(world.units) if unit is None else measures.units_below(world, unit) & set(world.units)
        of_all = list(world.objectives.values()) if unit is None else self._of_unit(unit)
        return {
            **self.heading,
            "total": figures(of_all),
            "units": [
                {
                    "unit_id": str(id),
                    "status": world.units[id].status,
                    **figures(self._of_unit(id)),
                }
                for id in sorted(shown, key=str)
            ],
        }

    def _below(self, tops: set[UUID], among: set[UUID], depth: int | None) -> set[UUID]:
        shown, levels = set(tops), 0
        while depth is None or levels < depth:
            new = {id for id in among - shown if shown & set(self.world.objectives[id].links)}
            if not new:
                break
            shown, levels = shown | new, levels + 1
        return shown

    def _of_unit(self, unit: UUID) -> list[Objective]:
        units = measures.units_below(self.world, unit)
        return [
            each for each in self.world.objectives.values() if measures.unit_of(self.world, each) in units
        ]

    def _in_order(self, objectives: Iterable[Objective]) -> list[Objective]:
        return sorted(
            objectives, key=lambda each: (LEVELS.index(each.level), as_people_sort(each.title), str(each.id))
        )


def _manager_of(world: World, objective: Objective) -> UUID | None:
    owner = world.people.get(objective.owner_person_id) if objective.owner_person_id else None
    return owner.manager_id if owner else None
