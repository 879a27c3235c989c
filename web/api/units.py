"""Units: parts of the organisation."""

from typing import Any
from uuid import UUID

from application.units import Units
from projections.directory.queries import DirectoryFilters
from projections.page import Page
from web.api.external_ids import correctable
from web.api.histories import of_thing
from web.api.routes import SOME_ID, Routes
from web.freshness import ReadSnapshot
from web.schemas.answers import UnitAnswer
from web.schemas.directory import (
    UnitAccount,
    UnitDefinition,
    UnitDissolution,
    UnitLead,
    UnitMove,
    UnitRenaming,
    UnitRestoration,
)
from web.schemas.history_answers import AskedHistory, DirectoryHistory, ToldChange
from web.schemas.queries import AskedUnits, filters_of

units = Routes(
    "units", __name__, of=Units, description="Parts of the organisation: they have a parent, and they move."
)

units.use_case(
    "/units",
    Units.define,
    "Define a unit",
    UnitDefinition(),
    creates="units",
    example={"name": "Sales", "kind": "department"},
)

units.use_case(
    "/units/<uuid:id>/renaming",
    Units.rename,
    "Rename a unit",
    UnitRenaming(),
    example={"name": "Sales and service"},
)

correctable(units)

units.use_case(
    "/units/<uuid:id>/move",
    Units.move,
    "Put a unit under another parent",
    UnitMove(),
    example={"parent_id": None, "reason": "spun off"},
)

units.use_case(
    "/units/<uuid:id>/lead",
    Units.name_lead,
    "Name the person who leads a unit, or nobody",
    UnitLead(),
    example={"person_id": SOME_ID, "effective_on": "2026-04-01"},
)

units.use_case(
    "/units/<uuid:id>/account",
    Units.name_account,
    "Say which group of the identity provider a unit is",
    UnitAccount(),
    example={"account_id": "00g1a2b3c4"},
)

units.use_case(
    "/units/<uuid:id>/dissolution",
    Units.dissolve,
    "Dissolve a unit",
    UnitDissolution(),
    example={"hand_over_to": SOME_ID, "reason": "merged into Sales"},
)

units.use_case(
    "/units/<uuid:id>/dissolution/withdrawal",
    Units.withdraw_dissolution,
    "Take back a dissolution recorded by mistake",
    example={"reason": "the other Sales was meant"},
)

units.use_case(
    "/units/<uuid:id>/restoration",
    Units.restore,
    "Set up again a unit that was dissolved",
    UnitRestoration(),
    example={"effective_on": "2026-09-01", "reason": "the merger is undone"},
)


@units.listing("/units", AskedUnits(), UnitAnswer(), personal=False)
def list_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """Units by name, or as `sort` says"""
    filters = filters_of(DirectoryFilters, asked)
    return snapshot.directory.units(
        snapshot.moment, asked["limit"], asked["after"], filters, asked["sort"] or ()
    )


@units.single("/units/<uuid:id>", UnitAnswer(), personal=False)
def read(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """One unit"""
    return snapshot.directory.unit(snapshot.moment, id)


@units.listing("/units/<uuid:id>/history", AskedHistory(), ToldChange(), DirectoryHistory(), personal=False)
def history(snapshot: ReadSnapshot, asked: dict[str, Any], id: UUID) -> Page | None:
    """Every change of a unit with before and after, and two states compared"""
    return of_thing(snapshot, "unit", asked, id)
