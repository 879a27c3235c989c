"""Links from an objective up to others, and the whole that they make."""

from typing import Any
from uuid import UUID

from application.act import Act
from application.store import Answer
from web.access.roles import OBJECTIVES
from web.api.names import with_names
from web.api.routes import SOME_ID, Routes
from web.freshness import Sight
from web.schemas.alignments import AlignmentAddition, AlignmentWeight
from web.schemas.objective_answers import Graph, Health, PersonAlignment
from web.schemas.queries import AskedGraph, AskedHealth
from web.wiring import UseCases

alignment = Routes("alignment", __name__, description="Who is aligned with what, at any date.")


@alignment.command(
    "/objectives/<uuid:id>/alignments",
    AlignmentAddition(),
    roles=OBJECTIVES,
    example={"objective_id": SOME_ID, "kind": "contributes", "weight": "2"},
)
def align(use: UseCases, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Align to another objective"""
    return use.objectives.align(act, id, **body)


@alignment.command(
    "/objectives/<uuid:id>/alignments/<uuid:other>/weight",
    AlignmentWeight(),
    roles=OBJECTIVES,
    example={"weight": "3"},
)
def change_alignment_weight(use: UseCases, act: Act, body: dict[str, Any], id: UUID, other: UUID) -> Answer:
    """Change the weight of a link"""
    return use.objectives.change_alignment_weight(act, id, other, **body)


@alignment.command("/objectives/<uuid:id>/alignments/<uuid:other>/removal", roles=OBJECTIVES)
def remove_alignment(use: UseCases, act: Act, id: UUID, other: UUID) -> Answer:
    """Remove a link"""
    return use.objectives.remove_alignment(act, id, other)


@alignment.single("/people/<uuid:id>/alignment", PersonAlignment())
def of_person(sight: Sight, id: UUID) -> dict[str, Any] | None:
    """A person's objectives with their paths, progress and class"""
    found = sight.alignment.person(sight.moment, id)
    if found is None:
        return None
    person = found["person"]
    person["name"] = sight.directory.names(sight.moment, [person["id"]]).get(person["id"])
    with_names(sight, found["objectives"])
    return found


@alignment.single("/alignment", Graph(), AskedGraph())
def graph(sight: Sight, asked: dict[str, Any]) -> dict[str, Any]:
    """The graph of objectives and the links between them"""
    found = sight.alignment.graph(
        sight.moment, root=asked["root"], unit=asked["unit"], cycle=asked["cycle"], depth=asked["depth"]
    )
    with_names(sight, found["nodes"])
    return found


@alignment.single("/alignment-health", Health(), AskedHealth())
def health(sight: Sight, asked: dict[str, Any]) -> dict[str, Any]:
    """Counts per class, coverage, silo index and staleness, per unit and for the whole"""
    found = sight.alignment.health(sight.moment, asked["unit"])
    names = sight.directory.names(sight.moment, [unit["unit_id"] for unit in found["units"]])
    for unit in found["units"]:
        unit["name"] = names.get(unit["unit_id"])
    return found
