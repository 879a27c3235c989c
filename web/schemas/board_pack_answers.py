"""The board pack is asked for and answered in these shapes."""

from marshmallow import fields

from domain.measure import DIRECTIONS
from web.schemas.answers import (
    Circumstances,
    Shown,
    at_times,
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
from web.schemas.fields import day as a_day
from web.schemas.fields import instant as an_instant
from web.schemas.health_answers import LISTS_OF_CAUSES, CauseOfChange, UnitFigures
from web.schemas.queries import CYCLE_STATUSES, Asked, nothing
from web.schemas.review_answers import GroupOfReviews, Ratings, ReviewCounts, perhaps


class AskedPack(Asked):
    from_ = a_day(load_default=nothing, data_key="from")
    from_known_at = an_instant(load_default=nothing)


class PackFigure(Shown):
    """One figure of the whole organisation at the two moments."""

    figure = text()
    before = number_or_null()
    after = number_or_null()


class PackUnit(UnitFigures):
    coverage_before = number_or_null()


class PackCause(CauseOfChange):
    """A cause without the lists that it has elsewhere."""

    class Meta(CauseOfChange.Meta):
        exclude = LISTS_OF_CAUSES


class StoodMeasure(Shown):
    """The measure stood so, and so did the objectives that are meant to move it."""

    value = decimal_or_null()
    read_on = day_or_null()
    attainment = number_or_null()
    live_below = whole()
    coverage = number_or_null()
    progress = number_or_null()


class PackMeasure(Shown):
    """`before` is null where the measure was not there yet."""

    id = identity()
    name = text()
    unit_of_measure = text_or_null()
    direction = one_of(*DIRECTIONS)
    baseline = decimal()
    target = decimal()
    before = perhaps(StoodMeasure())
    after = fields.Nested(StoodMeasure(), required=True)


class PackCycle(Shown):
    """`reviews`, `ratings` and `suppressed` are null for those who may not read the reviews of all."""

    id = identity()
    name = text()
    status = one_of(*CYCLE_STATUSES)
    starts_on = day()
    ends_on = day()
    reviews = perhaps(ReviewCounts())
    suppressed = of_type("integer", allow_none=True)
    ratings = perhaps(Ratings())


class PackGroup(GroupOfReviews):
    """A unit in a cycle, if its ratings are shown."""

    cycle_id = identity()
    cycle_name = text()


class Pack(Shown):
    """`digest` is made of all the others. Lists are bounded; `…_beyond` says how many more there are."""

    title = text()
    as_of = day()
    known_at = text(format="date-time")
    position = whole()
    since = day()
    since_known_at = text(format="date-time")
    policy = text()
    policy_before = at_times(text())
    causes_beyond = whole()
    measures_beyond = whole()
    cycles_beyond = whole()
    digest = text()
    figures = each(PackFigure())
    units = each(PackUnit())
    causes = each(PackCause())
    measures = each(PackMeasure())
    cycles = each(PackCycle())
    groups = each(PackGroup())


class BoardPack(Circumstances):
    pack = fields.Nested(Pack(), required=True)
