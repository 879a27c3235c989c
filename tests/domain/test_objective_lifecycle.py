"""The state machine, exhaustively: every command in every status."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from domain.objective import Objective, Owner, Revision, Waiver
from domain.objective.lifecycle import CHANGES, STEPS, Status
from domain.refusals import ForbiddenTransition, InvalidValue, NotFound, NotSmart, OutOfTime, ReasonRequired
from tests.domain.case import TODAY, by, given, id_of, recorded, refused
from tests.domain.stories import (
    CHECK,
    FIRST,
    KEY,
    REMARK,
    STANDING,
    YEAR,
    add_key_result,
    align,
    draft,
    give_feedback,
    objective_in,
    parent,
    smart,
)

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
BY = by(reason="so decided")
ACTIONS: dict[str, Callable[[Objective], None]] = {
    "submit": lambda o: o.submit(by=BY, waivers=[], standing=STANDING),
    "return": lambda o: o.return_(by=BY),
    "approve": lambda o: o.approve(by=BY),
    "activate": lambda o: o.activate(by=BY, waivers=[], standing=STANDING),
    "postpone": lambda o: o.postpone(by=BY),
    "resume": lambda o: o.resume(by=BY),
    "cancel": lambda o: o.cancel(by=BY),
    "close": lambda o: o.close(by=BY, outcome="not_achieved"),
    "reopen": lambda o: o.reopen(by=BY),
    "reaffirm": lambda o: o.reaffirm(by=BY),
    "revise": lambda o: o.revise(by=BY, revision=Revision(title="Answer within an hour"), cycle=YEAR),
    "transfer": lambda o: o.transfer(by=BY, owner=Owner(unit_id=id_of("support"))),
    "commit": lambda o: o.commit(by=BY, confidence=3),
    "add_key_result": lambda o: add_key_result(o, by=BY, key_result_id=id_of("another")),
    "revise_key_result": lambda o: o.revise_key_result(by=BY, key_result_id=KEY, weight=Decimal(2)),
    "change_target": lambda o: o.change_target(by=BY, key_result_id=KEY, target=Decimal(90)),
    "remove_key_result": lambda o: o.remove_key_result(by=BY, key_result_id=KEY),
    "align": lambda o: align(o, parent("another goal"), on=TODAY),
    "change_alignment_weight": lambda o: o.change_alignment_weight(
        by=BY, parent_id=parent().id, weight=Decimal(2)
    ),
    "remove_alignment": lambda o: o.remove_alignment(by=BY, parent_id=parent().id),
    "check_in": lambda o: o.check_in(by=BY, check_in_id=CHECK, on=TODAY, readings={KEY: Decimal(40)}),
    "carry_over": lambda o: o.carry_over(by=BY, successor_id=id_of("successor")),
    "reinstate": lambda o: o.reinstate(by=BY),
    "reinstate_key_result": lambda o: o.reinstate_key_result(by=BY, key_result_id=KEY),
    "give_feedback": lambda o: give_feedback(o, by=BY, feedback_id=id_of("another")),
    "withdraw_feedback": lambda o: o.withdraw_feedback(by=BY, feedback_id=REMARK),
}
# What each status answers with: action -> the event recorded, or None where the effect holds already.
# Every action that is not listed is refused.
FACTS: dict[str, str | None] = {
    "revise": "revised",
    "transfer": "transferred",
    "commit": "committed",
    "add_key_result": "key_result_added",
    "revise_key_result": "key_result_revised",
    "change_target": "target_changed",
    "remove_key_result": "key_result_removed",
    "reinstate_key_result": None,
    "align": "aligned",
    "change_alignment_weight": "alignment_weight_changed",
    "remove_alignment": "alignment_removed",
}
FEEDBACK: dict[str, str | None] = {
    "give_feedback": "feedback_given",
    "withdraw_feedback": "feedback_withdrawn",
}
CANCEL: dict[str, str | None] = FEEDBACK | {"cancel": "cancelled"}
CARRY: dict[str, str | None] = {"carry_over": "carried_over"}
LIVE: dict[str, str | None] = {"reaffirm": "reaffirmed", "check_in": "checked_in", "postpone": "postponed"}
ANSWERS: dict[str, dict[str, str | None]] = {
    "draft": FACTS | CANCEL | {"submit": "submitted"},
    "submitted": FACTS | CANCEL | {"submit": None, "return": "returned", "approve": "approved"},
    "approved": FACTS | CANCEL | CARRY | LIVE | {"approve": None, "activate": "activated"},
    "active": FACTS | CANCEL | CARRY | LIVE | {"approve": None, "activate": None, "close": "closed"},
    "postponed": FACTS | CANCEL | CARRY | {"approve": None, "postpone": None, "resume": "resumed"},
    "cancelled": FEEDBACK | {"cancel": None, "reinstate": "reinstated"},
    "closed": FEEDBACK | {"reopen": "reopened"},
    "carried_over": FEEDBACK | {"carry_over": None, "reinstate": "reinstated"},
}
BY_MISTAKE = {"correct_check_in", "withdraw_check_in", "withdraw_reaffirmation"}
"""In every status, of what was recorded before."""


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("status", ANSWERS)
def test_every_action_in_every_status_is_recorded_or_refused_naming_the_status(
    status: str, action: str
) -> None:
    objective = objective_in(status)
    if action in ANSWERS[status]:
        ACTIONS[action](objective)
        topic = ANSWERS[status][action]
        assert recorded(objective) == ([f"objective.{topic}"] if topic else [])
        return
    with refused(objective, ForbiddenTransition) as refusal:
        ACTIONS[action](objective)
    assert refusal.value.members["status"] == status
    assert status in refusal.value.detail
    allowed = refusal.value.members["allowed"]
    assert isinstance(allowed, list)
    recording = {name for name, topic in ANSWERS[status].items() if topic}
    assert recording <= set(allowed) <= set(ANSWERS[status]) | BY_MISTAKE


def test_the_matrix_leaves_out_no_status_and_no_action() -> None:
    assert set(ANSWERS) == set(Status)
    assert set(ACTIONS) == set(STEPS) | set(CHANGES) - BY_MISTAKE


@pytest.mark.parametrize(
    ("action", "status", "leads_to"),
    [
        ("submit", "draft", "submitted"),
        ("return", "submitted", "draft"),
        ("approve", "submitted", "approved"),
        ("activate", "approved", "active"),
        ("postpone", "approved", "postponed"),
        ("postpone", "active", "postponed"),
        ("resume", "postponed", "active"),
        ("cancel", "draft", "cancelled"),
        ("close", "active", "closed"),
        ("reopen", "closed", "active"),
        ("carry_over", "approved", "carried_over"),
        ("carry_over", "active", "carried_over"),
        ("carry_over", "postponed", "carried_over"),
        ("reinstate", "cancelled", "active"),
        ("reinstate", "carried_over", "active"),
    ],
)
def test_a_step_leads_to_its_status(action: str, status: str, leads_to: str) -> None:
    objective = objective_in(status)
    ACTIONS[action](objective)
    assert objective.status == leads_to
    assert objective.status_on(TODAY) == leads_to
    assert objective.status_on(TODAY - timedelta(days=1)) == status


def test_resuming_leads_back_to_approved_if_it_was_postponed_before_it_began() -> None:
    objective = given(objective_in("approved"), ACTIONS["postpone"])
    ACTIONS["resume"](objective)
    assert objective.status == "approved"


@pytest.mark.parametrize(
    ("status", "end"), [(status, end) for end in ("cancel", "carry_over") for status in sorted(STEPS[end])]
)
def test_reinstating_leads_back_to_the_status_before_the_end(status: Status, end: str) -> None:
    objective = given(objective_in(status), ACTIONS[end], ACTIONS["reinstate"])
    assert (objective.status, objective.successor_id) == (status, None)


def test_what_was_postponed_when_it_was_cancelled_resumes_to_where_it_was() -> None:
    cancelled = given(objective_in("active"), ACTIONS["postpone"], ACTIONS["cancel"])
    given(cancelled, ACTIONS["reinstate"], ACTIONS["resume"])
    assert cancelled.status == "active"


def test_an_objective_can_be_cancelled_and_reinstated_again_and_again() -> None:
    objective = objective_in("approved")
    for _ in range(2):
        given(objective, ACTIONS["cancel"], ACTIONS["reinstate"])
        assert objective.status == "approved"


def test_resuming_leads_back_past_an_approval_of_amendments_in_between() -> None:
    objective = given(objective_in("active"), ACTIONS["postpone"], ACTIONS["revise"], ACTIONS["approve"])
    ACTIONS["resume"](objective)
    assert objective.status == "active"


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("submitted", "return"),
        ("postponed", "resume"),
        ("closed", "reopen"),
        ("cancelled", "reinstate"),
        ("carried_over", "reinstate"),
    ],
)
def test_a_step_back_that_is_repeated_records_nothing(status: str, action: str) -> None:
    objective = given(objective_in(status), ACTIONS[action])
    ACTIONS[action](objective)
    assert recorded(objective) == []


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("submitted", "return_"),
        ("active", "cancel"),
        ("closed", "reopen"),
        ("cancelled", "reinstate"),
        ("carried_over", "reinstate"),
    ],
)
def test_a_step_that_takes_something_back_needs_a_reason(status: str, action: str) -> None:
    objective = objective_in(status)
    with refused(objective, ReasonRequired) as refusal:
        getattr(objective, action)(by=by())
    assert refusal.value.errors[0].pointer == "/reason"


def test_a_step_may_be_late_but_not_before_the_step_before_it() -> None:
    objective = given(objective_in("approved"), lambda o: o.postpone(by=by(date(2026, 3, 1))))
    with refused(objective, OutOfTime) as refusal:
        objective.resume(by=by(date(2026, 2, 28)))
    assert refusal.value.members == {"earliest": "2026-03-01", "latest": "2026-06-15"}
    objective.resume(by=by(date(2026, 3, 1)))
    assert objective.status_on(date(2026, 2, 28)) == "approved"


def test_a_step_is_never_ahead() -> None:
    objective = objective_in("active")
    with refused(objective, OutOfTime):
        objective.postpone(by=by(TODAY + timedelta(days=1)))


def test_an_objective_is_never_defined_ahead() -> None:
    with pytest.raises(OutOfTime):
        draft(by=by(TODAY + timedelta(days=1)))


def test_a_reaffirmation_on_the_same_day_records_nothing() -> None:
    objective = given(objective_in("active"), ACTIONS["reaffirm"])
    ACTIONS["reaffirm"](objective)
    assert recorded(objective) == []


def test_a_reaffirmation_may_be_older_than_another_but_not_older_than_the_approval() -> None:
    late = [lambda o: o.submit(by=by(date(2026, 2, 1)), waivers=[], standing=STANDING)]
    objective = given(objective_in("draft"), *late, lambda o: o.approve(by=by(date(2026, 2, 1))))
    given(objective, ACTIONS["reaffirm"])
    objective.reaffirm(by=by(date(2026, 4, 1)))
    assert max(objective.reaffirmed_on) == TODAY
    given(objective)
    with refused(objective, ForbiddenTransition) as refusal:
        objective.reaffirm(by=by(date(2026, 1, 31)))
    assert refusal.value.members["status"] == "draft"


@pytest.mark.parametrize("score", [Decimal("-0.1"), Decimal("1.000001")])
def test_a_score_is_from_nought_to_one(score: Decimal) -> None:
    objective = objective_in("active")
    with refused(objective, InvalidValue):
        objective.close(by=by(), outcome="achieved", score=score)


def test_a_score_other_than_the_suggested_one_needs_a_note() -> None:
    objective = objective_in("active")
    with refused(objective, ReasonRequired) as refusal:
        objective.close(by=by(), outcome="achieved", score=Decimal("0.9"), suggested_score=Decimal("0.7"))
    assert refusal.value.errors[0].pointer == "/note"
    objective.close(
        by=by(), outcome="achieved", score=Decimal("0.9"), suggested_score=Decimal("0.7"), note="late orders"
    )
    assert objective.ending is not None
    assert objective.ending.score == Decimal("0.9")


def test_without_a_score_the_suggested_one_counts() -> None:
    objective = objective_in("active")
    objective.close(by=by(), outcome="partly_achieved", suggested_score=Decimal("0.654321"))
    assert objective.ending is not None
    assert objective.ending.score == Decimal("0.654321")


def test_closing_again_with_the_same_ending_records_nothing_and_with_another_is_refused() -> None:
    objective = given(objective_in("active"), lambda o: o.close(by=by(), outcome="achieved"))
    objective.close(by=by(), outcome="achieved")
    with refused(objective, ForbiddenTransition):
        objective.close(by=by(), outcome="not_achieved")


def test_activating_checks_smart_again_and_earlier_waivers_go_on_counting() -> None:
    no_target = [Waiver("M", "measured from summer on")]
    objective = given(
        smart(),
        lambda o: o.remove_key_result(by=by(FIRST), key_result_id=KEY),
        lambda o: o.submit(by=by(FIRST), waivers=no_target, standing=STANDING),
        lambda o: o.approve(by=by(FIRST)),
        lambda o: o.remove_alignment(by=by(FIRST, "the goal is gone"), parent_id=parent().id),
    )
    with refused(objective, NotSmart) as refusal:
        objective.activate(by=by(), waivers=[], standing=STANDING)
    assert refusal.value.members["missing"] == ["R"]
    objective.activate(by=by(), waivers=[Waiver("R", "a new goal is coming")], standing=STANDING)
    assert objective.waived == {"M", "R"}


def test_a_reaffirmation_is_given_again_also_after_the_end_and_no_other_one_is() -> None:
    objective = given(objective_in("active"), ACTIONS["reaffirm"], ACTIONS["cancel"])
    ACTIONS["reaffirm"](objective)
    assert recorded(objective) == []
    with refused(objective, ForbiddenTransition):
        objective.reaffirm(by=by(TODAY - timedelta(days=1)))


def test_a_reaffirmation_recorded_by_mistake_is_withdrawn_with_a_reason_also_after_the_end() -> None:
    objective = objective_in("active")
    given(objective, *(lambda o, day=day: o.reaffirm(by=by(day)) for day in (MARCH, APRIL)))
    given(objective, ACTIONS["cancel"])
    with refused(objective, ReasonRequired) as no_reason:
        objective.withdraw_reaffirmation(by=by(), on=APRIL)
    assert no_reason.value.errors[0].pointer == "/reason"
    with refused(objective, OutOfTime):
        objective.withdraw_reaffirmation(by=by(MARCH, "a slip"), on=APRIL)
    with refused(objective, NotFound):
        objective.withdraw_reaffirmation(by=by(reason="a slip"), on=TODAY)
    objective.withdraw_reaffirmation(by=by(reason="a slip"), on=APRIL)
    (event,) = objective.collect_events()
    assert isinstance(event, Objective.ReaffirmationWithdrawn)
    assert (event.effective_on, event.last_reaffirmed_on) == ("2026-04-01", "2026-03-01")
    assert objective.reaffirmed_on == [MARCH]
    objective.withdraw_reaffirmation(by=by(), on=APRIL)
    assert recorded(objective) == []


@pytest.mark.parametrize("order", list(permutations((MARCH, APRIL, MAY))))
def test_whatever_is_withdrawn_and_said_again_the_last_that_stands_is_the_last_on_every_day(
    order: tuple[date, ...],
) -> None:
    """Each is said, then each is withdrawn, in any order, and then each is said again."""
    objective, why, standing = objective_in("active"), by(reason="a slip"), set[date]()
    for day in order:
        objective.reaffirm(by=by(day))
    standing.update(order)
    for day in order:
        objective.withdraw_reaffirmation(by=why, on=day)
        standing.discard(day)
        _agrees(objective, standing)
    for day in order[::-1]:
        objective.reaffirm(by=by(day))
        standing.add(day)
        _agrees(objective, standing)


def _agrees(objective: Objective, standing: set[date]) -> None:
    assert set(objective.reaffirmed_on) == standing
    for day in (MARCH, APRIL, MAY, TODAY):
        last = max((each for each in standing if each <= day), default=None)
        assert objective.last_reaffirmed.at(day) == last
