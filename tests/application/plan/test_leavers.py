"""Next month's folder: one promotion, one new address, and somebody who leaves, by a column of its own."""

from datetime import date

import pytest

from application.plan.ids import Identities
from application.store import Store
from domain.person import Person
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


def test_a_leaver_departs_moves_and_has_not_left_after_all(
    importing: Import, plan: PlanFolder, leaver: dict[str, str], shared_store: Store, source: str
) -> None:
    importing(plan)
    leaver["departs_on"] = str(JULY)
    assert importing(plan).events == {"person.departed": 1}
    assert (gone(shared_store, source), importing(plan).unchanged) == ([JULY], True)

    leaver["departs_on"] = str(AUGUST)
    assert importing(plan).events == {"person.departed": 1, "person.departure_withdrawn": 1}
    assert (gone(shared_store, source), importing(plan).unchanged) == ([AUGUST], True)

    leaver["departs_on"] = ""
    assert importing(plan).events == {"person.departure_withdrawn": 1}
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
