"""What a review says, who may say it, and what it rests on."""

from decimal import Decimal
from typing import Any

import pytest

from domain.refusals import Forbidden, ForbiddenTransition, InvalidValue, SamePerson
from domain.review import Review, Share
from tests.domain import reviews
from tests.domain.case import given, id_of, recorded, refused
from tests.domain.reviews import ANA, BEN, CEM, DORA, EVIDENCE, HR, SHARED, by, opened, person, review_in

HUNDRED_THOUSAND = "x" * 100_000


def shares(*weights: str) -> list[Share]:
    return [Share(id_of(f"objective {place}"), Decimal(weight)) for place, weight in enumerate(weights)]


def test_opening_names_the_objectives_as_mentions_and_keeps_the_rules_of_the_cycle() -> None:
    review = Review.open(
        by=by(HR),
        id=id_of("review"),
        person_id=person(ANA),
        reviewer_id=person(BEN),
        cycle_id=id_of("cycle"),
        shares=shares("33.4", "66.60"),
        scale={"lowest": 0, "highest": 2, "labels": ["a", "b", "c"]},
        appeal_days=3,
        external_id="R-1",
    )
    payload = vars(review.pending_events[0])
    assert payload["objective_ids"] == [one["objective_id"] for one in payload["objectives"]]
    assert [one["weight"] for one in payload["objectives"]] == ["33.4", "66.6"]
    assert (review.scale["highest"], review.appeal_days, review.external_id) == (2, 3, "R-1")


@pytest.mark.parametrize(
    "weights", [["100"], ["50", "50"], ["33.333333333333", "66.666666666667"], ["0.5"] * 200]
)
def test_weights_of_exactly_100_are_taken(weights: list[str]) -> None:
    assert len(opened(shares=shares(*weights)).shares) == len(weights)


