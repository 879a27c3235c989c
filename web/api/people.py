"""People: they belong to a unit and may have a manager."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from application.people import People
from domain.presence import ACTIVE
from domain.refusals import Forbidden
from projections.directory.queries import DirectoryFilters
from projections.duplicates import duplicates
from projections.page import Page
from projections.reviews.queries.left_behind import left_behind
from projections.reviews.queries.obligations import obligations as found
from web.access.table import row_of
from web.api import records
from web.api.external_ids import correctable
from web.api.histories import of_thing
from web.api.me import paths_of_commands
from web.api.routes import SOME_ID, Routes
from web.freshness import ReadSnapshot
from web.schemas.answers import Duplicate, LeftWith, PersonAnswer
from web.schemas.directory import (
    PersonDefinition,
    PersonDeparture,
    PersonRenaming,
    PersonReturn,
    PersonRevision,
    PersonTransfer,
)
from web.schemas.history_answers import AskedHistory, DirectoryHistory, ToldChange
from web.schemas.obligations import AskedObligations, Obligation
from web.schemas.queries import AskedList, AskedPeople, filters_of
from web.schemas.record_answers import AskedRecord, RecordRow

people = Routes(
    "people", __name__, of=People, description="People: they belong to a unit and may have a manager."
)

people.use_case(
    "/people",
    People.define,
    "Define a person",
    PersonDefinition(),
    creates="people",
    example={"name": "Ana Ruiz", "email": "ana@example.org", "job_title": "Analyst", "unit_id": SOME_ID},
)

correctable(people)

people.use_case(
    "/people/<uuid:id>/transfer",
    People.transfer,
    "Transfer a person to a unit and a manager",
    PersonTransfer(),
    example={"unit_id": SOME_ID, "manager_id": None, "effective_on": "2026-03-01"},
)

people.use_case(
    "/people/<uuid:id>/renaming",
    People.rename,
    "Rename a person",
    PersonRenaming(),
    example={"name": "Ana Ruiz Gil"},
)

people.use_case(
    "/people/<uuid:id>/revision",
    People.revise,
    "Change the address or the job title of a person",
    PersonRevision(),
    example={"job_title": "Lead analyst", "effective_on": "2026-06-01"},
)

people.use_case(
    "/people/<uuid:id>/departure",
    People.depart,
    "Record that a person leaves",
    PersonDeparture(),
    example={"effective_on": "2026-03-31", "hand_over_to": SOME_ID, "reason": "a new position elsewhere"},
)

people.use_case(
    "/people/<uuid:id>/departure/withdrawal",
    People.withdraw_departure,
    "Take back a departure recorded by mistake",
    example={"reason": "somebody else of that name left"},
)

people.use_case(
    "/people/<uuid:id>/return",
    People.return_,
    "Record that a person comes back",
    PersonReturn(),
    example={"effective_on": "2026-09-01", "reason": "parental leave is over"},
)


@people.listing("/people", AskedPeople(), PersonAnswer(), personal=True)
def list_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """People by name, or as `sort` says; `unit` includes the units below it"""
    filters = replace(filters_of(DirectoryFilters, asked), emails_of=snapshot.sight.emails_of)
    if asked["without_objective"] is not None:
        owners = snapshot.alignment.with_live_objective(snapshot.moment)
        if asked["without_objective"]:
            filters = replace(filters, without=owners, status=filters.status or [ACTIVE])
        else:
            filters = replace(filters, among=owners)
    return snapshot.directory.people(
        snapshot.moment, asked["limit"], asked["after"], filters, asked["sort"] or ()
    )


@people.single("/people/<uuid:id>", PersonAnswer(), personal=True)
def read(snapshot: ReadSnapshot, id: UUID) -> dict[str, Any] | None:
    """One person"""
    return snapshot.directory.person(snapshot.moment, id, snapshot.sight.emails_of)


@people.listing("/people/<uuid:id>/history", AskedHistory(), ToldChange(), DirectoryHistory(), personal=True)
def history(snapshot: ReadSnapshot, asked: dict[str, Any], id: UUID) -> Page | None:
    """Every change of a person with before and after, and two states compared"""
    return of_thing(snapshot, "person", asked, id)


@people.listing("/people/<uuid:id>/record", AskedRecord(), RecordRow(), personal=True, tagged=False)
def record(snapshot: ReadSnapshot, asked: dict[str, Any], id: UUID) -> Page | None:
    """All that is stored about a person, as far as it is for the caller, and who asked for it"""
    if snapshot.directory.person(snapshot.moment, id) is None:
        return None
    if not snapshot.sight.reads_record(id):
        raise Forbidden(f"this is not yours to read; {row_of('people.record').who} may")
    return records.page(snapshot, id, asked["part"], asked["limit"], asked["after"])


@people.listing("/people/<uuid:id>/obligations", AskedObligations(), Obligation(), personal=True)
def obligations(snapshot: ReadSnapshot, asked: dict[str, Any], id: UUID) -> Page | None:
    """List what a person is to do, by the day on which it is due, each with the operation that ends it"""
    if snapshot.directory.person(snapshot.moment, id) is None:
        return None
    sight = snapshot.sight
    if not sight.reads_obligations(id):
        raise Forbidden(f"this is not yours to read; {row_of('people.obligations').who} may")
    sight.show_reviews()
    page = found(
        *(snapshot.connection, snapshot.moment, sight.whose(id)),
        *(asked["ahead"], asked["limit"], asked["after"]),
    )
    paths, today = paths_of_commands(), snapshot.moment.as_of.isoformat()
    items = [
        {
            "kind": each["kind"],
            "subject": {name: each[name] for name in ("type", "id", "title")},
            "since": each["since"],
            "due_on": each["due_on"],
            "overdue": each["due_on"] is not None and each["due_on"] < today,
            "reason": each["reason"],
            "operation": each["operation"],
            "path": paths[each["operation"]].replace("{id}", each["id"]),
        }
        for each in page.items
    ]
    return Page(items, page.next)


@people.listing("/duplicates", AskedList(), Duplicate(), personal=True)
def duplicates_of_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """People and things that have the address or the external id of another one, which is refused by now"""
    return duplicates(snapshot.connection, snapshot.moment, asked["limit"], asked["after"])


@people.listing("/left-behind", AskedList(), LeftWith(), personal=True)
def left_behind_of_all(snapshot: ReadSnapshot, asked: dict[str, Any]) -> Page:
    """People and things that are still with somebody who has left or a unit that is dissolved, by that one"""
    page = left_behind(snapshot.connection, snapshot.moment, asked["limit"], asked["after"])
    for each in page.items:
        if each["id"] in snapshot.alignment.hidden:
            each["name"] = None
    return page
