"""Who leads a unit, by a column of its own that may be left out."""

from datetime import date
from uuid import UUID

import pytest

from application.plan.ids import Identities
from application.store import Store
from domain.unit import Unit
from tests.application.plan.conftest import TODAY, Complaints, Import
from tests.plan_folders import PlanFolder

FIRST, MARCH = date(2025, 1, 1), date(2025, 3, 1)


@pytest.fixture
def cranes(plan: PlanFolder) -> dict[str, str]:
    return plan.row("units.csv", unit_id="CRANES")


def led(store: Store, source: str) -> list[tuple[UUID | None, date]]:
    """By whom, from when on."""
    spans = store.load(Unit, Identities(source).unit("CRANES")).lead_person_id.spans()
    return [(span.value, span.start) for span in spans]


def test_a_new_unit_is_led_from_its_first_day_by_somebody_of_the_same_folder(
    importing: Import, plan: PlanFolder, cranes: dict[str, str], shared_store: Store, source: str
) -> None:
    cranes["lead_person_id"] = "ben"
    assert importing(plan).events["unit.lead_named"] == 1
    assert led(shared_store, source) == [(Identities(source).person("ben"), FIRST)]
    assert importing(plan).unchanged


def test_a_new_unit_is_led_when_its_lead_has_come(
    importing: Import, plan: PlanFolder, cranes: dict[str, str], shared_store: Store, source: str
) -> None:
    cranes["lead_person_id"] = "zoe"
    plan.add("people.csv", "zoe", "Zoe Adams", "", "", "CRANES", "", str(MARCH))
    importing(plan)
    assert led(shared_store, source)[-1] == (Identities(source).person("zoe"), MARCH)
    assert importing(plan).unchanged


def test_another_lead_leads_from_today_or_the_date_of_the_row_and_an_empty_cell_takes_it_back(
    importing: Import, plan: PlanFolder, cranes: dict[str, str], shared_store: Store, source: str
) -> None:
    ids = Identities(source)
    cranes["lead_person_id"] = "ben"
    importing(plan)
    cranes.update(lead_person_id="ana", effective_on=str(MARCH))
    assert importing(plan).events == {"unit.lead_named": 1}
    cranes["lead_person_id"] = ""
    assert importing(plan).events == {"unit.lead_named": 1}
    assert led(shared_store, source) == [
        (ids.person("ben"), FIRST), (ids.person("ana"), MARCH), (None, TODAY)
    ]  # fmt: skip
    assert importing(plan).unchanged


def test_a_folder_without_the_column_says_nothing_of_leads(
    importing: Import, plan: PlanFolder, cranes: dict[str, str], shared_store: Store, source: str
) -> None:
    cranes["lead_person_id"] = "ben"
    importing(plan)
    before = led(shared_store, source)
    del cranes["lead_person_id"]
    cranes["name"] = "Cranes and Hoists"
    assert importing(plan).events == {"unit.renamed": 1}
    assert led(shared_store, source) == before


def test_a_lead_who_is_not_there_on_the_day_is_a_bad_cell(
    importing: Import, complaints: Complaints, plan: PlanFolder, cranes: dict[str, str]
) -> None:
    importing(plan)
    plan.add("people.csv", "zoe", "Zoe Adams", "", "", "CRANES", "", "2026-03-01")
    cranes.update(lead_person_id="zoe", effective_on=str(MARCH))
    (wrong,) = complaints(plan)
    assert (wrong.file, wrong.line, wrong.column) == (
        "units.csv", plan.line("units.csv", cranes), "lead_person_id"
    )  # fmt: skip
    assert wrong.detail == "is not there on 2025-03-01, but from 2026-03-01 on"


def test_who_leads_a_unit_does_not_leave_before_the_folder_names_another_lead(
    importing: Import, complaints: Complaints, plan: PlanFolder, cranes: dict[str, str]
) -> None:
    cranes["lead_person_id"] = "eve"
    importing(plan)
    plan.row("people.csv", person_id="eve")["departs_on"] = str(TODAY)
    (wrong,) = complaints(plan)
    assert (wrong.file, wrong.column) == ("people.csv", "departs_on")
    cranes["lead_person_id"] = "ben"
    assert importing(plan).events == {"person.departed": 1, "unit.lead_named": 1}
