"""The level and the cycle of a draft are corrected from its first day on."""

from datetime import date

import pytest

from domain.objective import Revision
from domain.refusals import ForbiddenTransition, InvalidValue, OutOfTime
from tests.domain.case import TODAY, by, id_of, recorded, refused
from tests.domain.stories import FIRST, YEAR, draft, objective_in

OTHER = id_of("another cycle")
NOT_DRAFTS = ("submitted", "approved", "active", "postponed")
CORRECTIONS = {"level": Revision(level="department"), "cycle_id": Revision(cycle_id=OTHER)}


@pytest.mark.parametrize("field", CORRECTIONS)
def test_a_draft_is_corrected_from_its_first_day_on_without_a_reason(field: str) -> None:
    objective = draft()
    objective.revise(by=by(), revision=CORRECTIONS[field], cycle=YEAR)

    (event,) = objective.pending_events
    assert recorded(objective) == ["objective.revised"]
    assert (vars(event)["effective_on"], vars(event)["amendment"]) == (FIRST.isoformat(), False)
    before = {"level": "team", "cycle_id": str(id_of("cycle"))}
    assert vars(event)["before"] == {field: before[field]}
    assert (objective.level, objective.cycle_id) == {
        "level": ("department", id_of("cycle")),
        "cycle_id": ("team", OTHER),
    }[field]


@pytest.mark.parametrize("field", CORRECTIONS)
@pytest.mark.parametrize("status", NOT_DRAFTS)
def test_what_is_more_than_a_draft_is_refused_by_the_name_of_the_field(status: str, field: str) -> None:
    objective = objective_in(status)
    with refused(objective, ForbiddenTransition) as refusal:
        objective.revise(by=by(reason="a slip"), revision=CORRECTIONS[field], cycle=YEAR)
    (error,) = refusal.value.errors
    assert error.pointer == f"/{field}"
    assert error.detail == f"changes only while the objective is a draft, and it is {status}"
    assert (refusal.value.members["status"], "revise" in str(refusal.value.members["allowed"])) == (
        status,
        True,
    )


def test_one_that_was_returned_is_a_draft_again() -> None:
    objective = objective_in("submitted")
    objective.return_(by=by(reason="not yet"))
    objective.revise(by=by(), revision=Revision(level="individual"), cycle=YEAR)
    assert objective.level == "individual"


@pytest.mark.parametrize("status", ["draft", *NOT_DRAFTS])
def test_level_and_cycle_as_they_are_record_nothing(status: str) -> None:
    objective = objective_in(status)
    objective.revise(by=by(), revision=Revision(level="team", cycle_id=id_of("cycle")), cycle=YEAR)
    assert recorded(objective) == []


@pytest.mark.parametrize("field", CORRECTIONS)
def test_another_day_than_the_first_is_refused_and_the_first_is_taken(field: str) -> None:
    objective = draft()
    with refused(objective, OutOfTime) as refusal:
        objective.revise(by=by(TODAY), revision=CORRECTIONS[field], cycle=YEAR)
    assert refusal.value.errors[0].detail == f"{field} of a draft change from its first day on, {FIRST}"
    objective.revise(by=by(FIRST), revision=CORRECTIONS[field], cycle=YEAR)
    assert recorded(objective) == ["objective.revised"]


def test_what_changes_with_them_holds_from_its_own_day() -> None:
    objective = draft()
    objective.revise(by=by(), revision=Revision(title="Other", level="department"), cycle=YEAR)
    assert [(vars(event)["effective_on"], vars(event)["after"]) for event in objective.pending_events] == [
        (FIRST.isoformat(), {"level": "department"}),
        (TODAY.isoformat(), {"title": "Other"}),
    ]
    assert objective.title.at(date(2026, 3, 1)) == "Answer within a day"


def test_a_level_that_there_is_not_is_refused() -> None:
    objective = draft()
    with refused(objective, InvalidValue) as refusal:
        objective.revise(by=by(), revision=Revision(level="galactic"), cycle=YEAR)
    assert refusal.value.errors[0].pointer == "/level"
