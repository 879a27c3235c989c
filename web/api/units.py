"""Units: parts of the organisation."""

from typing import Any
from uuid import UUID

from application.act import Act
from application.store import Answer
from projections.page import Page
from web.access.roles import ADMIN
from web.api.routes import Routes
from web.freshness import Sight
from web.schemas.answers import Unit
from web.schemas.queries import AskedList
from web.schemas.units import UnitDefinition, UnitMove, UnitRenaming
from web.wiring import UseCases

units = Routes("units", __name__, description="Parts of the organisation: they have a parent, and they move.")


@units.command(
    "/units", UnitDefinition(), roles=ADMIN, creates="units", example={"name": "Sales", "kind": "department"}
)
def define(use: UseCases, act: Act, body: dict[str, Any]) -> Answer:
    """Define a unit"""
    return use.units.define(act, **body)


@units.command(
    "/units/<uuid:id>/renaming", UnitRenaming(), roles=ADMIN, example={"name": "Sales and service"}
)
def rename(use: UseCases, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Rename a unit"""
    return use.units.rename(act, id, **body)


@units.command(
    "/units/<uuid:id>/move", UnitMove(), roles=ADMIN, example={"parent_id": None, "reason": "spun off"}
)
def move(use: UseCases, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Put a unit under another parent"""
    return use.units.move(act, id, **body)


@units.command("/units/<uuid:id>/dissolution", roles=ADMIN, example={"reason": "merged into Sales"})
def dissolve(use: UseCases, act: Act, id: UUID) -> Answer:
    """Dissolve a unit"""
    return use.units.dissolve(act, id)


@units.listing("/units", AskedList(), Unit())
def list_all(sight: Sight, asked: dict[str, Any]) -> Page:
    """Units by name"""
    return sight.directory.units(sight.moment, asked["limit"], asked["after"])


@units.single("/units/<uuid:id>", Unit())
def read(sight: Sight, id: UUID) -> dict[str, Any] | None:
    """One unit"""
    return sight.directory.unit(sight.moment, id)
