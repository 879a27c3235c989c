"""Bodies of the commands on cycles."""

from marshmallow import fields

from domain.checks import NAME_LENGTH
from domain.cycle import (
    APPEAL_DAYS,
    CADENCE_DAYS,
    HIGHEST_GRADE,
    LONGEST_APPEAL,
    LONGEST_CADENCE,
    LOWEST_GRADE,
)
from web.schemas.bodies import Creation
from web.schemas.fields import Shape, day, line, many, whole

LABELS = 100


class RatingScale(Shape):
    """From `lowest` to `highest`; `labels` names the steps, one each."""

    lowest = whole(LOWEST_GRADE, HIGHEST_GRADE, required=True)
    highest = whole(LOWEST_GRADE, HIGHEST_GRADE, required=True)
    labels = many(line(NAME_LENGTH), LABELS, required=True)


class CycleDefinition(Creation):
    name = line(NAME_LENGTH, required=True)
    starts_on = day(required=True)
    ends_on = day(required=True)
    cadence_days = whole(1, LONGEST_CADENCE, load_default=CADENCE_DAYS)
    appeal_days = whole(0, LONGEST_APPEAL, load_default=APPEAL_DAYS)
    rating_scale = fields.Nested(RatingScale(), load_default=None, allow_none=True)
