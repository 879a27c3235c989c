"""The shapes of answers about change plans."""

from marshmallow import fields

from domain.change_plan import ACTIONS, STATUSES
from domain.health import CLASSES
from domain.objective.values import LEVELS, LINK_KINDS
from projections.alignment.queries.what_if import EFFECTS
from web.schemas.answers import (
    Circumstances,
    Shown,
    at_times,
    day,
    day_or_null,
    decimal_or_null,
    each,
    identity,
    identity_or_null,
    of_type,
    one_of,
    one_of_or_null,
    text,
    text_or_null,
    whole,
)  # fmt: skip
from web.schemas.health_answers import Figures
from web.schemas.reach_answers import Reach


class PlanShown(Shown):
    """`drafted_by` and its like are actors."""

    id = identity()
    title = text()
    why = text()
    status = one_of(*STATUSES)
    said_position = whole()
    drafted_by = text()
    drafted_by_name = text_or_null()
    drafted_on = day()
    approved_by = text_or_null()
    approved_by_name = text_or_null()
    approved_on = day_or_null()
    ended_by = text_or_null()
    ended_by_name = text_or_null()
    ended_on = day_or_null()
    withdrawal_reason = text_or_null()
    version = whole()
    position = whole()


class ChangePlanSchema(PlanShown):
    """`changes` says how many there are."""

    changes = whole()


class PlannedChangeShown(Shown):
    """The fields that the action does not take are null; a name is that of the moment asked about."""

    action = one_of(*ACTIONS)
    unit_id = identity_or_null()
    unit_name = text_or_null()
    person_id = identity_or_null()
    person_name = text_or_null()
    objective_id = identity_or_null()
    objective_title = text_or_null()
    parent_id = identity_or_null()
    parent_name = text_or_null()
    manager_id = identity_or_null()
    manager_name = text_or_null()
    owner_unit_id = identity_or_null()
    owner_person_id = identity_or_null()
    owner_name = text_or_null()
    kind = one_of_or_null(*LINK_KINDS)
    weight = decimal_or_null()


class PlanRemark(Shown):
    comment_id = identity()
    said_by = text()
    said_by_name = text_or_null()
    said_on = day()
    position = whole()
    text = text()


class ChangedSince(Shown):
    """An event that happened to something which the plan names, after its changes were last said."""

    position = whole()
    kind = text()
    id = identity()
    title = text_or_null()
    action = text()
    recorded_at = text(format="date-time")
    actor = text()
    actor_name = text_or_null()


class ChangePlanInFull(PlanShown):
    changes = each(PlannedChangeShown())
    comments = each(PlanRemark())
    changed_since = each(ChangedSince())


class UnitFiguresBeside(Shown):
    unit_id = identity()
    name = text_or_null()
    before = fields.Nested(Figures(), required=True, allow_none=True)
    after = fields.Nested(Figures(), required=True, allow_none=True)


class HealthBeside(Shown):
    """`units`: those whose figures would be others."""

    before = fields.Nested(Figures(), required=True)
    after = fields.Nested(Figures(), required=True)
    units = each(UnitFiguresBeside())


class ObjectiveAffected(Shown):
    """`before` and `after`: its class; null where it is not live, or not of what is asked about."""

    objective_id = identity()
    title = text_or_null()
    level = one_of(*LEVELS)
    unit_id = identity_or_null()
    unit_name = text_or_null()
    before = one_of_or_null(*CLASSES)
    after = one_of_or_null(*CLASSES)
    effect = one_of(*EFFECTS)
    withheld = at_times(of_type("boolean"))


class EffectCounts(Shown):
    loses = whole()
    finds = whole()
    ends = whole()
    other = whole()


class ReachBeside(Reach):
    class Meta(Reach.Meta):
        exclude = ("position",)


class PlanImpact(Circumstances):
    """The day `as_of` as it would be if the plan were carried out on it; nothing of that is recorded. In
    `reach`, `from` is the day without the plan.
    """

    plan_id = identity()
    status = one_of(*STATUSES)
    policy = text()
    health = fields.Nested(HealthBeside(), required=True)
    reach = fields.Nested(ReachBeside(), required=True)
    counts = fields.Nested(EffectCounts(), required=True)
    objectives = each(ObjectiveAffected())