@pytest.mark.parametrize(
    ("weights", "pointer"),
    [
        ([], "/objectives"),
        (["99.99"], "/objectives"),
        (["50", "50.000000000001"], "/objectives"),
        (["100", "100"], "/objectives"),
        (["0", "100"], "/objectives/0/weight"),
        (["120", "-20"], "/objectives/1/weight"),
        (["NaN"], "/objectives/0/weight"),
    ],
)
def test_other_weights_are_refused(weights: list[str], pointer: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        opened(shares=shares(*weights))
    assert refusal.value.errors[0].pointer == pointer


def test_an_objective_is_reviewed_once() -> None:
    with pytest.raises(InvalidValue) as refusal:
        opened(shares=shares("50")[:1] + shares("50")[:1])
    assert refusal.value.errors[0].pointer == "/objectives/1/objective_id"


def test_nobody_is_their_own_reviewer() -> None:
    with pytest.raises(SamePerson) as refusal:
        opened(reviewer_id=person(ANA))
    assert refusal.value.members == {"role": "person_reviewed"}
    assert refusal.value.errors[0].pointer == "/reviewer_id"


@pytest.mark.parametrize("rating", [0, 6, True, 2.5, "3", None])
def test_a_rating_off_the_scale_is_refused_at_every_step_that_gives_one(rating: Any) -> None:
    for status, command in (("self_assessed", reviews.assess), ("assessed", reviews.calibrate)):
        review = review_in(status)
        with refused(review, InvalidValue) as refusal:
            command(review, rating=rating)
        assert refusal.value.errors[0].pointer == "/rating"
    review = review_in("appealed")
    with refused(review, InvalidValue):
        reviews.decide_appeal(review, decision="amended", rating=rating)


@pytest.mark.parametrize("text", [HUNDRED_THOUSAND, "x" * 20_001, "a\ud800b", "a\x00b", "a\x9fb", " \n"])
@pytest.mark.parametrize(
    ("status", "command", "field"),
    [
        ("opened", reviews.self_assess, "text"),
        ("self_assessed", reviews.assess, "text"),
        ("assessed", reviews.calibrate, "comment"),
        ("shared", reviews.appeal, "grounds"),
        ("appealed", reviews.decide_appeal, "comment"),
    ],
)
def test_a_bad_text_is_refused_naming_the_field(status: str, command: Any, field: str, text: str) -> None:
    review = review_in(status)
    with refused(review, InvalidValue) as refusal:
        command(review, **{field: text})
    assert refusal.value.errors[0].pointer == f"/{field}"


def test_a_comment_of_an_acknowledgement_may_be_left_out_but_not_be_too_long() -> None:
    review = review_in("shared")
    with refused(review, InvalidValue):
        reviews.acknowledge(review, comment=HUNDRED_THOUSAND)
    reviews.acknowledge(review, comment=None)
    assert recorded(review) == ["review.acknowledged"]


@pytest.mark.parametrize("agrees", [None, "yes", 1])
def test_an_acknowledgement_says_yes_or_no(agrees: Any) -> None:
    review = review_in("shared")
    with refused(review, InvalidValue) as refusal:
        reviews.acknowledge(review, agrees=agrees)
    assert refusal.value.errors[0].pointer == "/agrees"


CALIBRATORS = {ANA: "person_reviewed", BEN: "reviewer", HR: "reviewer"}


@pytest.mark.parametrize(("who", "role"), CALIBRATORS.items())
def test_neither_the_reviewer_nor_whoever_assessed_nor_the_person_reviewed_calibrates(
    who: str, role: str
) -> None:
    review = given(opened(), reviews.self_assess, lambda r: reviews.assess(r, by=by(HR)))
    with refused(review, SamePerson) as refusal:
        reviews.calibrate(review, by=by(who))
    assert refusal.value.members == {"role": role}
    assert refusal.value.slug == "same-person"


@pytest.mark.parametrize(("who", "role"), [(ANA, "person_reviewed"), (BEN, "reviewer"), (CEM, "calibrator")])
def test_an_appeal_is_decided_by_somebody_who_had_no_part_in_it(who: str, role: str) -> None:
    review = review_in("appealed")
    with refused(review, SamePerson) as refusal:
        reviews.decide_appeal(review, by=by(who, SHARED))
    assert refusal.value.members == {"role": role}


def test_no_calibrator_decides_the_appeal_not_only_the_last_one() -> None:
    way = [*reviews.WAYS["calibrated"], lambda r: reviews.calibrate(r, by=by(DORA), rating=2)]
    review = given(opened(), *way, lambda r: r.share(by=by(BEN)), lambda r: reviews.appeal(r, by=by(ANA)))
    for who in (CEM, DORA):
        with refused(review, SamePerson):
            reviews.decide_appeal(review, by=by(who))


OWN = {"opened": reviews.self_assess, "shared": reviews.acknowledge, "acknowledged": reviews.appeal}


@pytest.mark.parametrize(("status", "command"), OWN.items())
def test_only_the_person_reviewed_speaks_for_themselves(status: str, command: Any) -> None:
    review = review_in(status)
    with refused(review, Forbidden):
        command(review, by=by(BEN, SHARED))
    other = review_in(status)
    command(other, by=by(HR, SHARED))
    assert len(recorded(other)) == 1


def test_a_self_assessment_may_be_recorded_on_their_behalf() -> None:
    review = review_in("opened")
    reviews.self_assess(review, by=by(DORA, SHARED), on_behalf=True)
    assert vars(review.pending_events[0])["actor"] == by(DORA).actor


def test_only_the_reviewer_assesses_unless_it_is_on_their_behalf() -> None:
    review = review_in("self_assessed")
    with refused(review, Forbidden):
        reviews.assess(review, by=by(CEM))
    reviews.assess(review, by=by(CEM), on_behalf=True)
    assert recorded(review) == ["review.assessed"]


def test_the_person_reviewed_never_assesses_themselves_not_even_on_behalf() -> None:
    review = review_in("self_assessed")
    for on_behalf in (False, True):
        with refused(review, SamePerson):
            reviews.assess(review, by=by(ANA), on_behalf=on_behalf)


def test_the_evidence_is_recorded_with_the_weights_and_the_policy() -> None:
    review = review_in("assessed")
    assert review.assessment is not None
    first = review.assessment.evidence[0]
    assert (first["objective_id"], first["weight"], first["version"], first["position"]) == (
        str(id_of("first")),
        "60.5",
        7,
        40,
    )
    assert (first["progress"], first["score"], review.assessment.policy) == ("0.5", None, "2026-1")
    assert first["key_results"][0]["attainment"] == "0.5"


def test_evidence_of_other_objectives_is_not_taken() -> None:
    review = review_in("self_assessed")
    with pytest.raises(ValueError, match="evidence"):
        reviews.assess(review, evidence=EVIDENCE[:1])


def test_another_assessment_is_refused_and_leaves_the_evidence() -> None:
    review = review_in("assessed")
    with refused(review, ForbiddenTransition):
        reviews.assess(review, rating=4)


def test_a_calibration_says_from_what_to_what_and_may_leave_the_rating() -> None:
    review = review_in("assessed")
    reviews.calibrate(review, rating=3)
    reviews.calibrate(review, rating=5, reason_code="evidence")
    first, second = (vars(event) for event in review.pending_events)
    assert (first["rating_before"], first["rating"]) == (3, 3)
    assert (second["rating_before"], second["rating"], review.rating) == (3, 5, 5)


def test_the_same_calibration_by_somebody_else_is_one_of_its_own() -> None:
    review = review_in("calibrated")
    reviews.calibrate(review, by=by(DORA))
    assert recorded(review) == ["review.calibrated"]


def test_a_reason_code_is_one_of_the_list() -> None:
    review = review_in("assessed")
    with refused(review, InvalidValue) as refusal:
        reviews.calibrate(review, reason_code="mood")
    assert refusal.value.errors[0].pointer == "/reason_code"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"decision": "upheld", "rating": 5}, "/rating"),
        ({"decision": "amended", "rating": 4}, "/rating"),
        ({"decision": "amended", "rating": None}, "/rating"),
        ({"decision": "maybe"}, "/decision"),
    ],
)
def test_a_decision_upholds_the_rating_or_amends_it(fields: dict[str, Any], pointer: str) -> None:
    review = review_in("appealed")
    with refused(review, InvalidValue) as refusal:
        reviews.decide_appeal(review, **fields)
    assert refusal.value.errors[0].pointer == pointer


def test_an_amended_review_has_the_new_rating() -> None:
    assert review_in("amended").rating == 5
    assert review_in("upheld").rating == 4
