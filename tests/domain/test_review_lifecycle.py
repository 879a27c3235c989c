"""The state machine of a review, exhaustively: every command in every status."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest

from domain.refusals import Forbidden, ForbiddenTransition, OutOfTime, ReasonRequired, SamePerson
from domain.review import Review
from domain.review.lifecycle import STEPS, Status
from tests.domain import reviews
from tests.domain.case import TODAY, given, recorded, refused
from tests.domain.reviews import ANA, BEN, CEM, DORA, HR, OPENED, SHARED, by, review_in

REASON = "opened by mistake"
Step = Callable[[Review, date], None]
# Each action in a way that no other has taken it: repeating nothing.
ACTIONS: Mapping[str, Step] = {
    "reassign": lambda r, on: r.reassign(by=by(HR, on, REASON), reviewer_id=reviews.person("eve")),
    "self_assess": lambda r, on: reviews.self_assess(r, by=by(ANA, on), text="Otherwise"),
    "assess": lambda r, on: reviews.assess(r, by=by(BEN, on), rating=2),
    "calibrate": lambda r, on: reviews.calibrate(r, by=by(CEM, on), rating=2),
    "share": lambda r, on: r.share(by=by(BEN, on)),
    "acknowledge": lambda r, on: reviews.acknowledge(r, by=by(ANA, on), agrees=True),
    "appeal": lambda r, on: reviews.appeal(r, by=by(ANA, on), grounds="Otherwise"),
    "decide_appeal": lambda r, on: reviews.decide_appeal(r, by=by(DORA, on), comment="Otherwise"),
    "finalise": lambda r, on: r.finalise(by=by(HR, on)),
    "withdraw": lambda r, on: r.withdraw(by=by(HR, on, REASON)),
}
EVENTS = {
    "reassign": "reassigned",
    "self_assess": "self_assessed",
    "assess": "assessed",
    "calibrate": "calibrated",
    "share": "shared",
    "acknowledge": "acknowledged",
    "appeal": "appealed",
    "decide_appeal": "appeal_decided",
    "finalise": "finalised",
    "withdraw": "withdrawn",
}
# What each status answers with; every action that is not listed is refused.
ANSWERS: Mapping[str, set[str]] = {
    "opened": {"reassign", "self_assess", "withdraw"},
    "self_assessed": {"reassign", "assess", "withdraw"},
    "assessed": {"reassign", "calibrate", "share", "withdraw"},
    "calibrated": {"reassign", "calibrate", "share", "withdraw"},
    "shared": {"acknowledge", "appeal", "withdraw"},
    "acknowledged": {"appeal", "finalise", "withdraw"},
    "appealed": {"decide_appeal", "withdraw"},
    "upheld": {"finalise", "withdraw"},
    "amended": {"finalise", "withdraw"},
    "finalised": set(),
    "withdrawn": set(),
}
# Steps without content: taken again they record nothing.
HOLDS = {("shared", "share"), ("finalised", "finalise"), ("withdrawn", "withdraw")}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("status", ANSWERS)
def test_every_action_in_every_status_is_recorded_or_refused_naming_the_status(
    status: str, action: str
) -> None:
    review = review_in(status)
    day = TODAY if status == "withdrawn" else SHARED
    if action in ANSWERS[status] or (status, action) in HOLDS:
        ACTIONS[action](review, day)
        assert recorded(review) == ([] if (status, action) in HOLDS else [f"review.{EVENTS[action]}"])
        return
    with refused(review, ForbiddenTransition) as refusal:
        ACTIONS[action](review, day)
    assert status in refusal.value.detail
    assert refusal.value.members["status"] == status
    allowed = refusal.value.members["allowed"]
    assert isinstance(allowed, list)
    assert set(allowed) == ANSWERS[status]


def test_the_matrix_leaves_out_no_status_and_no_action() -> None:
    assert set(ANSWERS) == set(reviews.WAYS) == set(Status)
    assert set(ACTIONS) == set(EVENTS) == set(STEPS)


@pytest.mark.parametrize(
    ("action", "status", "leads_to"),
    [(action, status, goals) for action, moves in STEPS.items() for status, goals in moves.items()],
)
def test_a_step_leads_to_its_status_from_its_day_on(
    action: str, status: str, leads_to: tuple[Status, ...]
) -> None:
    review = review_in(status)
    ACTIONS[action](review, SHARED + timedelta(days=1))
    assert review.status in leads_to
    assert review.lifecycle.on(SHARED) == status


REPEATED: Mapping[str, tuple[str, Callable[[Review], None]]] = {
    "self_assess": ("self_assessed", reviews.self_assess),
    "assess": ("assessed", reviews.assess),
    "calibrate": ("calibrated", reviews.calibrate),
    "acknowledge": ("acknowledged", reviews.acknowledge),
    "appeal": ("appealed", reviews.appeal),
    "uphold": ("upheld", reviews.decide_appeal),
    "amend": ("amended", reviews.amend),
    "share": ("shared", reviews.share),
    "finalise": ("finalised", reviews.finalise),
    "withdraw": ("withdrawn", reviews.withdraw),
}


@pytest.mark.parametrize("action", REPEATED)
def test_a_step_repeated_with_the_same_content_records_nothing(action: str) -> None:
    status, repeat = REPEATED[action]
    review = review_in(status)
    repeat(review)
    assert recorded(review) == []


def test_a_review_is_opened_today_or_late_but_never_ahead() -> None:
    with pytest.raises(OutOfTime):
        reviews.opened(by=by(HR, TODAY + timedelta(days=1)))
    assert reviews.opened(by=by(HR, date(2020, 1, 1))).first_day == date(2020, 1, 1)


@pytest.mark.parametrize("day", [OPENED - timedelta(days=1), TODAY + timedelta(days=1)])
def test_a_step_is_neither_before_the_one_before_it_nor_ahead(day: date) -> None:
    review = reviews.opened()
    with refused(review, OutOfTime):
        reviews.self_assess(review, by=by(ANA, day))


def test_an_assessment_before_the_self_assessment_is_refused() -> None:
    review = reviews.opened()
    with refused(review, ForbiddenTransition) as refusal:
        reviews.assess(review)
    assert refusal.value.members == {"status": "opened", "allowed": ["self_assess", "reassign", "withdraw"]}


def test_withdrawing_needs_a_reason() -> None:
    review = review_in("shared")
    with refused(review, ReasonRequired):
        review.withdraw(by=by(HR))


@pytest.mark.parametrize("status", ["shared", "acknowledged"])
def test_an_appeal_comes_within_the_appeal_days_of_the_sharing(status: str) -> None:
    review = review_in(status)
    with refused(review, OutOfTime) as refusal:
        reviews.appeal(review, by=by(ANA, SHARED + timedelta(days=11)))
    assert refusal.value.members["latest"] == "2026-05-30"
    reviews.appeal(review, by=by(ANA, SHARED + timedelta(days=10)))
    assert review.status == "appealed"


def test_with_no_appeal_days_an_appeal_comes_on_the_day_of_sharing() -> None:
    review = given(reviews.opened(appeal_days=0), *reviews.WAYS["shared"])
    with refused(review, OutOfTime):
        reviews.appeal(review, by=by(ANA, SHARED + timedelta(days=1)))
    reviews.appeal(review)
    assert recorded(review) == ["review.appealed"]


def test_a_reassignment_keeps_what_was_said_and_the_new_reviewer_assesses() -> None:
    review = given(review_in("self_assessed"), lambda r: ACTIONS["reassign"](r, TODAY))
    assert (review.status, review.self_assessment) == ("self_assessed", "I did well")
    with refused(review, Forbidden):
        reviews.assess(review, by=by(BEN, TODAY))
    reviews.assess(review, by=by("eve", TODAY))
    assert recorded(review) == ["review.assessed"]


def test_nothing_is_done_before_the_review_went_to_its_reviewer() -> None:
    review = given(review_in("self_assessed"), lambda r: ACTIONS["reassign"](r, TODAY))
    with refused(review, OutOfTime):
        reviews.assess(review, by=by("eve", TODAY - timedelta(days=1)))


@pytest.mark.parametrize(("who", "role"), [(ANA, "person_reviewed"), (CEM, "calibrator")])
def test_a_review_goes_neither_to_the_person_reviewed_nor_to_who_calibrated(who: str, role: str) -> None:
    review = review_in("calibrated")
    with refused(review, SamePerson) as refusal:
        review.reassign(by=by(HR, TODAY, REASON), reviewer_id=reviews.person(who))
    assert refusal.value.members == {"role": role}
    assert refusal.value.errors[0].pointer == "/reviewer_id"


def test_a_reassignment_needs_a_reason_and_to_the_same_reviewer_records_nothing() -> None:
    review = review_in("opened")
    with refused(review, ReasonRequired):
        review.reassign(by=by(HR), reviewer_id=reviews.person("eve"))
    review.reassign(by=by(HR), reviewer_id=reviews.person(BEN))
    assert recorded(review) == []


@pytest.mark.parametrize("action", REPEATED)
def test_a_step_given_again_otherwise_is_refused_with_what_is_recorded(action: str) -> None:
    """With another day, or for another reason."""
    status, _ = REPEATED[action]
    steps = {"uphold": "decide_appeal", "amend": "decide_appeal"}
    review = review_in(status)
    day, taken = review.lifecycle.steps[-1].day, EVENTS[steps.get(action, action)]
    assert review.lifecycle.ends_with(taken)
    again = {**reviews.COMMANDS, "amend": reviews.amend_by}[action]
    who = {"calibrate": CEM, "uphold": DORA, "amend": DORA}.get(action, HR)
    for other in (by(who, day + timedelta(days=1)), by(who, day, "another reason")):
        with refused(review, ForbiddenTransition) as refusal:
            again(review, by=other)
        recorded_as = refusal.value.members["recorded"]
        assert isinstance(recorded_as, dict)
        assert recorded_as["effective_on"] == str(day)
