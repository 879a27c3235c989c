"""Bodies of the commands on measures, and what can be asked about them."""

from domain.checks import NAME_LENGTH
from domain.measure import DIRECTIONS, MOST_OBJECTIVES
from web.schemas.bodies import Body, CreationSchema
from web.schemas.fields import choice, day, exact, identity, line, many
from web.schemas.queries import Asked, nothing


class MeasureDefinition(CreationSchema):
    """`objective_ids`: the strategic objectives that are meant to move it."""

    name = line(NAME_LENGTH, required=True)
    unit_of_measure = line(NAME_LENGTH, load_default=None, allow_none=True)
    direction = choice(*DIRECTIONS, required=True)
    baseline = exact(required=True)
    target = exact(required=True)
    objective_ids = many(identity(), MOST_OBJECTIVES, required=True)


class MeasureRevision(Body):
    """The fields that change; what is left out stays. `unit_of_measure` null: there is none."""

    name = line(NAME_LENGTH)
    unit_of_measure = line(NAME_LENGTH, allow_none=True)
    direction = choice(*DIRECTIONS)
    baseline = exact()
    target = exact()
    objective_ids = many(identity(), MOST_OBJECTIVES)


class MeasuredCorrection(Body):
    """`source`: where it was read; left out in a correction, it stays."""

    value = exact(required=True)
    source = line(NAME_LENGTH, load_default=None, allow_none=True)


class MeasuredSchema(MeasuredCorrection):
    on = day(required=True)


class AskedImpact(Asked):
    """Months, whole ones, of two days; by default the twelve that end with the day asked about."""

    from_ = day(load_default=nothing, data_key="from")
    to = day(load_default=nothing)
