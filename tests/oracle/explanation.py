"""Why a progress figure is what it is, from the state that the fold leaves."""

from typing import Any
from uuid import UUID

from tests.oracle import measures
from tests.oracle.fold import World
from tests.oracle.measures import rounded
from tests.oracle.objective import Objective
from tests.oracle.words import as_people_sort


def explain(
    world: World, objective: Objective, spelled_out: set[UUID] | None = None, depth: int = 0
) -> list[dict[str, Any]] | None:
    """Items as they were weighed; those of a child once only, and down to 20 levels."""
    spelled_out = set() if spelled_out is None else spelled_out
    if objective.id in spelled_out or depth > 20:
        return None
    spelled_out.add(objective.id)
    measured = [
        {"type": "key_result", **key_result_of(world, objective, id), "counts": each.kind != "observe"}
        for id, each in objective.key_results.items()
    ]
    measured.sort(key=lambda item: (as_people_sort(item["title"]), item["id"]))
    below = []
    children = measures.counting(world, objective)
    for child in sorted(children, key=lambda each: (as_people_sort(each.title), str(each.id))):
        share = measures.progress(world, child)
        below.append({
            "type": "objective",
            "id": str(child.id),
            "title": child.title,
            "status": child.status,
            "kind": "contributes",
            "weight": child.links[objective.id].weight,
            "progress": rounded(world, share),
            "counts": share is not None,
            "items": explain(world, child, spelled_out, depth + 1),
        })  # fmt: skip
    return measured + below


def key_result_of(world: World, objective: Objective, id: UUID) -> dict[str, Any]:
    key_result = objective.key_results[id]
    readings = objective.readings(id)
    current = None
    if readings:
        check_in_id, check_in, reading = readings[-1]
        current = {
            "on": str(check_in.on),
            "value": reading.value,
            "check_in_id": str(check_in_id),
            "position": reading.position,
            "version": reading.version,
        }
    return {
        "id": str(id),
        "external_id": key_result.external_id,
        "title": key_result.title,
        "kind": key_result.kind,
        "unit_of_measure": key_result.unit_of_measure,
        "baseline": key_result.baseline,
        "target": key_result.target,
        "weight": key_result.weight,
        "attainment": rounded(world, measures.current_attainment(objective, id)),
        "progress": rounded(world, measures.key_result_progress(objective, id)),
        "reading": current,
    }


def readings_of(objective: Objective) -> list[dict[str, Any]]:
    """Every reading of the objective's own key results that stands, by day."""
    found = [
        (check_in.on, check_in.position, str(id), check_in_id, check_in, reading)
        for id in objective.key_results
        for check_in_id, check_in, reading in objective.readings(id)
    ]
    return [
        {
            "key_result_id": id,
            "on": str(on),
            "value": reading.value,
            "check_in_id": str(check_in_id),
            "confidence": check_in.confidence,
            "position": reading.position,
            "version": reading.version,
        }
        for on, _, id, check_in_id, check_in, reading in sorted(found, key=lambda item: item[:3])
    ]
