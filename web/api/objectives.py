"""Objectives: their definition and their facts, and the questions about them."""

from typing import Any
from uuid import UUID

from application.act import Act
from application.carrying_over import NewAlignment
from application.objectives import NewKeyResult, Objectives
from application.store import Answer
from domain.objective import Owner, Revision
from projections.alignment.queries import KeyResultFilters, ObjectiveFilters
from projections.page import Page
from web.api.external_ids import correctable
from web.api.names import with_names
from web.api.routes import SOME_ID, Routes
from web.freshness import ReadSnapshot
from web.schemas.objective_answers import (
    Explanation,
    KeyResultOfObjective,
    ObjectiveSchema,
    ObjectiveSummary,
    PageOfObjectiveSummary,
    Paths,
)
from web.schemas.objectives import ObjectiveDefinition, ObjectiveRevision, ObjectiveTransfer
from web.schemas.queries import AskedKeyResults, AskedObjectives, filters_of
from web.wiring import Commands

objectives = Routes(
    "objectives", __name__, of=Objectives, description="Objectives, from the definition to the closure."
)
DEFINITION = {
    "title": "Answer every customer within a day",
    "description": "Every request gets an answer by a person within 24 hours.",
    "level": "team",
    "cycle_id": SOME_ID,
    "owner": {"unit_id": SOME_ID},
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "key_results": [
        {
            "title": "Share answered in time",
            "kind": "increase",
            "baseline": "60",
            "target": "95",
            "weight": "1",
        }
    ],
    "alignments": [{"objective_id": SOME_ID, "kind": "contributes", "weight": "1"}],
}


@objectives.command("/objectives", ObjectiveDefinition(), creates="objectives", example=DEFINITION)
def define(use: Commands, act: Act, body: dict[str, Any]) -> Answer:
    """Define an objective, with its first key results and alignments"""
    owner = body.pop("owner")
    return use.objectives.define(
        act,
        owner=None if owner is None else Owner(**owner),
        key_results=[NewKeyResult(**given) for given in body.pop("key_results")],
        alignments=[NewAlignment(**given) for given in body.pop("alignments")],
        **body,
    )


@objectives.command(
    "/objectives/<uuid:id>/revision",
    ObjectiveRevision(),
    example={"title": "Answer every customer within four hours", "reason": "the first goal was met early"},
)
def revise(use: Commands, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Change title, description, period or visibility; of a draft its level and cycle, too"""
    return use.objectives.revise(act, id, changes=Revision(**body))


correctable(objectives)


@objectives.command("/objectives/<uuid:id>/transfer", ObjectiveTransfer(), example={"person_id": SOME_ID})
def transfer(use: Commands, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Give an objective to another owner"""
    return use.objectives.transfer(act, id, owner=Owner(**body))


@objectives.listing(
    "/objectives", AskedObjectives(), ObjectiveSummary(), PageOfObjectiveSummary(), personal="owner manager"
)
def list_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """Objectives by level and title, or as `sort` says; `unit` includes the units below it"""
    filters = filters_of(ObjectiveFilters, asked)
    page = snapshot.alignment.objectives(
        snapshot.moment, filters, asked["limit"], asked["after"], asked["sort"] or ()
    )
    with_names(snapshot, page.items)
    return Page(page.items, page.next, {"withheld": snapshot.alignment.withheld(snapshot.moment, filters)})


@objectives.listing("/key-results", AskedKeyResults(), KeyResultOfObjective(), personal="owner manager")
def key_results(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """Key results by title, or as `sort` says, each with its target, its latest reading and its owner"""
    filters = filters_of(KeyResultFilters, asked)
    page = snapshot.alignment.key_results(
        snapshot.moment, filters, asked["limit"], asked["after"], asked["sort"] or ()
    )
    with_names(snapshot, page.items)
    return page


@objectives.single("/objectives/<uuid:id>", ObjectiveSchema(), personal=False)
def read(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """One objective with its key results and its links up and down"""
    found = snapshot.alignment.objective(snapshot.moment, id)
    with_names(snapshot, [found] if found else [])
    return found


@objectives.single("/objectives/<uuid:id>/paths", Paths(), personal=False)
def paths(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """Every path of live objectives up to a strategic one"""
    return snapshot.alignment.paths(snapshot.moment, id)


@objectives.single("/objectives/<uuid:id>/progress", Explanation(), personal=False)
def progress(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """The progress figure and its explanation"""
    return snapshot.alignment.progress(snapshot.moment, id)
