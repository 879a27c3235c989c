"""The shapes of answers about reviews."""

from marshmallow import Schema, fields

from domain.review.lifecycle import DUE, Status
from web.schemas.answers import (
    Circumstances,
    Shown,
    day,
    day_or_null,
    each,
    identity,
    identity_or_null,
    number_or_null,
    of_type,
    one_of,
    text,
    text_or_null,
    whole,
)  # fmt: skip
from web.schemas.directory import RatingScale
from web.schemas.history_answers import Change, ToldChange
from web.schemas.reviews import GROUPINGS, REVIEW_STATUSES


def perhaps(of: Schema) -> fields.Nested:
    """An object, or null."""
    return fields.Nested(of, required=True, allow_none=True)


class NextStep(Shown):
    """`person_id` and `name` are null where it is personnel's to take."""

    operation = text()
    by = one_of(*sorted({by for _, by in DUE.values()}))
    person_id = identity_or_null()
    name = text_or_null()
    since = day()


class LastStep(Shown):
    action = text()
    actor = text()
    actor_name = text_or_null()
    on = day()


class ReviewSummary(Shown):
    """Before it is shared, `rating` is null for the person reviewed. `appeal_until` is the last day of
    appeal.
    """

    id = identity()
    external_id = text_or_null()
    person_id = identity()
    reviewer_id = identity()
    cycle_id = identity()
    status = one_of(*REVIEW_STATUSES)
    rating = of_type("integer", allow_none=True)
    opened_on = day()
    shared_on = day_or_null()
    appeal_until = day_or_null()
    version = whole()
    position = whole()
    person_name = text_or_null()
    reviewer_name = text_or_null()
    unit_id = identity_or_null()
    unit_name = text_or_null()
    last = fields.Nested(LastStep(), required=True)
    next = perhaps(NextStep())


ReviewCounts = Shown.from_dict({str(status): whole() for status in Status}, name="ReviewCounts")
PageOfReviewSummary = Circumstances.from_dict(
    {"items": each(ReviewSummary()), "counts": fields.Nested(ReviewCounts(), required=True)},
    name="PageOfReviewSummary",
)


class Taken(Shown):
    """A step: who took it, on which day and, if that was said, why."""

    by = text()
    by_name = text_or_null()
    on = day()
    reason = text_or_null()


class SelfAssessed(Taken):
    text = text()


class KeyResultThen(Shown):
    key_result_id = identity()
    value = text_or_null()
    attainment = number_or_null()
    progress = number_or_null()


class StandingSchema(Shown):
    """The standing of an objective on a day."""

    title = text()
    status = text()
    progress = number_or_null()
    score = text_or_null()
    key_results = each(KeyResultThen())


class EvidenceShown(StandingSchema):
    """As it was fixed; `version` and `position` are of the last event that it rests on."""

    objective_id = identity()
    weight = text()
    version = whole()
    position = whole()


class Assessed(Taken):
    rating = whole()
    policy = text()
    evidence = each(EvidenceShown())
    text = text()


class Calibrated(Taken):
    """`by` authorised it."""

    rating_before = whole()
    rating = whole()
    reason_code = text()
    comment = text()


class Acknowledged(Taken):
    agrees = of_type("boolean")
    comment = text_or_null()


class Appealed(Taken):
    grounds = text()


class Decided(Taken):
    decision = text()
    rating_before = whole()
    rating = whole()
    comment = text()


class ShareShown(Shown):
    objective_id = identity()
    weight = text()


class ReviewSchema(ReviewSummary):
    """Before it is shared, the person reviewed sees no more of the steps than their own self-assessment."""

    scale = fields.Nested(RatingScale(), required=True)
    appeal_days = whole()
    objectives = each(ShareShown())
    self_assessment = perhaps(SelfAssessed())
    assessment = perhaps(Assessed())
    calibrations = each(Calibrated())
    sharing = perhaps(Taken())
    acknowledgement = perhaps(Acknowledged())
    appeal = perhaps(Appealed())
    appeal_decision = perhaps(Decided())
    finalisation = perhaps(Taken())
    withdrawal = perhaps(Taken())


class ObjectiveChange(Change):
    """`late`: it holds since the day of the assessment or before, but was recorded after it."""

    objective_id = identity()
    late = of_type("boolean")


class Compared(Shown):
    """The evidence is compared: what was fixed, what is so now, in which fields the two differ, and what has
    happened to them since.
    """

    objective_id = identity()
    weight = text()
    version = whole()
    position = whole()
    fixed = fields.Nested(StandingSchema(), required=True)
    now = perhaps(StandingSchema())
    differs = of_type("boolean")
    differing = of_type("array", items={"type": "string"})
    events = each(ObjectiveChange())


class ReviewHistory(Circumstances):
    review_id = identity()
    items = each(ToldChange())
    evidence = each(Compared())


class Shifts(Shown):
    """From the rating of the assessment to the last calibration, of the reviews that were calibrated."""

    up = whole()
    down = whole()
    unchanged = whole()
    mean_shift = number_or_null()


class RatingsAssessed(Shown):
    """The ratings of the assessments, before any calibration and appeal."""

    distribution = of_type("object", additionalProperties={"type": "integer"})
    mean = number_or_null()


class Ratings(Shown):
    """`distribution`: reviews by rating."""

    people = whole()
    reviews = whole()
    distribution = of_type("object", additionalProperties={"type": "integer"})
    mean = number_or_null()
    assessed = fields.Nested(RatingsAssessed(), required=True)
    calibrations = fields.Nested(Shifts(), required=True)


class GroupOfReviews(Ratings):
    """`key` is an id or a kind of unit, `name` that of the id."""

    key = text_or_null()
    name = text_or_null()


class Fairness(Circumstances):
    """`suppressed` groups are not shown, since they, or what they would give away, have too few people."""

    cycle_id = identity()
    by = one_of(*GROUPINGS)
    fewest = whole()
    groups = each(GroupOfReviews())
    suppressed = whole()
    total = perhaps(Ratings())
