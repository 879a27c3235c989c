"""Bodies of the commands on reviews, and what can be asked about them."""

from marshmallow import fields

from domain.review.lifecycle import DECISIONS, Status
from domain.review.values import REASON_CODES, TEXT_LENGTH
from projections.reviews.queries import OPENED, ORDERS
from web.schemas.bodies import Body, CreationSchema
from web.schemas.fields import MANY, Shape, choice, exact, flag, identity, many, text, whole
from web.schemas.queries import Asked, AskedList, choices, nothing

GROUPINGS = ("unit", "level", "reviewer")
GRADES = (0, 100)
REVIEW_STATUSES = tuple(str(status) for status in Status)


class ShareSchema(Shape):
    """An objective under review; `weight` in per cent of the whole."""

    objective_id = identity(required=True)
    weight = exact(required=True)


class ReviewOpening(CreationSchema):
    """The weights sum to exactly 100."""

    person_id = identity(required=True)
    reviewer_id = identity(required=True)
    cycle_id = identity(required=True)
    objectives = many(fields.Nested(ShareSchema()), MANY, required=True)


class Reassignment(Body):
    reviewer_id = identity(required=True)


class SelfAssessment(Body):
    text = text(TEXT_LENGTH, required=True)


class AssessmentSchema(Body):
    """`rating` is a grade of the cycle's scale."""

    rating = whole(*GRADES, required=True)
    text = text(TEXT_LENGTH, required=True)


class CalibrationSchema(Body):
    """`rating` may be the one before."""

    rating = whole(*GRADES, required=True)
    reason_code = choice(*REASON_CODES, required=True)
    comment = text(TEXT_LENGTH, required=True)


class AcknowledgementSchema(Body):
    """Acknowledging is not agreeing."""

    agrees = flag(required=True)
    comment = text(TEXT_LENGTH, load_default=None, allow_none=True)


class Appeal(Body):
    grounds = text(TEXT_LENGTH, required=True)


class AppealDecision(Body):
    """`rating` is needed to amend; upheld, it stays as it is."""

    decision = choice(*(str(decision) for decision in DECISIONS), required=True)
    rating = whole(*GRADES, load_default=None, allow_none=True)
    comment = text(TEXT_LENGTH, required=True)


class AskedReviews(AskedList):
    person = identity(load_default=nothing)
    reviewer = identity(load_default=nothing)
    cycle = identity(load_default=nothing)
    status = choices(*REVIEW_STATUSES)
    order = choice(*ORDERS, load_default=OPENED)


class AskedFairness(Asked):
    """`level` is the kind of the person's unit."""

    cycle = identity(required=True)
    by = choice(*GROUPINGS, load_default="unit")
