"""Readings and their corrections."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.objective import Objective
from domain.refusals import (
    AlreadyExists,
    ForbiddenTransition,
    InvalidValue,
    NotFound,
    OutOfTime,
    ReasonRequired,
    UnknownReference,
)
from tests.domain.case import TODAY, by, given, id_of, recorded, refused
from tests.domain.stories import CHECK, FIRST, KEY, STANDING, add_key_result, objective_in, smart

APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def read(objective: Objective, value: str | None, on: date = MAY, id: UUID = CHECK, **more: Any) -> None:
    readings = {} if value is None else {KEY: Decimal(value)}
    objective.check_in(by=by(on), check_in_id=id, on=on, readings=readings, **more)


def correct(objective: Objective, value: str | None, reason: str | None = "misread", **more: Any) -> None:
    readings = {KEY: None if value is None else Decimal(value)}
    objective.correct_check_in(by=by(reason=reason), check_in_id=CHECK, readings=readings, **more)


def test_a_check_in_is_effective_on_the_day_of_the_reading() -> None:
    objective = objective_in("active")
    objective.check_in(by=by(MAY), check_in_id=CHECK, on=MAY, readings={KEY: Decimal("42.50")}, confidence=8)
    event = objective.pending_events[0]
    assert isinstance(event, Objective.CheckedIn)
    assert event.effective_on == "2026-05-01"
    assert event.readings == [{"key_result_id": str(KEY), "value": "42.5"}]


def test_the_reading_of_a_day_is_the_last_by_day_then_by_recording() -> None:
    objective = given(
        objective_in("active"),
        lambda o: read(o, "30"),
        lambda o: read(o, "10", APRIL, id_of("late")),
        lambda o: read(o, "31", MAY, id_of("same day")),
    )
    assert objective.check_ins.readings_on(APRIL) == {KEY: 10}
    assert objective.check_ins.readings_on(MAY) == {KEY: 31}
    assert objective.check_ins.readings_on(FIRST) == {}


def test_a_corrected_reading_keeps_its_place() -> None:
    objective = given(
        objective_in("active"),
        lambda o: read(o, "30", note="by hand", confidence=5),
        lambda o: read(o, "50", TODAY, id_of("later")),
    )
    correct(objective, "35")
    assert objective.check_ins.readings_on(MAY) == {KEY: 35}
    assert objective.check_ins.readings_on(TODAY) == {KEY: 50}
    event = objective.pending_events[0]
    assert isinstance(event, Objective.CheckInCorrected)
    assert (event.effective_on, event.confidence, event.note) == ("2026-05-01", None, None)
    assert event.before == {
        "readings": [{"key_result_id": str(KEY), "value": "30"}],
        "confidence": 5,
        "note": "by hand",
    }


def test_a_withdrawn_reading_gives_way_to_the_one_before_it() -> None:
    objective = given(
        objective_in("active"), lambda o: read(o, "20", APRIL, id_of("earlier")), lambda o: read(o, "30")
    )
    correct(objective, None)
    assert objective.check_ins.readings_on(MAY) == {KEY: 20}


def test_a_correction_may_change_confidence_and_note_alone() -> None:
    objective = given(objective_in("active"), lambda o: read(o, "30", confidence=5, note="by hand"))
    objective.correct_check_in(by=by(reason="typo"), check_in_id=CHECK, readings={}, confidence=6)
    check_in = objective.check_ins.all[CHECK]
    assert (check_in.readings, check_in.confidence, check_in.note) == ({KEY: Decimal(30)}, 6, "by hand")


def test_a_correction_is_possible_after_closing() -> None:
    objective = given(
        objective_in("active"), lambda o: read(o, "30"), lambda o: o.close(by=by(), outcome="achieved")
    )
    correct(objective, "31")
    assert recorded(objective) == ["objective.check_in_corrected"]


def test_a_correction_needs_a_reason_unless_it_corrects_nothing() -> None:
    objective = given(objective_in("active"), lambda o: read(o, "30"))
    correct(objective, "30.0", reason=None)
    with refused(objective, ReasonRequired):
        correct(objective, "31", reason=None)


def test_a_correction_reads_only_what_the_check_in_read() -> None:
    objective = given(
        objective_in("active"),
        lambda o: add_key_result(o, key_result_id=id_of("another")),
        lambda o: read(o, "30"),
    )
    with refused(objective, UnknownReference) as refusal:
        objective.correct_check_in(
            by=by(reason="r"), check_in_id=CHECK, readings={id_of("another"): Decimal(1)}
        )
    assert refusal.value.errors[0].pointer == "/readings/0/key_result_id"
    with refused(objective, NotFound):
        objective.correct_check_in(by=by(reason="r"), check_in_id=id_of("none"), readings={})


def test_a_reading_is_never_ahead_and_not_before_the_objective() -> None:
    objective = objective_in("active")
    for day in (TODAY + timedelta(days=1), FIRST - timedelta(days=1)):
        with refused(objective, OutOfTime) as refusal:
            read(objective, "1", day)
        assert refusal.value.errors[0].pointer == "/on"


def test_readings_belong_to_days_on_which_it_was_approved_or_active() -> None:
    objective = given(
        smart(),
        lambda o: o.submit(by=by(APRIL), waivers=[], standing=STANDING),
        lambda o: o.approve(by=by(MAY)),
    )
    with refused(objective, ForbiddenTransition) as refusal:
        read(objective, "1", APRIL)
    assert refusal.value.members["status"] == "submitted"
    read(objective, "1", MAY)


def test_an_unknown_key_result_is_refused_by_its_place() -> None:
    objective = objective_in("active")
    with refused(objective, UnknownReference) as refusal:
        objective.check_in(
            by=by(), check_in_id=CHECK, on=TODAY, readings={KEY: Decimal(1), id_of("x"): Decimal(2)}
        )
    assert refusal.value.errors[0].pointer == "/readings/1/key_result_id"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e400", "1e-29"])
def test_an_absurd_value_is_refused_by_its_place(value: str) -> None:
    objective = objective_in("active")
    with refused(objective, InvalidValue) as refusal:
        read(objective, value)
    assert refusal.value.errors[0].pointer == "/readings/0/value"


def test_a_check_in_says_something() -> None:
    objective = objective_in("active")
    with refused(objective, InvalidValue):
        read(objective, None)
    read(objective, None, note="still on it")


def test_the_same_check_in_again_records_nothing_and_another_under_its_id_is_refused() -> None:
    objective = given(objective_in("active"), lambda o: read(o, "30"))
    read(objective, "30.00")
    with refused(objective, AlreadyExists):
        read(objective, "31")


def test_a_check_in_that_is_withdrawn_says_nothing_any_more() -> None:
    objective = given(
        objective_in("active"),
        lambda o: read(o, "10", APRIL, id_of("earlier")),
        lambda o: read(o, "30", note="by hand", confidence=5),
    )
    with refused(objective, ReasonRequired):
        objective.withdraw_check_in(by(), CHECK)
    with refused(objective, OutOfTime):
        objective.withdraw_check_in(by(APRIL, "a slip"), CHECK)
    with refused(objective, NotFound):
        objective.withdraw_check_in(by(reason="a slip"), id_of("none"))
    objective.withdraw_check_in(by(reason="a slip"), CHECK)
    (event,) = objective.collect_events()
    assert isinstance(event, Objective.CheckInWithdrawn)
    reading = {"key_result_id": str(KEY), "value": "30"}
    assert (event.effective_on, event.readings) == (str(MAY), [{**reading, "value": None}])
    assert event.before == {"readings": [reading], "confidence": 5, "note": "by hand"}
    assert objective.check_ins.readings_on(TODAY) == {KEY: 10}

    objective.withdraw_check_in(by(), CHECK)
    assert recorded(objective) == []
    with refused(objective, NotFound):
        correct(objective, "31")
    with refused(objective, AlreadyExists):
        read(objective, "30")
