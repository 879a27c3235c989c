"""Cycles: named periods."""

from datetime import datetime
from typing import Any
from uuid import UUID

from application.cycles import Cycles
from projections.directory.queries import DirectoryFilters
from projections.moment import Moment
from projections.page import Page
from web.api.external_ids import correctable
from web.api.routes import Routes
from web.freshness import ReadSnapshot
from web.schemas.answers import CycleAnswer, SealedCycle
from web.schemas.directory import CycleDefinition, CycleRevision
from web.schemas.queries import AskedCycles, filters_of
from web.wiring import services

cycles = Routes("cycles", __name__, of=Cycles, description="Named periods: in preparation, active, closed.")

cycles.use_case(
    "/cycles",
    Cycles.define,
    "Define a cycle",
    CycleDefinition(),
    creates="cycles",
    example={"name": "2026", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "cadence_days": 30},
)

correctable(cycles)

cycles.use_case(
    "/cycles/<uuid:id>/revision",
    Cycles.revise,
    "Correct the name, the days or the rules of a cycle while it is not sealed",
    CycleRevision(),
    example={"ends_on": "2027-01-31", "reason": "the fiscal year is longer"},
)

cycles.use_case("/cycles/<uuid:id>/activation", Cycles.activate, "Activate a cycle")

cycles.use_case("/cycles/<uuid:id>/closure", Cycles.close, "Close a cycle, which seals all that is in it")

cycles.use_case(
    "/cycles/<uuid:id>/reopening",
    Cycles.reopen,
    "Reopen a closed cycle, with a reason",
    example={"reason": "a reading was wrong"},
)


@cycles.listing("/cycles", AskedCycles(), CycleAnswer(), personal=False)
def list_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """Cycles by name, or as `sort` says"""
    filters = filters_of(DirectoryFilters, asked)
    return snapshot.directory.cycles(
        snapshot.moment, asked["limit"], asked["after"], filters, asked["sort"] or ()
    )


@cycles.single("/cycles/<uuid:id>", CycleAnswer(), personal=False)
def read(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """One cycle"""
    return snapshot.directory.cycle(snapshot.moment, id)


@cycles.single("/cycles/<uuid:id>/sealed", SealedCycle(), rows=("items",), personal=False)
def sealed(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """The figures of every seal of a cycle, beside the present ones"""
    cycle = snapshot.directory.cycle(snapshot.moment, id)
    if cycle is None:
        return None
    now = snapshot.alignment.cycle_figures(snapshot.moment, id)
    items = []
    for seal in snapshot.directory.seals(snapshot.moment, id):
        figures = snapshot.alignment.cycle_figures(_moment_of(seal), id)
        items.append({**seal, "figures": figures, "differs": figures != now})
    return {"cycle_id": str(id), "status": cycle["status"], "items": items, "now": now}


def _moment_of(seal: dict[str, Any]) -> Moment:
    """Gives the moment at which the seal was made, so that its figures are the same whenever they are asked
    for.
    """
    recorded_at = datetime.fromisoformat(seal["sealed_at"])
    return Moment(services().day_of(recorded_at), recorded_at)
