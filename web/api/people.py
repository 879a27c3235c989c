"""People: they belong to a unit and may have a manager."""

from typing import Any
from uuid import UUID

from application.act import Act
from application.store import Answer
from projections.page import Page
from web.access.roles import ADMIN
from web.api.routes import SOME_ID, Routes
from web.freshness import Sight
from web.schemas.answers import Person
from web.schemas.people import PersonDefinition, PersonRenaming, PersonTransfer
from web.schemas.queries import AskedPeople
from web.wiring import UseCases

people = Routes("people", __name__, description="People: they belong to a unit and may have a manager.")


@people.command(
    "/people",
    PersonDefinition(),
    roles=ADMIN,
    creates="people",
    example={"name": "Ana Ruiz", "email": "ana@example.org", "job_title": "Analyst", "unit_id": SOME_ID},
)
def define(use: UseCases, act: Act, body: dict[str, Any]) -> Answer:
    """Define a person"""
    return use.people.define(act, **body)


@people.command(
    "/people/<uuid:id>/transfer",
    PersonTransfer(),
    roles=ADMIN,
    example={"unit_id": SOME_ID, "manager_id": None, "effective_on": "2026-03-01"},
)
def transfer(use: UseCases, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Transfer a person to a unit and a manager"""
    return use.people.transfer(act, id, **body)


@people.command("/people/<uuid:id>/renaming", PersonRenaming(), roles=ADMIN, example={"name": "Ana Ruiz Gil"})
def rename(use: UseCases, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Rename a person"""
    return use.people.rename(act, id, **body)


@people.command("/people/<uuid:id>/departure", roles=ADMIN, example={"effective_on": "2026-03-31"})
def depart(use: UseCases, act: Act, id: UUID) -> Answer:
    """Record that a person leaves"""
    return use.people.depart(act, id)


@people.listing("/people", AskedPeople(), Person())
def list_all(sight: Sight, asked: dict[str, Any]) -> Page:
    """People by name, all or those of a unit and the units below it"""
    return sight.directory.people(sight.moment, asked["unit"], asked["limit"], asked["after"])


@people.single("/people/<uuid:id>", Person())
def read(sight: Sight, id: UUID) -> dict[str, Any] | None:
    """One person"""
    return sight.directory.person(sight.moment, id)
