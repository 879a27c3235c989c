"""Feedback on an objective: given any time, withdrawn with a reason."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.objective.values import Feedback
from domain.refusals import AlreadyExists, InvalidValue, NotFound, OutOfTime, ReasonRequired
from tests.domain.case import TODAY, by, given, id_of, recorded, refused
from tests.domain.stories import FIRST, REMARK, draft, give_feedback, objective_in

MARCH = date(2026, 3, 1)


def test_feedback_says_who_gave_it_when_and_to_whom_it_is_open() -> None:
    objective = draft()
    give_feedback(objective, by=by(MARCH), kind="concern", text=" Too slow\n", visibility="private")
    assert recorded(objective) == ["objective.feedback_given"]
    assert objective.feedback == {REMARK: Feedback(MARCH, "person:ana", "concern", "Too slow", "private")}


def test_feedback_is_no_amendment_and_needs_no_reason() -> None:
    objective = objective_in("active")
    give_feedback(objective, feedback_id=id_of("more"))
    assert not objective.amended


def test_the_same_feedback_again_records_nothing_and_other_feedback_under_its_id_is_refused() -> None:
    objective = given(draft(), give_feedback)
    give_feedback(objective)
    assert recorded(objective) == []
    with refused(objective, AlreadyExists):
        give_feedback(objective, kind="concern")


def test_withdrawing_needs_a_reason_and_repeating_it_records_nothing() -> None:
    objective = given(draft(), give_feedback)
    with refused(objective, ReasonRequired):
        objective.withdraw_feedback(by=by(), feedback_id=REMARK)
    given(objective, lambda o: o.withdraw_feedback(by=by(reason="not mine to say"), feedback_id=REMARK))
    objective.withdraw_feedback(by=by(), feedback_id=REMARK)
    assert recorded(objective) == []
    assert objective.feedback[REMARK].withdrawn_on == TODAY


def test_feedback_that_was_withdrawn_does_not_come_back_under_its_id() -> None:
    objective = given(draft(), give_feedback)
    given(objective, lambda o: o.withdraw_feedback(by=by(reason="not mine to say"), feedback_id=REMARK))
    with refused(objective, AlreadyExists):
        give_feedback(objective)


def test_what_was_never_given_cannot_be_withdrawn() -> None:
    objective = draft()
    with refused(objective, NotFound):
        objective.withdraw_feedback(by=by(reason="wrong"), feedback_id=REMARK)


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), TODAY + timedelta(days=1)])
def test_feedback_is_neither_before_the_objective_nor_ahead(day: date) -> None:
    objective = draft()
    with refused(objective, OutOfTime):
        give_feedback(objective, by=by(day))


def test_feedback_is_not_withdrawn_before_it_was_given() -> None:
    objective = given(draft(), lambda o: give_feedback(o, by=by(MARCH)))
    with refused(objective, OutOfTime):
        objective.withdraw_feedback(by=by(FIRST, "wrong"), feedback_id=REMARK)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"kind": "gossip"}, "/kind"),
        ({"visibility": "secret"}, "/visibility"),
        ({"text": "  "}, "/text"),
        ({"text": "x" * 100_000}, "/text"),
        ({"text": "a\ud800b"}, "/text"),
        ({"text": "a\x07b"}, "/text"),
    ],
)
def test_feedback_with_a_bad_field_is_refused_naming_it(fields: dict[str, Any], pointer: str) -> None:
    objective = draft()
    with refused(objective, InvalidValue) as refusal:
        give_feedback(objective, **fields)
    assert refusal.value.errors[0].pointer == pointer
