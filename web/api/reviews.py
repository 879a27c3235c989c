"""Reviews: the assessment of one person in one cycle, step by step."""

from typing import Any
from uuid import UUID

from application.act import Act
from application.reviews import Reviews
from application.store import Answer
from domain.review import Share
from web.api.external_ids import correctable
from web.api.routes import SOME_ID, Routes
from web.schemas.reviews import (
    AcknowledgementSchema,
    Appeal,
    AppealDecision,
    AssessmentSchema,
    CalibrationSchema,
    Reassignment,
    ReviewOpening,
    SelfAssessment,
)  # fmt: skip
from web.wiring import Commands

reviews = Routes("reviews", __name__, of=Reviews, description="The assessment of one person in one cycle.")
OPENING = {
    "person_id": SOME_ID,
    "reviewer_id": "0d6f2b0e-3f6c-4b7e-8a53-5b1f6c1f2c55",
    "cycle_id": SOME_ID,
    "objectives": [{"objective_id": SOME_ID, "weight": "100"}],
}
REASONED = {"reason": "the person left in March"}


@reviews.command("/reviews", ReviewOpening(), creates="reviews", example=OPENING)
def open_(use: Commands, act: Act, body: dict[str, Any]) -> Answer:
    """Open the review of a person in a cycle"""
    return use.reviews.open(act, objectives=[Share(**given) for given in body.pop("objectives")], **body)


correctable(reviews)

reviews.use_case(
    "/reviews/<uuid:id>/reassignment",
    Reviews.reassign,
    "Give a review to another reviewer, with a reason; what was said so far is kept",
    Reassignment(),
    example={"reviewer_id": SOME_ID, "reason": "the manager left in May"},
)


@reviews.command(
    "/reviews/<uuid:id>/self-assessment",
    SelfAssessment(),
    example={"text": "Two of three markets are open."},
)
def self_assess(use: Commands, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """The person reviewed says how it went"""
    return use.reviews.self_assess(act, id, on_behalf=True, **body)


@reviews.command(
    "/reviews/<uuid:id>/assessment",
    AssessmentSchema(),
    example={"rating": 4, "text": "The third market was out of reach."},
)
def assess(use: Commands, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """The reviewer rates, and the evidence is fixed"""
    return use.reviews.assess(act, id, on_behalf=True, **body)


reviews.use_case(
    "/reviews/<uuid:id>/calibration",
    Reviews.calibrate,
    "Authorise another rating, or the same",
    CalibrationSchema(),
    example={"rating": 3, "reason_code": "consistency", "comment": "as in the other regions"},
)


@reviews.command("/reviews/<uuid:id>/sharing")
def share(use: Commands, act: Act, id: UUID) -> Answer:
    """The reviewer shares it with the person reviewed"""
    return use.reviews.share(act, id)


@reviews.command(
    "/reviews/<uuid:id>/acknowledgement",
    AcknowledgementSchema(),
    example={"agrees": False, "comment": "The third market was closed to everybody."},
)
def acknowledge(use: Commands, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """The person reviewed has seen it, and says whether they agree"""
    return use.reviews.acknowledge(act, id, **body)


@reviews.command(
    "/reviews/<uuid:id>/appeal",
    Appeal(),
    example={"grounds": "The third market was closed to everybody."},
)
def appeal(use: Commands, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """The person reviewed appeals, within the appeal days of sharing"""
    return use.reviews.appeal(act, id, **body)


reviews.use_case(
    "/reviews/<uuid:id>/appeal-decision",
    Reviews.decide_appeal,
    "Uphold or amend the rating",
    AppealDecision(),
    example={"decision": "amended", "rating": 4, "comment": "The market was closed."},
)

reviews.use_case("/reviews/<uuid:id>/finalisation", Reviews.finalise, "Finalise")

reviews.use_case(
    "/reviews/<uuid:id>/withdrawal",
    Reviews.withdraw,
    "Withdraw, with a reason; nothing deletes a review",
    example=REASONED,
)
