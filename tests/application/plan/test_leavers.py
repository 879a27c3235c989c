"""Next month's folder: one promotion, one new address, and somebody who leaves, by a column of its own."""

from datetime import date
from uuid import uuid4

import pytest

from application.act import Act
from application.people import People
from application.plan.ids import Identities
from application.store import Command, Store
from domain.person import Person
from domain.unit import Unit
from tests.application.plan.conftest import Complaints, Import
from tests.plan_folders import PlanFolder

JULY, AUGUST = date(2025, 7, 1), date(2025, 8, 1)


@pytest.fixture
def leaver(plan: PlanFolder) -> dict[str, str]:
    """Eve manages nobody, owns nothing and reviews nobody."""
    return plan.row("people.csv", person_id="eve")


def gone(store: Store, source: str) -> list[date]:
    person = store.load(Person, Identities(source).person("eve"))
    return [window.start for window in person.days_gone()]


def test_a_leaver_departs_and_moves_and_does_not_come_back_by_an_empty_cell(
    importing: Import,
    complaints: Complaints,
    plan: PlanFolder,
    leaver: dict[str, str],
    shared_store: Store,
    source: str,
) -> None:
    importing(plan)
    leaver["departs_on"] = str(JULY)
    assert importing(plan).events == {"person.departed": 1}
    assert (gone(shared_store, source), importing(plan).unchanged) == ([JULY], True)

    leaver["departs_on"] = str(AUGUST)
    assert importing(plan).events == {"person.departed": 1, "person.departure_withdrawn": 1}
    assert (gone(shared_store, source), importing(plan).unchanged) == ([AUGUST], True)

    leaver["departs_on"] = ""
    (wrong,) = complaints(plan)
    assert (wrong.file, wrong.line, wrong.column) == ("people.csv", 4, "departs_on")
    assert wrong.detail.startswith("is empty, but was 2025-08-01: that is taken back by its own command")
    assert gone(shared_store, source) == [AUGUST]

    command, eve = Command(uuid4(), b"", remember=False), Identities(source).person("eve")
    People(shared_store).withdraw_departure(Act("person:ana", command, reason="a slip"), eve)
    assert (gone(shared_store, source), importing(plan).unchanged) == ([], True)


def test_a_folder_without_the_column_says_nothing_of_departures(
    importing: Import, plan: PlanFolder, leaver: dict[str, str], shared_store: Store, source: str
) -> None:
    leaver["departs_on"] = str(JULY)
    importing(plan)
    del leaver["departs_on"]
    leaver["job_title"] = "Clerk"
    leaver["effective_on"] = "2025-03-01"
    assert importing(plan).events == {"person.revised": 1}
    assert gone(shared_store, source) == [JULY]


def test_a_leaver_on_whom_something_hangs_is_named_until_the_folder_hands_it_over(
    importing: Import, complaints: Complaints, plan: PlanFolder
) -> None:
    importing(plan)
    ana = plan.row("people.csv", person_id="ana")
    ana["departs_on"] = "2025-07-01"
    (wrong,) = complaints(plan)
    assert (wrong.file, wrong.line, wrong.column) == ("people.csv", 2, "departs_on")
    assert "would be left behind" in wrong.detail


def test_who_leaves_with_those_who_report_to_them_and_their_unit_leaves_nobody_behind(
    importing: Import, complaints: Complaints, plan: PlanFolder, shared_store: Store, source: str
) -> None:
    """In whatever order the rows stand."""
    plan.add("units.csv", "YARD", "Yard", "department", "ORG", "2025-01-01")
    plan.add("units.csv", "DOCK", "Dock", "team", "YARD", "2025-01-01")
    plan.add("people.csv", "kim", "Kim", "", "", "YARD", "", "2025-01-01")
    plan.add("people.csv", "lou", "Lou", "", "", "DOCK", "kim", "2025-01-01")
    importing(plan)
    for id in ("YARD", "DOCK"):
        plan.row("units.csv", unit_id=id)["dissolves_on"] = str(JULY)
    plan.row("people.csv", person_id="kim")["departs_on"] = str(JULY)
    (kim, *units) = complaints(plan)
    assert (kim.file, kim.column) == ("people.csv", "departs_on")
    assert {(each.file, each.column) for each in units} == {("units.csv", "dissolves_on")}
    plan.row("people.csv", person_id="lou")["departs_on"] = str(JULY)
    dry = importing(plan, dry_run=True)
    assert {row.id for row in dry.outcomes if row.outcome == "change"} == {"YARD", "DOCK", "kim", "lou"}
    assert importing(plan).events == {"person.departed": 2, "unit.dissolved": 2}
    dock = shared_store.load(Unit, Identities(source).unit("DOCK"))
    assert ([days.start for days in dock.days_gone()], importing(plan).unchanged) == ([JULY], True)
    plan.row("units.csv", unit_id="DOCK")["dissolves_on"] = ""
    (dissolved,) = complaints(plan)
    assert (dissolved.file, dissolved.column) == ("units.csv", "dissolves_on")
