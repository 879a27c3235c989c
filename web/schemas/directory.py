"""Bodies of the commands on units, people and cycles."""

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
from domain.person import EMAIL_LENGTH
from web.schemas.bodies import Body, CreationSchema
from web.schemas.fields import Shape, choice, day, identity, line, many, whole

KINDS = ("organisation", "division", "department", "team")


class UnitDefinition(CreationSchema):
    name = line(NAME_LENGTH, required=True)
    kind = choice(*KINDS, required=True)
    parent_id = identity(load_default=None, allow_none=True)


class UnitRenaming(Body):
    name = line(NAME_LENGTH, required=True)


class UnitMove(Body):
    """`parent_id` null: the unit becomes a top one; it has to be said."""

    parent_id = identity(required=True, allow_none=True)


class UnitLead(Body):
    """`person_id` null: nobody leads it; it has to be said."""

    person_id = identity(required=True, allow_none=True)


class UnitAccount(Body):
    """`account_id` null: it is no group there any more; it has to be said."""

    account_id = line(NAME_LENGTH, required=True, allow_none=True)


class UnitDissolution(Body):
    """`hand_over_to`: the unit to which its units, people and objectives go."""

    hand_over_to = identity(load_default=None, allow_none=True)


class UnitRestoration(Body):
    """`parent_id` left out: where it was; null: at the top."""

    parent_id = identity(allow_none=True)


class PersonDefinition(CreationSchema):
    name = line(NAME_LENGTH, required=True)
    email = line(EMAIL_LENGTH, load_default=None, allow_none=True)
    job_title = line(NAME_LENGTH, load_default=None, allow_none=True)
    unit_id = identity(required=True)
    manager_id = identity(load_default=None, allow_none=True)


class PersonTransfer(Body):
    """`manager_id` null: nobody; it has to be said, so that nobody loses a manager by omission."""

    unit_id = identity(required=True)
    manager_id = identity(required=True, allow_none=True)


class PersonRenaming(Body):
    name = line(NAME_LENGTH, required=True)


class PersonRevision(Body):
    """A field that is left out stays as it is; null: there is none."""

    email = line(EMAIL_LENGTH, allow_none=True)
    job_title = line(NAME_LENGTH, allow_none=True)
    user_name = line(EMAIL_LENGTH, allow_none=True)
    account_id = line(NAME_LENGTH, allow_none=True)


class PersonDeparture(Body):
    """`hand_over_to`: the person to whom leads of units, reports, objectives and reviews to write go."""

    hand_over_to = identity(load_default=None, allow_none=True)


class PersonReturn(Body):
    """`unit_id` and `manager_id` left out: where they were; `manager_id` null: nobody."""

    unit_id = identity(load_default=None, allow_none=True)
    manager_id = identity(allow_none=True)


class RatingScale(Shape):
    """From `lowest` to `highest`; `labels` names the steps, one each."""

    lowest = whole(LOWEST_GRADE, HIGHEST_GRADE, required=True)
    highest = whole(LOWEST_GRADE, HIGHEST_GRADE, required=True)
    labels = many(line(NAME_LENGTH), HIGHEST_GRADE - LOWEST_GRADE + 1, required=True)


class CycleDefinition(CreationSchema):
    name = line(NAME_LENGTH, required=True)
    starts_on = day(required=True)
    ends_on = day(required=True)
    cadence_days = whole(1, LONGEST_CADENCE, load_default=CADENCE_DAYS)
    appeal_days = whole(0, LONGEST_APPEAL, load_default=APPEAL_DAYS)
    rating_scale = fields.Nested(RatingScale(), load_default=None, allow_none=True)


class CycleRevision(Body):
    """A field that is left out stays as it is."""

    name = line(NAME_LENGTH)
    starts_on = day()
    ends_on = day()
    cadence_days = whole(1, LONGEST_CADENCE)
    appeal_days = whole(0, LONGEST_APPEAL)
