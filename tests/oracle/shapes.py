"""The shapes of docs/design.md#answers, built from the state that the fold leaves."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from tests.oracle import measures
from tests.oracle.explanation import key_result_of
from tests.oracle.fold import World
from tests.oracle.measures import rounded
from tests.oracle.objective import Objective
from tests.oracle.words import as_people_sort

PATHS_SHOWN = 1_000


def summary(world: World, objective: Objective) -> dict[str, Any]:
    owner = {"unit_id": text(objective.owner_unit_id), "person_id": text(objective.owner_person_id)}
    return {
        "id": str(objective.id),
        "external_id": objective.external_id,
        "title": objective.title,
        "level": objective.level,
        "status": objective.status,
        **({"phase": measures.phase(world, objective)} if world.policy["live"] == "within_period" else {}),
        "amended": objective.amended,
        "class": measures.class_of(world, objective),
        "owner": {name: id for name, id in owner.items() if id is not None} or None,
        "unit_id": text(measures.unit_of(world, objective)),
        "cycle_id": str(objective.cycle_id),
        "starts_on": text(objective.starts_on),
        "ends_on": text(objective.ends_on),
        "visibility": objective.visibility,
        **figures(world, objective),
        "confidence": objective.confidence,
        "confidence_band": measures.band(world, objective.confidence),
        "stale": measures.stale(world, objective),
        "version": objective.version,
    }


def full(world: World, objective: Objective) -> dict[str, Any]:
    key_results = [key_result_of(world, objective, id) for id in objective.key_results]
    children = measures.children(world, objective)
    return {
        **summary(world, objective),
        "description": objective.description,
        "origin_id": text(objective.origin_id),
        "successor_id": text(objective.successor_id),
        **objective.ending,
        "zone": measures.zone(world, objective.ending["score"]),
        "last_check_in_on": text(objective.last_check_in_on),
        "last_reaffirmed_on": text(objective.last_reaffirmed_on),
        "key_results": sorted(key_results, key=lambda each: (as_people_sort(each["title"]), each["id"])),
        "alignments": _linked(world, ((objective, parent, parent) for parent in objective.links)),
        "children": _linked(world, ((child, objective.id, child.id) for child in children)),
    }


def _linked(world: World, links: Iterable[tuple[Objective, UUID, UUID]]) -> list[dict[str, Any]]:
    """Of links (child, parent, the end to be shown)."""
    found = []
    for child, parent, shown in links:
        link, other = child.links[parent], world.objectives.get(shown)
        found.append({
            "objective_id": str(shown),
            "title": other.title if other else None,
            "level": other.level if other else None,
            "status": other.status if other else None,
            "kind": link.kind,
            "weight": link.weight,
            "since": str(link.since),
        })  # fmt: skip
    return sorted(found, key=lambda each: (as_people_sort(each["title"] or ""), each["objective_id"]))


def figures(world: World, objective: Objective) -> dict[str, Any]:
    return {
        "progress": rounded(world, measures.progress(world, objective)),
        "elapsed": rounded(world, measures.elapsed(world, objective)),
        "pace": measures.pace(world, objective),
    }


def paths(world: World, objective: Objective) -> dict[str, Any]:
    found = measures.paths(world, objective)
    return {
        "paths": [
            {"objectives": [{"id": str(step.id), "title": step.title, "level": step.level} for step in path]}
            for path in found[:PATHS_SHOWN]
        ],
        "truncated": len(found) > PATHS_SHOWN,
    }


def text(value: object) -> str | None:
    return None if value is None else str(value)
