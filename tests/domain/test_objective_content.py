"""Definition, revision, transfer, commitment; late and ahead facts; amendments."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.objective import Neighbour, Objective, Owner, Revision, Waiver
from domain.period import Period
from domain.refusals import InvalidValue, NotSmart, OutOfTime, PeriodsDoNotOverlap, ReasonRequired
from domain.timeline import Span
from domain.window import Window
from tests.domain.case import TODAY, by, given, id_of, recorded, refused
from tests.domain.stories import (
    ANA,
    FIRST,
    KEY,
    SALES,
    STANDING,
    YEAR,
    add_key_result,
    align,
    draft,
    objective_in,
    parent,
    smart,
)

MARCH, MAY, NEXT_YEAR = date(2026, 3, 1), date(2026, 5, 1), date(2027, 6, 15)
AMENDING: dict[str, Callable[[Objective, str | None], None]] = {
    "revise": lambda o, why: o.revise(by=by(reason=why), revision=Revision(title="Other"), cycle=YEAR),
    "transfer": lambda o, why: o.transfer(by=by(reason=why), owner=SALES),
    "add_key_result": lambda o, why: add_key_result(o, by=by(reason=why), key_result_id=id_of("another")),
    "revise_key_result": lambda o, why: o.revise_key_result(
        by=by(reason=why), key_result_id=KEY, title="Post"
    ),
    "change_target": lambda o, why: o.change_target(by=by(reason=why), key_result_id=KEY, target=Decimal(9)),
    "remove_key_result": lambda o, why: o.remove_key_result(by=by(reason=why), key_result_id=KEY),
    "align": lambda o, why: o.align(
        by=by(reason=why), parent=parent("another"), kind="supports", weight=Decimal(1), cycle=YEAR
    ),
    "change_weight": lambda o, why: o.change_alignment_weight(
        by=by(reason=why), parent_id=parent().id, weight=Decimal(3)
    ),
    "remove_alignment": lambda o, why: o.remove_alignment(by=by(reason=why), parent_id=parent().id),
}


def retitle(objective: Objective, title: str, on: date = TODAY, reason: str | None = "said so") -> None:
    objective.revise(by=by(on, reason), revision=Revision(title=title), cycle=YEAR)


@pytest.mark.parametrize("change", AMENDING)
@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_before_approval_a_change_needs_no_reason_and_is_no_amendment(status: str, change: str) -> None:
    objective = objective_in(status)
    AMENDING[change](objective, None)
    assert [vars(event)["amendment"] for event in objective.pending_events] == [False]
    assert not objective.amended


@pytest.mark.parametrize("change", AMENDING)
@pytest.mark.parametrize("status", ["approved", "active", "postponed"])
def test_after_approval_a_change_needs_a_reason_and_shows_until_approved_again(
    status: str, change: str
) -> None:
    objective = objective_in(status)
    with refused(objective, ReasonRequired) as refusal:
        AMENDING[change](objective, None)
    assert refusal.value.errors[0].pointer == "/reason"
    AMENDING[change](objective, "the board wants it")
    assert [vars(event)["amendment"] for event in objective.pending_events] == [True]
    amended_before = objective.amended
    objective.approve(by=by())
    assert (amended_before, objective.amended) == (True, False)
    assert objective.status == status


def test_approving_covers_amendments_that_are_effective_later() -> None:
    objective = given(objective_in("active"), lambda o: retitle(o, "From autumn", date(2026, 10, 1)))
    objective.approve(by=by())
    assert recorded(objective) == ["objective.approved"]
    assert not objective.amended


def test_a_change_that_changes_nothing_needs_no_reason_and_records_nothing() -> None:
    objective = objective_in("active")
    retitle(objective, " Answer within a day ", reason=None)
    objective.transfer(by=by(), owner=ANA)
    objective.commit(by=by(), confidence=7)
    objective.revise(by=by(), revision=Revision(), cycle=YEAR)
    assert recorded(objective) == []


def test_a_late_title_takes_its_place_and_does_not_displace_a_later_one() -> None:
    objective = given(draft(), lambda o: retitle(o, "from May", MAY))
    retitle(objective, "from March", MARCH)
    assert objective.title.at(FIRST) == "Answer within a day"
    assert objective.title.at(MARCH) == "from March"
    assert objective.title.at(MAY) == "from May"
    event = objective.pending_events[0]
    assert isinstance(event, Objective.Revised)
    assert event.before == {"title": "Answer within a day"}
    assert event.after == {"title": "from March"}


def test_a_title_ahead_waits_for_its_day() -> None:
    objective = draft()
    retitle(objective, "next year", NEXT_YEAR)
    assert objective.title.at(TODAY) == "Answer within a day"
    assert objective.title.at(NEXT_YEAR) == "next year"


@pytest.mark.parametrize("on", [FIRST - timedelta(days=1), NEXT_YEAR + timedelta(days=1)])
def test_a_fact_is_neither_before_the_first_day_nor_more_than_a_year_ahead(on: date) -> None:
    objective = draft()
    with refused(objective, OutOfTime) as refusal:
        retitle(objective, "too far", on)
    assert refusal.value.members == {"earliest": "2026-01-01", "latest": "2027-06-15"}


def test_only_what_differs_is_recorded() -> None:
    objective = draft()
    revision = Revision(title="Answer within a day", description=None, visibility="private")
    objective.revise(by=by(), revision=revision, cycle=YEAR)
    event = objective.pending_events[0]
    assert isinstance(event, Objective.Revised)
    assert event.after == {"description": None, "visibility": "private"}


def test_a_period_stays_in_order_on_every_later_date_too() -> None:
    objective = given(
        draft(), lambda o: o.revise(by=by(MAY), revision=Revision(ends_on=date(2026, 6, 30)), cycle=YEAR)
    )
    with refused(objective, InvalidValue) as refusal:
        objective.revise(by=by(MARCH), revision=Revision(starts_on=date(2026, 7, 1)), cycle=YEAR)
    assert refusal.value.errors[0].pointer == "/ends_on"


@pytest.mark.parametrize("revision", [Revision(ends_on=date(2027, 1, 1)), Revision(starts_on=None)])
def test_after_approval_the_period_stays_inside_the_cycle(revision: Revision) -> None:
    objective = objective_in("active")
    with refused(objective, NotSmart) as refusal:
        objective.revise(by=by(reason="longer"), revision=revision, cycle=YEAR)
    assert refusal.value.members["missing"] == ["T"]


def test_after_approval_the_period_may_leave_the_cycle_if_that_was_waived() -> None:
    objective = given(
        smart(),
        lambda o: o.submit(by=by(), waivers=[Waiver("T", "two years")], standing=STANDING),
        lambda o: o.approve(by=by()),
    )
    objective.revise(by=by(reason="longer"), revision=Revision(ends_on=date(2027, 12, 31)), cycle=YEAR)
    assert objective.period_on(TODAY) == Period(FIRST, date(2027, 12, 31))


def test_a_revised_period_still_overlaps_those_of_linked_objectives() -> None:
    spring = Period(FIRST, date(2026, 4, 30))
    linked = Neighbour(id_of("goal"), [Span(FIRST, None, spring)], Window(FIRST, None))
    objective = given(draft(), align)
    with refused(objective, PeriodsDoNotOverlap) as refusal:
        objective.revise(by=by(MARCH), revision=Revision(starts_on=MAY), cycle=YEAR, neighbours=[linked])
    assert refusal.value.members == {"from": "2026-03-01", "to": None}


def test_a_transfer_records_both_owners() -> None:
    objective = draft()
    objective.transfer(by=by(), owner=SALES)
    event = objective.pending_events[0]
    assert isinstance(event, Objective.Transferred)
    assert (event.owner_unit_id, event.owner_person_id) == (str(SALES.unit_id), None)
    assert (event.owner_unit_id_before, event.owner_person_id_before) == (None, str(ANA.person_id))


@pytest.mark.parametrize("owner", [{}, {"unit_id": id_of("a"), "person_id": id_of("b")}])
def test_an_owner_is_exactly_one_of_unit_and_person(owner: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        Owner(**owner)


@pytest.mark.parametrize("confidence", [-1, 11, 5.5, True, "5"])
def test_a_confidence_is_a_whole_number_from_nought_to_ten(confidence: Any) -> None:
    objective = draft()
    with refused(objective, InvalidValue) as refusal:
        objective.commit(by=by(), confidence=confidence)
    assert refusal.value.errors[0].pointer == "/confidence"


def test_nobody_commits_to_an_objective_without_an_owner_nor_ahead() -> None:
    objective = draft(owner=None)
    with refused(objective, InvalidValue):
        objective.commit(by=by(), confidence=5)
    with refused(owned := draft(), OutOfTime):
        owned.commit(by=by(TODAY + timedelta(days=1)), confidence=5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 501),
        ("title", "bell \x07"),
        ("title", "half \ud83d"),
        ("description", "x" * 20_001),
        ("level", "galactic"),
        ("visibility", "secret"),
        ("ends_on", date(2025, 12, 31)),
        ("external_id", "x" * 201),
    ],
)
def test_a_definition_with_a_bad_field_is_refused_naming_it(field: str, value: object) -> None:
    with pytest.raises(InvalidValue) as refusal:
        draft(**{field: value})
    assert refusal.value.errors[0].pointer == f"/{field}"


def test_titles_keep_the_dirt_of_their_source() -> None:
    title = "Line one\r\nline two\tof the customer\u2019s \ufffd plan"
    assert draft(title=f"  {title} ").title.at(FIRST) == title
