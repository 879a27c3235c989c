"""The shapes of answers about measures."""

from marshmallow import fields

from domain.measure import DIRECTIONS
from web.schemas.answers import (
    Circumstances,
    Shown,
    day,
    day_or_null,
    decimal,
    decimal_or_null,
    each,
    identity,
    number_or_null,
    of_type,
    one_of,
    text,
    text_or_null,
    whole,
)  # fmt: skip


class LatestReading(Shown):
    """`version` and `position` are of the event that gave the value: the reading or its last correction."""

    reading_id = identity()
    on = day()
    value = decimal()
    source = text_or_null()
    version = whole()
    position = whole()


class MeasureReading(LatestReading):
    attainment = number_or_null()


class MeasureSchema(Shown):
    id = identity()
    external_id = text_or_null()
    name = text()
    unit_of_measure = text_or_null()
    direction = one_of(*DIRECTIONS)
    baseline = decimal()
    target = decimal()
    objective_ids = of_type("array", items={"type": "string", "format": "uuid"})
    latest = fields.Nested(LatestReading(), required=True, allow_none=True)
    attainment = number_or_null()
    version = whole()
    position = whole()


class MeasureInFull(MeasureSchema):
    readings = each(MeasureReading())


class ImpactMonth(Shown):
    """The measure stood so on the last day of a month, and so did the objectives linked to it; `read_on`: the
    day of the reading that gave the value, which may be long before.
    """

    on = day()
    value = decimal_or_null()
    read_on = day_or_null()
    attainment = number_or_null()
    live_below = whole()
    coverage = number_or_null()
    progress = number_or_null()


class Impact(Circumstances):
    """`coverage` is the share of the live objectives below the linked ones that is aligned, `progress` is the
    mean of the linked ones.
    """

    measure_id = identity()
    objective_ids = of_type("array", items={"type": "string", "format": "uuid"})
    months = each(ImpactMonth())
    note = text()
