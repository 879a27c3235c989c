"""A cycle closes for everyone: nothing in it may be open, and nothing in it changes afterwards."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID, uuid4

import psycopg
import pytest

from application.cycles import Cycles
from application.objectives import Objectives
from application.reviews import Reviews
from application.store import Store
from domain.objective import Owner, Revision
from domain.refusals import CycleNotReady, CycleSealed, ForbiddenTransition, ReasonRequired
from tests.application.cycles import JUNE, NEXT, Season, act_as
from tests.application.organisation import act

ID, MARCH, ONE = uuid4(), date(2026, 3, 1), Decimal(1)
OBJECTIVES: dict[str, Callable[["Sealed"], object]] = {
    "define": lambda s: s.new_objective(),
    "revise": lambda s: s.objectives.revise(act(), s.objective, changes=Revision(title="Other")),
    "transfer": lambda s: s.objectives.transfer(act(), s.objective, owner=Owner(unit_id=s.unit)),
    "commit": lambda s: s.objectives.commit(act(), s.objective, confidence=1),
    "submit": lambda s: s.objectives.submit(act(), s.objective),
    "return_": lambda s: s.objectives.return_(act(), s.objective),
    "approve": lambda s: s.objectives.approve(act(), s.objective),
    "activate": lambda s: s.objectives.activate(act(), s.objective),
    "postpone": lambda s: s.objectives.postpone(act(), s.objective),
    "resume": lambda s: s.objectives.resume(act(), s.objective),
    "reaffirm": lambda s: s.objectives.reaffirm(act(), s.objective),
    "withdraw_reaffirmation": lambda s: s.objectives.withdraw_reaffirmation(act(), s.objective, on=MARCH),
    "cancel": lambda s: s.objectives.cancel(act(), s.objective),
    "close": lambda s: s.objectives.close(act(), s.objective, outcome="achieved"),
    "reopen": lambda s: s.objectives.reopen(act(), s.objective),
    "reinstate": lambda s: s.objectives.reinstate(act(), s.objective),
    "carry_over": lambda s: s.objectives.carry_over(act(), s.objective, cycle_id=s.next),
    "add_key_result": lambda s: s.objectives.add_key_result(
        act(), s.objective, title="x", kind="observe", unit_of_measure=None, baseline=None, target=None
    ),
    "revise_key_result": lambda s: s.objectives.revise_key_result(act(), s.objective, ID, weight=ONE),
    "change_target": lambda s: s.objectives.change_target(act(), s.objective, ID, target=ONE),
    "remove_key_result": lambda s: s.objectives.remove_key_result(act(), s.objective, ID),
    "reinstate_key_result": lambda s: s.objectives.reinstate_key_result(act(), s.objective, ID),
    "align": lambda s: s.objectives.align(act(), s.objective, objective_id=s.elsewhere, kind="supports"),
    "change_alignment_weight": lambda s: s.objectives.change_alignment_weight(
        act(), s.objective, ID, weight=ONE
    ),
    "remove_alignment": lambda s: s.objectives.remove_alignment(act(), s.objective, ID),
    "check_in": lambda s: s.objectives.check_in(act(), s.objective, on=MARCH, readings={}, note="late"),
    "correct_check_in": lambda s: s.objectives.correct_check_in(act(), s.objective, ID, readings={}),
    "withdraw_check_in": lambda s: s.objectives.withdraw_check_in(act(), s.objective, ID),
    "correct_external_id": lambda s: s.objectives.correct_external_id(act(), s.objective, external_id="x"),
    "give_feedback": lambda s: s.objectives.give_feedback(act(), s.objective, kind="praise", text="Good"),
    "withdraw_feedback": lambda s: s.objectives.withdraw_feedback(act(), s.objective, ID),
}
REVIEWS: dict[str, Callable[["Sealed"], object]] = {
    "open": lambda s: s.open_review(),
    "correct_external_id": lambda s: s.reviews.correct_external_id(
        act_as("admin"), s.reviewed, external_id="x"
    ),
    "reassign": lambda s: s.reviews.reassign(act_as("admin"), s.reviewed, reviewer_id=ID),
    "self_assess": lambda s: s.reviews.self_assess(act_as("admin"), s.reviewed, text="x"),
    "assess": lambda s: s.reviews.assess(act_as("admin"), s.reviewed, rating=1, text="x"),
    "calibrate": lambda s: s.reviews.calibrate(
        act_as("admin"), s.reviewed, rating=1, reason_code="other", comment="x"
    ),
    "share": lambda s: s.reviews.share(act_as("admin"), s.reviewed),
    "acknowledge": lambda s: s.reviews.acknowledge(act_as("admin"), s.reviewed, agrees=True),
    "appeal": lambda s: s.reviews.appeal(act_as("admin"), s.reviewed, grounds="x"),
    "decide_appeal": lambda s: s.reviews.decide_appeal(
        act_as("admin"), s.reviewed, decision="upheld", comment="x"
    ),
    "finalise": lambda s: s.reviews.finalise(act_as("admin"), s.reviewed),
    "withdraw": lambda s: s.reviews.withdraw(act_as("admin"), s.reviewed),
}
CYCLE: dict[str, Callable[["Sealed"], object]] = {
    "correct_external_id": lambda s: s.cycles.correct_external_id(act(), s.cycle, external_id="x"),
    "activate": lambda s: s.cycles.activate(act(), s.cycle),
    "close": lambda s: s.cycles.close(act(JUNE), s.cycle),
    "revise": lambda s: s.cycles.revise(act(), s.cycle, name="Other"),
}


class Sealed(Season):
    """A season whose review is final, whose objective is closed and whose cycle is sealed."""

    reviewed: UUID
    next: UUID
    elsewhere: UUID

    def seal_it(self) -> "Sealed":
        self.reviewed = self.open_review()
        self.assess(self.reviewed)
        self.finalise(self.reviewed)
        self.next = self.next_cycle()
        self.elsewhere = self.new_objective(cycle_id=self.next)
        self.end_all()
        self.close_cycle()
        return self


@pytest.fixture
def sealed(store: Store) -> Sealed:
    return Sealed(store).seal_it()


def public(use_cases: type) -> set[str]:
    return {name for name in dir(use_cases) if not name.startswith("_")}


def test_a_sealed_cycle_refuses_every_command_and_records_nothing(sealed: Sealed) -> None:
    for commands in (OBJECTIVES, REVIEWS, CYCLE):
        for name, command in commands.items():
            before = sealed.store.position()
            with pytest.raises(CycleSealed) as refused:
                command(sealed)
            assert refused.value.members == {"cycle_id": str(sealed.cycle)}, name
            assert sealed.store.position() == before, name


def test_no_command_is_left_out() -> None:
    assert set(OBJECTIVES) == public(Objectives)
    assert set(REVIEWS) == public(Reviews)
    assert set(CYCLE) == public(Cycles) - {"define", "reopen"}


def test_another_cycle_goes_on_but_aligns_to_nothing_in_the_sealed_one(sealed: Sealed) -> None:
    with pytest.raises(CycleSealed) as refused:
        sealed.objectives.align(act(JUNE), sealed.elsewhere, objective_id=sealed.objective, kind="supports")
    assert refused.value.members == {"cycle_id": str(sealed.cycle)}
    assert sealed.objectives.commit(act(JUNE), sealed.elsewhere, confidence=3).events


def test_a_cycle_does_not_close_over_what_is_open_and_names_it(season: Season) -> None:
    review, draft = season.open_review(), season.new_objective()
    with pytest.raises(CycleNotReady) as refused:
        season.close_cycle()
    open = sorted([review, draft, season.objective])
    assert refused.value.members == {"open": [str(id) for id in open], "count": 3}

    season.reviews.withdraw(act_as("hr"), review)
    season.objectives.cancel(act(JUNE), draft)
    season.end_all()
    season.close_cycle()


def test_fifty_at_most_are_named_and_all_counted(season: Season) -> None:
    for _ in range(51):
        season.new_objective()
    with pytest.raises(CycleNotReady) as refused:
        season.close_cycle()
    named = refused.value.members["open"]
    assert isinstance(named, list)
    assert (len(named), refused.value.members["count"]) == (50, 52)


def test_what_is_postponed_or_carried_over_does_not_keep_a_cycle_open(season: Season) -> None:
    postponed = season.new_objective(live=True)
    season.objectives.postpone(act(JUNE), postponed)
    season.objectives.carry_over(act(JUNE), season.objective, cycle_id=season.next_cycle(), starts_on=NEXT[0])
    season.close_cycle()
    assert (season.seal.objectives, season.seal.reviews) == (2, 0)


def test_a_cycle_in_preparation_is_refused_before_anything_is_looked_at(season: Season) -> None:
    with pytest.raises(ForbiddenTransition):
        season.cycles.close(act(JUNE), season.next_cycle())


def test_the_seal_is_the_digest_of_the_stored_events(sealed: Sealed, dsn: str) -> None:
    members = sorted([sealed.objective, sealed.reviewed])
    with psycopg.connect(dsn) as conn:
        digests = conn.execute(
            "select sha256(string_agg(store.canonical(position, originator_id, originator_version, topic,"
            " recorded_at, command_id, state), '' order by originator_version)) from store.events"
            " where originator_id = any(%s) group by originator_id order by originator_id",
            [members],
        ).fetchall()
    listed = b"".join(id.bytes + each for id, (each,) in zip(members, digests, strict=True))
    assert sealed.seal.digest == sha256(listed).hexdigest()
    assert sealed.seal.algorithm == "sha256-events-1"
    assert (sealed.seal.objectives, sealed.seal.reviews) == (1, 1)
    assert sealed.seal.position == sealed.store.position() - 1


def test_a_correction_needs_a_reopening_with_a_reason_and_closing_again_seals_again(sealed: Sealed) -> None:
    first = sealed.seal
    with pytest.raises(ReasonRequired):
        sealed.cycles.reopen(act(JUNE, reason=None), sealed.cycle)
    sealed.cycles.reopen(act(JUNE, reason="a figure was wrong"), sealed.cycle)
    sealed.objectives.give_feedback(act(JUNE), sealed.objective, kind="concern", text="The figure was wrong")
    sealed.close_cycle()
    assert sealed.seal.digest != first.digest
    assert sealed.seal.position > first.position


def test_a_command_that_was_answered_before_gets_its_answer_again(sealed: Sealed) -> None:
    key = uuid4()
    sealed.cycles.reopen(act(JUNE), sealed.cycle)
    first = sealed.objectives.give_feedback(
        act(JUNE, key=key), sealed.objective, kind="praise", text="Good", feedback_id=ID
    )
    sealed.close_cycle()
    again = sealed.objectives.give_feedback(
        act(JUNE, key=key), sealed.objective, kind="praise", text="Good", feedback_id=ID
    )
    assert (again.position, again.replayed) == (first.position, True)
