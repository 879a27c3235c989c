"""Measures: what alignment is meant to move."""

from typing import Any
from uuid import UUID

from application.measures import Measures
from projections.page import Page
from web.api.external_ids import correctable
from web.api.months import ends_of_months
from web.api.routes import SOME_ID, Routes
from web.freshness import ReadSnapshot
from web.schemas.measure_answers import Impact, MeasureInFull, MeasureSchema
from web.schemas.measures import (
    AskedImpact,
    MeasuredCorrection,
    MeasureDefinition,
    MeasuredSchema,
    MeasureRevision,
)
from web.schemas.queries import AskedMeasures

measures = Routes(
    "measures", __name__, of=Measures, description="Measures of impact, and their readings over time."
)

NOTE = "What stands beside each other here moved at the same time; that does not say what moved what."


measures.use_case(
    "/measures",
    Measures.define,
    "Define a measure, before its first reading",
    MeasureDefinition(),
    creates="measures",
    example={
        "name": "Customer satisfaction",
        "unit_of_measure": "points",
        "direction": "increase",
        "baseline": "62",
        "target": "75",
        "objective_ids": [SOME_ID],
    },
)

measures.use_case(
    "/measures/<uuid:id>/revision",
    Measures.revise,
    "Revise what a measure says of itself, with a reason; its readings stay",
    MeasureRevision(),
    example={"target": "78", "reason": "the survey has another scale"},
)

correctable(measures)

measures.use_case(
    "/measures/<uuid:id>/readings",
    Measures.record_reading,
    "Record what was read on a day",
    MeasuredSchema(),
    example={"on": "2026-03-31", "value": "64.5", "source": "spring survey"},
)

measures.use_case(
    "/measures/<uuid:id>/readings/<uuid:reading>/correction",
    Measures.correct_reading,
    "Correct a reading, with a reason",
    MeasuredCorrection(),
    example={"value": "63.5", "reason": "one region was counted twice"},
)


measures.use_case(
    "/measures/<uuid:id>/readings/<uuid:reading>/withdrawal",
    Measures.withdraw_reading,
    "Withdraw a reading that was recorded by mistake, with a reason",
    example={"reason": "it was meant for another measure"},
)


@measures.listing("/measures", AskedMeasures(), MeasureSchema(), personal=False)
def list_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """Measures by name, or as `sort` says, each with its latest reading"""
    found_by = {name: asked[name] for name in ("q", "external_id")}
    return snapshot.measures.measures(
        snapshot.moment, asked["limit"], asked["after"], sort=asked["sort"] or (), **found_by
    )


@measures.single("/measures/<uuid:id>", MeasureInFull(), personal=False)
def read(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """One measure with its readings"""
    return snapshot.measures.measure(snapshot.moment, id)


@measures.single("/measures/<uuid:id>/impact", Impact(), AskedImpact(), rows=("months",), personal=False)
def impact(snapshot: ReadSnapshot, asked: dict[str, Any], id: UUID) -> dict[str, Any] | None:
    """The measure beside the objectives that are meant to move it, month by month"""
    measure = snapshot.measures.measure(snapshot.moment, id)
    if measure is None:
        return None
    days = ends_of_months(asked["from_"], asked["to"], snapshot.moment.as_of)
    series = snapshot.measures.series(snapshot.moment, id, days) or []
    objectives = [UUID(objective) for objective in measure["objective_ids"]]
    beside = {month["on"]: month for month in snapshot.alignment.impact(snapshot.moment, objectives, days)}
    return {
        "measure_id": str(id),
        "objective_ids": measure["objective_ids"],
        "months": [{**beside[month["on"]], **month} for month in series],
        "note": NOTE,
    }
