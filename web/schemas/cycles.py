"""Bodies of the commands on cycles."""

from marshmallow import fields

from domain.checks import NAME_LENGTH
from web.schemas.bodies import Creation
from web.schemas.fields import Shape, day, line, many, whole

LABELS = 100


class RatingScale(Shape):
    """From `lowest` to `highest`; `labels` names the steps, one each."""

    lowest = whole(-100, 100, required=True)
    highest = whole(-100, 100, required=True)
    labels = many(line(NAME_LENGTH), LABELS, required=True)


class CycleDefinition(Creation):
    name = line(NAME_LENGTH, required=True)
    starts_on = day(required=True)
    ends_on = day(required=True)
    cadence_days = whole(1, 3660, load_default=30)
    appeal_days = whole(1, 366, load_default=10)
    rating_scale = fields.Nested(RatingScale(), load_default=None, allow_none=True)
