"""The rival's answers to the two questions, as JSON: titles, owners, progress and links, and no more."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from benchmarks.rival.models import People, Units
from benchmarks.rival.sources import Found, Source

LIVE = ("approved", "active")
COUNTING = (*LIVE, "closed")
Progress = Mapping[UUID, float | None]


def subtree(engine: Engine, kind: type[Source], root: UUID, at: datetime) -> bytes:
    """{nodes, links}: the objective and all below it."""
    with Session(engine) as session:
        source = kind(session, at)
        links = source.below([root])
        objectives = source.objectives({root, *(link.child_id for link in links)})
        progress = _progress(objectives, links, source)
        owners = _owners(objectives, source)
        told = [_told(each, progress, owners) for each in objectives]
        return orjson.dumps({"nodes": told, "links": [_link(link) for link in links]})


def person(engine: Engine, kind: type[Source], person: UUID, at: datetime) -> bytes:
    """{objectives}: those of the person, with the paths over live ones up to strategic ones."""
    with Session(engine) as session:
        source = kind(session, at)
        owned = source.owned_by(person)
        ids = {each.id for each in owned}
        up, down = source.above(ids), source.below(ids)
        around = source.objectives(
            {*(link.parent_id for link in up), *(link.child_id for link in down)} - ids
        )
        progress = _progress([*owned, *around], down, source)
        owners, paths = _owners(owned, source), _Paths([*owned, *around], up)
        told = [
            {**_told(each, progress, owners), "paths": [{"objectives": path} for path in paths.of(each.id)]}
            for each in owned
        ]
        return orjson.dumps({"objectives": told})


def _told(objective: Any, progress: Progress, owners: Mapping[UUID, str]) -> dict[str, Any]:
    owner = objective.owner_unit_id or objective.owner_person_id
    words = {"title": objective.title, "level": objective.level, "status": objective.status}
    owned = {"owner": {"id": owner, "name": owners[owner]}, "progress": progress[objective.id]}
    return {"id": objective.id, **words, **owned}


def _link(link: Any) -> dict[str, Any]:
    return {"from": link.child_id, "to": link.parent_id, "kind": link.kind, "weight": link.weight}


def _owners(objectives: Found, source: Source) -> dict[UUID, str]:
    units = {each.owner_unit_id for each in objectives if each.owner_unit_id}
    people = {each.owner_person_id for each in objectives if each.owner_person_id}
    return source.names(Units, units) | source.names(People, people)


def _progress(objectives: Found, links: Found, source: Source) -> Progress:
    """Of each, rounded: the mean by weight of its key results and of the children that count."""
    status = {each.id: each.status for each in objectives}
    items: dict[UUID, list[tuple[float, float]]] = defaultdict(list)
    for each in source.key_results(status):
        items[each.objective_id].append((each.weight, _done(each)))
    children: dict[UUID, list[tuple[float, UUID]]] = defaultdict(list)
    for link in links:
        if link.kind == "contributes" and status[link.child_id] in COUNTING:
            children[link.parent_id].append((link.weight, link.child_id))
    found: dict[UUID, float | None] = {}

    def weigh(id: UUID) -> float | None:
        if id not in found:
            below = ((weight, weigh(child)) for weight, child in children[id])
            found[id] = _mean(
                [*items[id], *((weight, share) for weight, share in below if share is not None)]
            )
        return found[id]

    return {id: None if (share := weigh(id)) is None else round(share, 6) for id in status}


def _done(reading: Any) -> float:
    if reading.value is None or reading.target == reading.baseline:
        return 0.0
    share: float = (reading.value - reading.baseline) / (reading.target - reading.baseline)
    return min(max(share, 0.0), 1.0)


def _mean(items: Collection[tuple[float, float]]) -> float | None:
    mass = sum(weight for weight, _ in items)
    return sum(weight * share for weight, share in items) / mass if mass else None


class _Paths:
    def __init__(self, objectives: Iterable[Any], links: Iterable[Any]) -> None:
        self._objectives = {each.id: each for each in objectives if each.status in LIVE}
        self._parents: dict[UUID, list[UUID]] = defaultdict(list)
        for link in links:
            self._parents[link.child_id].append(link.parent_id)

    def of(self, id: UUID) -> Iterator[list[dict[str, Any]]]:
        """From the objective up to a strategic one."""
        here = self._objectives.get(id)
        if here is None:
            return
        step = {"id": id, "title": here.title, "level": here.level}
        if here.level == "strategic":
            yield [step]
        else:
            for parent in self._parents[id]:
                yield from ([step, *rest] for rest in self.of(parent))
