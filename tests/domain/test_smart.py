"""Each letter of SMART: missing it is refused, a waiver lets it pass and is recorded."""

from collections.abc import Callable
from datetime import date

import pytest

from domain.objective import Objective, Owner, Standing, Waiver
from domain.objective.values import CRITERIA
from domain.period import Period
from domain.refusals import InvalidValue, NotSmart
from tests.domain.case import by, given, id_of, recorded, refused
from tests.domain.stories import FIRST, KEY, STANDING, YEAR, add_key_result, align, draft, parent, smart


def commit(objective: Objective) -> None:
    objective.commit(by=by(FIRST), confidence=5)


LACKING: dict[str, Callable[[], Objective]] = {
    "S": lambda: given(draft(description=None), add_key_result, align, commit),
    "M": lambda: given(draft(), align, commit),
    "A": lambda: given(draft(), add_key_result, align),
    "R": lambda: given(draft(), add_key_result, commit),
    "T": lambda: given(draft(starts_on=None), add_key_result, align, commit),
}


@pytest.mark.parametrize("letter", CRITERIA)
def test_an_objective_that_lacks_one_letter_is_refused_with_just_that_letter(letter: str) -> None:
    objective = LACKING[letter]()
    with refused(objective, NotSmart) as refusal:
        objective.submit(by=by(), waivers=[], standing=STANDING)
    assert refusal.value.members["missing"] == [letter]
    assert len(refusal.value.errors) == 1


@pytest.mark.parametrize("letter", CRITERIA)
def test_a_waiver_of_the_letter_lets_it_pass_and_is_recorded_with_its_reason(letter: str) -> None:
    objective = LACKING[letter]()
    objective.submit(by=by(), waivers=[Waiver(letter, "imported plan")], standing=STANDING)
    event = objective.pending_events[0]
    assert isinstance(event, Objective.Submitted)
    assert event.waivers == [{"criterion": letter, "reason": "imported plan"}]


def test_everything_that_is_missing_is_listed_at_once() -> None:
    objective = draft(description=None, owner=None, starts_on=None)
    with refused(objective, NotSmart) as refusal:
        objective.submit(by=by(), waivers=[Waiver("R", "to come")], standing=STANDING)
    assert refusal.value.members["missing"] == ["S", "M", "A", "T"]
    assert [error.pointer for error in refusal.value.errors] == [
        "/description",
        "/key_results",
        "/commitment",
        "/starts_on",
    ]


def test_a_contributing_child_measures_as_well_as_a_target() -> None:
    objective = LACKING["M"]()
    objective.submit(by=by(), waivers=[], standing=Standing(YEAR, has_contributing_child=True))
    assert objective.status == "submitted"


def test_a_key_result_without_a_target_does_not_measure() -> None:
    objective = given(LACKING["M"](), lambda o: add_key_result(o, kind="observe", target=None))
    with refused(objective, NotSmart):
        objective.submit(by=by(), waivers=[], standing=STANDING)


def test_a_strategic_objective_is_relevant_without_a_link() -> None:
    objective = given(draft(level="strategic"), add_key_result, commit)
    objective.submit(by=by(), waivers=[], standing=STANDING)
    assert objective.status == "submitted"


def test_the_commitment_of_an_earlier_owner_does_not_count() -> None:
    objective = given(smart(), lambda o: o.transfer(by=by(), owner=Owner(unit_id=id_of("support"))))
    with refused(objective, NotSmart) as refusal:
        objective.submit(by=by(), waivers=[], standing=STANDING)
    assert refusal.value.members["missing"] == ["A"]


def test_a_period_that_reaches_beyond_the_cycle_is_not_time_bound() -> None:
    half = Standing(Period(YEAR.starts_on, date(2026, 6, 30)), has_contributing_child=False)
    objective = smart()
    with refused(objective, NotSmart) as refusal:
        objective.submit(by=by(), waivers=[], standing=half)
    assert refusal.value.members["missing"] == ["T"]


def test_what_counts_is_how_things_stand_on_the_day_of_the_submission() -> None:
    objective = given(smart(), lambda o: o.remove_key_result(by=by(date(2026, 3, 1)), key_result_id=KEY))
    with refused(objective, NotSmart):
        objective.submit(by=by(date(2026, 3, 1)), waivers=[], standing=STANDING)
    objective.submit(by=by(date(2026, 2, 28)), waivers=[], standing=STANDING)
    assert objective.status_on(date(2026, 2, 28)) == "submitted"


@pytest.mark.parametrize(
    ("waivers", "pointer"),
    [
        ([Waiver("X", "why")], "/waivers/0/criterion"),
        ([Waiver("M", " ")], "/waivers/0/reason"),
        ([Waiver("M", "why"), Waiver("M", "why not")], "/waivers/1/criterion"),
    ],
)
def test_a_waiver_names_a_letter_once_and_a_reason(waivers: list[Waiver], pointer: str) -> None:
    objective = smart()
    with refused(objective, InvalidValue) as refusal:
        objective.submit(by=by(), waivers=waivers, standing=STANDING)
    assert refusal.value.errors[0].pointer == pointer


def test_a_link_that_only_supports_makes_it_relevant_too() -> None:
    objective = given(LACKING["R"](), lambda o: align(o, parent(), kind="supports"))
    objective.submit(by=by(), waivers=[], standing=STANDING)
    assert recorded(objective) == ["objective.submitted"]
