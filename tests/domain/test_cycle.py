"""A cycle's life: preparation, active, closed, reopened."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from domain.cycle import STEPS, Cycle, Status
from domain.period import Period
from domain.refusals import CycleSealed, ForbiddenTransition, InvalidValue, OutOfTime, ReasonRequired
from domain.sealing import Seal
from tests.domain.case import TODAY, by, given, id_of, recorded, refused

FIRST = date(2026, 1, 1)
BY = by(FIRST, "so decided")
SEAL = Seal("5ea1" * 16, "sha256", objectives=3, reviews=2, position=40)
ACTIONS: dict[str, Callable[[Cycle], None]] = {
    "activate": lambda c: c.activate(by=BY),
    "close": lambda c: c.close(by=BY, seal=SEAL),
    "reopen": lambda c: c.reopen(by=BY),
}
WAYS: dict[str, list[Callable[[Cycle], None]]] = {
    "preparation": [],
    "active": [ACTIONS["activate"]],
    "closed": [ACTIONS["activate"], ACTIONS["close"]],
}
# action -> status -> the event recorded, or None where the effect holds already; what is missing is refused.
ANSWERS: dict[str, dict[str, str | None]] = {
    "activate": {"preparation": "cycle.activated", "active": None},
    "close": {"active": "cycle.closed"},
    "reopen": {"closed": "cycle.reopened"},
}


def cycle(**fields: Any) -> Cycle:
    known: dict[str, Any] = {"by": by(FIRST), "id": id_of("2026"), "name": "2026"}
    return given(Cycle.define(**known | {"starts_on": FIRST, "ends_on": date(2026, 12, 31)} | fields))


def cadence(subject: Cycle) -> Any:
    return subject.facts["cadence_days"].at(FIRST)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", STEPS)
def test_every_action_in_every_status_is_recorded_or_refused_naming_the_status(
    action: str, status: str
) -> None:
    subject = given(cycle(), *WAYS[status])
    if status in ANSWERS[action]:
        ACTIONS[action](subject)
        topic = ANSWERS[action][status]
        assert recorded(subject) == ([topic] if topic else [])
        return
    if status == "closed":
        with refused(subject, CycleSealed) as sealed:
            ACTIONS[action](subject)
        assert sealed.value.members == {"cycle_id": str(subject.id)}
        assert "closed" in sealed.value.detail
        return
    with refused(subject, ForbiddenTransition) as refusal:
        ACTIONS[action](subject)
    allowed = [name for name, answers in ANSWERS.items() if answers.get(status)]
    assert refusal.value.members == {"status": status, "allowed": allowed}


def test_the_matrix_leaves_out_no_action() -> None:
    assert set(ACTIONS) == set(ANSWERS) == set(STEPS)


def test_closing_records_the_seal_and_closing_again_another() -> None:
    subject = given(cycle(), *WAYS["closed"])
    assert (subject.seal, subject.sealed) == (SEAL, True)

    given(subject, ACTIONS["reopen"])
    assert (subject.seal, subject.sealed) == (SEAL, False)

    again = Seal("0" * 64, "sha256", objectives=3, reviews=2, position=60)
    subject.close(by=BY, seal=again)
    assert subject.seal == again
    assert vars(subject.pending_events[0])["seal"] == again.payload()


def test_a_closing_from_before_there_were_seals_is_read_as_unsealed() -> None:
    payload: dict[str, Any] = {}
    Cycle.Closed.upcast_v1_v2(payload)
    assert payload == {"seal": None}


def test_reopening_needs_a_reason_and_repeating_it_records_nothing() -> None:
    subject = given(cycle(), *WAYS["closed"])
    with refused(subject, ReasonRequired):
        subject.reopen(by=by())
    given(subject, lambda c: c.reopen(by=by(reason="a figure was wrong")))
    subject.reopen(by=by())
    assert recorded(subject) == []
    assert subject.status == "active"


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), TODAY + timedelta(days=1)])
def test_a_step_is_neither_before_the_one_before_it_nor_ahead(day: date) -> None:
    subject = cycle()
    with refused(subject, OutOfTime):
        subject.activate(by=by(day))


def test_a_cycle_says_its_period_and_the_rules_of_its_reviews() -> None:
    scale = {"lowest": 1, "highest": 3, "labels": ["below", "at", "above"]}
    subject = cycle(cadence_days=14, appeal_days=5, rating_scale=scale)
    assert subject.period == Period(FIRST, date(2026, 12, 31))
    assert (cadence(subject), subject.appeal_days, subject.rating_scale) == (14, 5, scale)
    assert (cadence(cycle()), cycle().appeal_days, cycle().rating_scale["highest"]) == (30, 10, 5)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"ends_on": date(2025, 12, 31)}, "/ends_on"),
        ({"cadence_days": 0}, "/cadence_days"),
        ({"appeal_days": -1}, "/appeal_days"),
        ({"rating_scale": {"lowest": 3, "highest": 3}}, "/rating_scale/highest"),
        ({"rating_scale": {"lowest": 1, "highest": 2, "labels": ["one"]}}, "/rating_scale/labels"),
        ({"rating_scale": {"lowest": 1, "highest": 2, "labels": "ab"}}, "/rating_scale/labels"),
    ],
)
def test_a_cycle_with_a_bad_field_is_refused_naming_it(fields: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        cycle(**fields)
    assert refusal.value.errors[0].pointer == pointer


@pytest.mark.parametrize("action", ["activate", "reopen"])
def test_a_step_given_again_otherwise_is_refused_with_what_is_recorded(action: str) -> None:
    before = {"activate": "preparation", "reopen": "closed"}[action]
    why = "a figure was wrong"
    subject = given(cycle(), *WAYS[before], lambda c: getattr(c, action)(by=by(TODAY, why)))
    getattr(subject, action)(by=by(TODAY, why))
    assert recorded(subject) == []
    for again in (by(TODAY - timedelta(days=1), why), by(TODAY, "another reason")):
        with refused(subject, ForbiddenTransition) as refusal:
            getattr(subject, action)(by=again)
        assert refusal.value.members["recorded"] == {"effective_on": str(TODAY), "reason": why}


def test_what_a_cycle_says_is_corrected_from_a_day_on_and_late_facts_displace_nothing() -> None:
    subject = cycle()
    subject.revise(by=by(date(2026, 5, 1)), name="FY 2026", cadence_days=7)
    subject.revise(by=by(date(2026, 3, 1)), cadence_days=14)
    assert recorded(subject) == ["cycle.revised", "cycle.revised"]
    days = [FIRST, date(2026, 3, 1), date(2026, 5, 1)]
    assert [subject.facts["cadence_days"].at(day) for day in days] == [30, 14, 7]
    assert [subject.facts["name"].at(day) for day in days] == ["2026", "2026", "FY 2026"]
    assert vars(subject.pending_events[0])["before"] == {"name": "2026", "cadence_days": 30}


def test_the_days_of_a_cycle_are_corrected_together_and_stay_in_order() -> None:
    subject = given(cycle(), lambda c: c.revise(by=by(FIRST), ends_on=date(2027, 3, 31)))
    assert subject.period == Period(FIRST, date(2027, 3, 31))
    with refused(subject, InvalidValue) as refusal:
        subject.revise(by=by(), starts_on=date(2027, 4, 1))
    assert refusal.value.errors[0].pointer == "/ends_on"
    subject.revise(by=by(), starts_on=FIRST, ends_on=date(2027, 3, 31))
    assert recorded(subject) == []


def test_a_sealed_cycle_is_not_corrected_until_it_is_reopened() -> None:
    subject = given(cycle(), *WAYS["closed"])
    with refused(subject, CycleSealed):
        subject.revise(by=by(), name="FY 2026")
    given(subject, ACTIONS["reopen"])
    subject.revise(by=by(), name="FY 2026")
    assert recorded(subject) == ["cycle.revised"]


@pytest.mark.parametrize(
    ("field", "value"), [("name", " "), ("cadence_days", 0), ("appeal_days", 367), ("cadence_days", True)]
)
def test_a_bad_correction_names_the_field(field: str, value: object) -> None:
    subject = cycle()
    with refused(subject, InvalidValue) as refusal:
        subject.revise(by=by(), **{field: value})  # type: ignore[arg-type]
    assert refusal.value.errors[0].pointer == f"/{field}"
