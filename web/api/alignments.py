"""Links from an objective up to others, and the whole that they make."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from application.objectives import Objectives
from projections.moment import Moment, instant
from web.api.names import with_names
from web.api.routes import SOME_ID, Routes
from web.exports.lists import of_parts
from web.freshness import ReadSnapshot
from web.schemas.belonging_answers import AskedAlignment, PersonAlignment, UnitAlignment
from web.schemas.objective_answers import Branch, Graph, GraphInRows
from web.schemas.objectives import AlignmentAddition, AlignmentWeight
from web.schemas.queries import AskedBranch, AskedGraph

alignment = Routes("alignment", __name__, of=Objectives, description="Who is aligned with what, at any date.")

alignment.use_case(
    "/objectives/<uuid:id>/alignments",
    Objectives.align,
    "Align to another objective",
    AlignmentAddition(),
    example={"objective_id": SOME_ID, "kind": "contributes", "weight": "2"},
)

alignment.use_case(
    "/objectives/<uuid:id>/alignments/<uuid:other>/weight",
    Objectives.change_alignment_weight,
    "Change the weight of a link",
    AlignmentWeight(),
    example={"weight": "3"},
)

alignment.use_case(
    "/objectives/<uuid:id>/alignments/<uuid:other>/removal",
    Objectives.remove_alignment,
    "Remove a link",
)


@alignment.single(
    "/people/<uuid:id>/alignment", PersonAlignment(), AskedAlignment(), rows=("objectives",), personal=True
)
def of_person(snapshot: ReadSnapshot, asked: dict[str, Any], id: UUID) -> dict[str, Any] | None:
    """A person's objectives with their paths, progress and class; where the person belonged, at all times"""
    return _with_before(snapshot, asked, lambda at: _of_person(at, id))


@alignment.single(
    "/units/<uuid:id>/alignment", UnitAlignment(), AskedAlignment(), rows=("objectives",), personal=True
)
def of_unit(snapshot: ReadSnapshot, asked: dict[str, Any], id: UUID) -> dict[str, Any] | None:
    """The objectives of a unit and of its people; where the unit belonged, at all times"""
    return _with_before(snapshot, asked, lambda at: _of_unit(at, id))


@alignment.single("/alignment", Graph(), AskedGraph(), personal=True)
def graph(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """The graph of objectives and the links between them"""
    found = snapshot.alignment.graph(
        snapshot.moment, root=asked["root"], unit=asked["unit"], cycle=asked["cycle"], depth=asked["depth"]
    )
    with_names(snapshot, found["nodes"])
    return found


@alignment.single("/alignment/branch", Branch(), AskedBranch(), rows=("nodes",), personal=True)
def branch(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """All goals, and what is opened with its neediest children, each with what stands below it"""
    found = snapshot.alignment.branch(snapshot.moment, asked["open"] or (), asked["children"], asked["cycle"])
    with_names(snapshot, found["nodes"])
    return found


def _nodes_with_links(snapshot: ReadSnapshot, asked: dict[str, Any]) -> dict[str, Any]:
    """The graph as rows: the links up from a node stand with it."""
    found = graph(snapshot, asked)
    up: dict[str, list[dict[str, Any]]] = {node["id"]: [] for node in found["nodes"]}
    for link in found["links"]:
        up[link["from"]].append({**link, "objective_id": link["to"]})
    return {"nodes": [{**node, "links": up[node["id"]]} for node in found["nodes"]]}


alignment.exported("/alignment", graph, of_parts(AskedGraph(), GraphInRows(), ("nodes",), _nodes_with_links))


def _with_before(
    snapshot: ReadSnapshot, asked: dict[str, Any], of: Callable[[ReadSnapshot], dict[str, Any] | None]
) -> dict[str, Any] | None:
    """The answer at the moment, with that at the moment to compare it with, if one is asked for."""
    found, moment = of(snapshot), snapshot.moment
    if found is None or (asked["from_as_of"] is None and asked["from_known_at"] is None):
        return found and {**found, "before": None}
    then = Moment(asked["from_as_of"] or moment.as_of, asked["from_known_at"] or moment.known_at)
    before = of(replace(snapshot, moment=then))
    when = {"as_of": then.as_of.isoformat(), "known_at": instant(then.known_at)}
    return {**found, "before": before and {**when, **before}}


def _of_person(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    found = snapshot.alignment.person(snapshot.moment, id)
    return found and _of(
        snapshot, found, "person", snapshot.directory.membership_of_person(snapshot.moment, id)
    )


def _of_unit(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    found = snapshot.alignment.unit(snapshot.moment, id)
    return found and _of(snapshot, found, "unit", snapshot.directory.membership_of_unit(snapshot.moment, id))


def _of(
    snapshot: ReadSnapshot, found: dict[str, Any], whose: str, membership: list[dict[str, Any]]
) -> dict[str, Any]:
    """With the names of those it speaks of, and whose each objective was at all times."""
    about, objectives = found[whose], found["objectives"]
    about["name"] = snapshot.directory.names(snapshot.moment, [about["id"]]).get(about["id"])
    ownership = snapshot.alignment.ownership(snapshot.moment, [each["id"] for each in objectives])
    for each in objectives:
        each["ownership"] = ownership[each["id"]]
    with_names(snapshot, [*objectives, *(span for each in objectives for span in each["ownership"])])
    return {**found, "membership": membership}
