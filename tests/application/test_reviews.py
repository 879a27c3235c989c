"""What commands on reviews need of people, cycles and objectives, and the evidence they fix."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.objective import Owner
from domain.refusals import AlreadyExists, InvalidValue, UnknownReference
from domain.review import Share
from tests.application.cycles import JUNE, WHOLE, Season, act_as
from tests.application.organisation import START, act, key_result

MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def evidence_of(season: Season, id: UUID) -> list[dict[str, Any]]:
    assessment = season.review(id).assessment
    assert assessment is not None
    return assessment.evidence


def test_a_review_keeps_the_scale_and_the_appeal_days_of_its_cycle(season: Season) -> None:
    review = season.review(season.open_review())
    assert (review.scale["highest"], review.appeal_days, review.status) == (5, 10, "opened")


@pytest.mark.parametrize("field", ["person_id", "reviewer_id", "cycle_id"])
def test_what_is_unknown_is_named(season: Season, field: str) -> None:
    with pytest.raises(UnknownReference) as refused:
        season.open_review(**{field: uuid4()})
    assert refused.value.errors[0].pointer == f"/{field}"


def test_an_unknown_objective_is_named_by_its_place(season: Season) -> None:
    with pytest.raises(UnknownReference) as refused:
        season.open_review(season.objective, uuid4())
    assert refused.value.errors[0].pointer == "/objectives/1/objective_id"


def test_an_objective_of_another_cycle_is_refused(season: Season) -> None:
    other = season.new_objective(owner=Owner(person_id=season.ana), cycle_id=season.next_cycle())
    with pytest.raises(InvalidValue) as refused:
        season.open_review(season.objective, other)
    assert refused.value.errors[0].pointer == "/objectives/1/objective_id"


def test_an_objective_that_was_never_the_persons_is_refused_and_one_of_some_day_is_taken(
    season: Season,
) -> None:
    other = season.new_objective(owner=Owner(person_id=season.cem))
    with pytest.raises(InvalidValue) as refused:
        season.open_review(other)
    assert refused.value.errors[0].pointer == "/objectives/0/objective_id"

    season.objectives.transfer(act(MARCH), other, owner=Owner(person_id=season.ana))
    season.objectives.transfer(act(MAY), other, owner=Owner(person_id=season.ben))
    assert season.review(season.open_review(other)).shares == [Share(other, WHOLE)]


def test_there_is_one_review_of_a_person_in_a_cycle_until_it_is_withdrawn(season: Season) -> None:
    first = season.open_review()
    with pytest.raises(AlreadyExists) as refused:
        season.open_review()
    assert refused.value.members == {"id": str(first)}

    season.reviews.withdraw(act_as("hr"), first)
    assert season.open_review() != first


def test_the_same_person_is_reviewed_in_another_cycle_too(season: Season) -> None:
    season.open_review()
    cycle = season.next_cycle()
    own = season.new_objective(owner=Owner(person_id=season.ana), cycle_id=cycle)
    id = season.open_review(own, cycle_id=cycle)
    assert season.review(id).cycle_id == cycle


def test_the_evidence_is_that_of_the_effective_date_with_the_version_and_position_of_now(
    season: Season,
) -> None:
    season.read(40, MARCH)
    season.read(70, date(2026, 6, 20))
    id = season.open_review()
    season.assess(id)

    (evidence,) = evidence_of(season, id)
    objective = season.load(season.objective)
    log = season.store.recorder.select_notifications(1, 1000)
    positions = [e.id for e in log if e.originator_id == objective.id]
    assert (evidence["version"], evidence["position"]) == (objective.version, positions[-1])
    assert (evidence["progress"], evidence["status"], evidence["score"]) == ("0.4", "active", None)
    (measured,) = evidence["key_results"]
    assert measured == {
        "key_result_id": str(objective.key_results_on(START)[0].id),
        "value": "40",
        "attainment": "0.4",
        "progress": "0.4",
    }


def test_what_contributes_counts_in_the_evidence(season: Season) -> None:
    child = season.new_objective(season.objective, live=True, key_results=[key_result()])
    season.read(50, MARCH, child)
    id = season.open_review()
    season.assess(id)
    assert evidence_of(season, id)[0]["progress"] == "0.25"


def test_the_score_of_a_closed_objective_is_evidence(season: Season) -> None:
    season.end_all()
    id = season.open_review()
    season.assess(id)
    assert (evidence_of(season, id)[0]["score"], evidence_of(season, id)[0]["status"]) == ("1", "closed")


def test_a_late_correction_leaves_the_evidence_as_it_was(season: Season) -> None:
    check_in = season.read(40, MARCH)
    id = season.open_review()
    season.assess(id)
    fixed = evidence_of(season, id)

    key = season.load(season.objective).key_results_on(START)[0].id
    season.objectives.correct_check_in(
        act(None, "misread"), season.objective, check_in, readings={key: Decimal(90)}
    )
    season.finalise(id)

    assert evidence_of(season, id) == fixed
    assert season.load(season.objective).version > fixed[0]["version"]


def test_a_review_goes_all_the_way(season: Season) -> None:
    id = season.open_review()
    season.assess(id)
    season.reviews.calibrate(act_as(season.cem), id, rating=4, reason_code="scope", comment="More of it")
    season.reviews.share(act_as(season.ben), id)
    season.reviews.appeal(act_as(season.ana), id, grounds="All of it")
    season.reviews.decide_appeal(act_as(season.dora), id, decision="amended", rating=5, comment="Indeed")
    answer = season.reviews.finalise(act_as("hr", JUNE), id)
    assert answer.events == ("review.finalised",)
    assert (season.review(id).rating, season.review(id).status) == (5, "finalised")
