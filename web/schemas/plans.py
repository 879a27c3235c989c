"""Bodies of the commands on change plans, and what can be asked about them."""

from marshmallow import fields

from domain.change_plan import ACTIONS, COMMENT_LENGTH, MOST_CHANGES, STATUSES, WHY_LENGTH
from domain.checks import NAME_LENGTH
from domain.objective.values import LINK_KINDS
from projections.change_plans.queries import SORTING
from web.schemas.bodies import Body
from web.schemas.fields import Shape, choice, identity, line, many, text, weight
from web.schemas.queries import Asked, AskedList, Sort, choices, nothing


class PlannedChange(Shape):
    """`action` says what is to be done, and which of the other fields it takes."""

    action = choice(*ACTIONS, required=True)
    unit_id = identity(load_default=None, allow_none=True)
    person_id = identity(load_default=None, allow_none=True)
    objective_id = identity(load_default=None, allow_none=True)
    parent_id = identity(load_default=None, allow_none=True)
    manager_id = identity(load_default=None, allow_none=True)
    owner_unit_id = identity(load_default=None, allow_none=True)
    owner_person_id = identity(load_default=None, allow_none=True)
    kind = choice(*LINK_KINDS, load_default=None, allow_none=True)
    weight = weight(load_default=None, allow_none=True)


class ChangePlanDraft(Body):
    """The reason becomes that of all that the plan records."""

    reason = text(WHY_LENGTH, required=True)
    title = line(NAME_LENGTH, required=True)
    changes = many(fields.Nested(PlannedChange()), MOST_CHANGES, required=True)


class ChangePlanComment(Body):
    text = text(COMMENT_LENGTH, required=True)


class AskedPlans(AskedList):
    status = choices(*STATUSES)
    sort = Sort(SORTING)


class AskedPlanImpact(Asked):
    unit = identity(load_default=nothing)
    cycle = identity(load_default=nothing)
