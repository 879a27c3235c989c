"""The health of the alignment is asked about and answered in these shapes."""

from marshmallow import fields

from domain.health import CLASSES
from domain.objective.values import LINK_KINDS
from domain.rules import PACES
from web.schemas.answers import (
    Circumstances,
    Shown,
    at_times,
    day,
    decimal,
    decimal_or_null,
    each,
    identity,
    identity_or_null,
    number_or_null,
    of_type,
    one_of,
    one_of_or_null,
    text,
    text_or_null,
    whole,
)  # fmt: skip
from web.schemas.audit_answers import SubjectSchema
from web.schemas.fields import choice
from web.schemas.fields import day as a_day
from web.schemas.fields import identity as an_id
from web.schemas.fields import instant as an_instant
from web.schemas.history_answers import FieldChange
from web.schemas.objective_answers import OwnerShown, PaceCounts
from web.schemas.queries import STEPS, Asked, AskedList, AskedUntil, Truth, nothing


class AskedHealth(Asked):
    unit = an_id(load_default=nothing)
    cycle = an_id(load_default=nothing)


class AskedLinks(AskedList):
    unit = an_id(load_default=nothing)
    cycle = an_id(load_default=nothing)
    crossing = Truth(load_default=nothing)


class AskedSeries(AskedUntil):
    from_ = a_day(
        load_default=nothing,
        data_key="from",
    )
    unit = an_id(load_default=nothing)
    cycle = an_id(load_default=nothing)
    step = choice(*STEPS, load_default="month")
    by = choice("unit", load_default=nothing)
    paces = Truth(load_default=nothing)


class AskedChange(AskedUntil):
    """`known_at` is for the two that are left out."""

    from_ = a_day(required=True, data_key="from")
    unit = an_id(load_default=nothing)
    cycle = an_id(load_default=nothing)
    from_known_at = an_instant(load_default=nothing)
    to_known_at = an_instant(load_default=nothing)


class Figures(Shown):
    strategic = whole()
    aligned = whole()
    detached = whole()
    orphan = whole()
    live = whole()
    planned = at_times(whole())
    overdue = at_times(whole())
    coverage = number_or_null()
    silo_index = number_or_null()
    stale = whole()
    links = whole()
    links_crossing = whole()
    progress = number_or_null()
    paces = fields.Nested(PaceCounts(), required=True)


class UnitFigures(Figures):
    unit_id = identity()
    name = text_or_null()
    status = text()


class Lists(Shown):
    """For each number of the total, the path of the list of what it counts."""

    strategic = text()
    aligned = text()
    detached = text()
    orphan = text()
    live = text()
    planned = at_times(text())
    overdue = at_times(text())
    stale = text()
    links = text()
    links_crossing = text()


class Health(Circumstances):
    policy = text()
    total = fields.Nested(Figures(), required=True)
    lists = fields.Nested(Lists(), required=True)
    units = each(UnitFigures())


class Point(Figures):
    """`progress` and `paces` are there if they are asked for."""

    progress = at_times(number_or_null())
    paces = fields.Nested(PaceCounts())
    on = day()


class PolicyOfDays(Shown):
    """The policy by which the points from this day on were made, where there was more than one."""

    policy = text()
    from_ = fields.Raw(required=True, data_key="from", metadata={"type": "string", "format": "date"})


class UnitPoints(Shown):
    """`points` of the days on which the unit exists."""

    unit_id = identity()
    name = text_or_null()
    points = each(Point())


class HealthSeries(Circumstances):
    """`as_of` is the last day. `units` is empty unless they are asked for."""

    from_ = fields.Raw(required=True, data_key="from", metadata={"type": "string", "format": "date"})
    to = day()
    step = one_of(*STEPS)
    unit_id = identity_or_null()
    points = each(Point())
    units = each(UnitPoints())
    policy = text()
    policies = fields.List(fields.Nested(PolicyOfDays()))


class SideOfChange(Shown):
    as_of = day()
    known_at = text(format="date-time")
    figures = fields.Nested(Figures(), required=True)


class ChangingEvent(Shown):
    """The `subject` is what the event changed: this objective, one above it, a person or a unit."""

    position = whole()
    event_id = text()
    recorded_at = text(format="date-time")
    effective_on = day()
    actor = text()
    actor_name = text_or_null()
    reason = text_or_null()
    action = text()
    subject = fields.Nested(SubjectSchema(), required=True)


class DayOfPeriod(Shown):
    """A first or last day of a period that lies between the two moments."""

    on = day()
    objective_id = identity()
    field = one_of("starts_on", "ends_on")


LISTS_OF_CAUSES = ("changes", "objective_ids")


class CauseOfChange(ChangingEvent):
    """An event, by how many objectives are of another class by it."""

    unit_id = identity_or_null()
    unit_name = text_or_null()
    changes = each(FieldChange())
    lost = whole()
    won = whole()
    gone = whole()
    came = whole()
    otherwise = whole()
    objective_ids = fields.List(identity(), required=True)


class _ChangeBeside(Shown):
    """An objective that is live at both moments."""

    objective_id = identity()
    title = text()
    unit_id = identity_or_null()
    unit_name = text_or_null()


class ChangedPace(_ChangeBeside):
    before = one_of_or_null(*PACES)
    after = one_of_or_null(*PACES)


class ChangedOwner(_ChangeBeside):
    before = fields.Nested(OwnerShown(), required=True, allow_none=True)
    after = fields.Nested(OwnerShown(), required=True, allow_none=True)


class ChangedTarget(_ChangeBeside):
    key_result_id = identity()
    key_result_title = text()
    before = decimal_or_null()
    after = decimal_or_null()
    lowered = of_type("boolean")


class ChangedObjective(Shown):
    """`before` and `after`: its class; null while it is not live, or not of the unit asked about. `unit_id`:
    that of its owner, at the second moment if it is there then.
    """

    objective_id = identity()
    title = text_or_null()
    unit_id = identity_or_null()
    unit_name = text_or_null()
    before = one_of_or_null(*CLASSES)
    after = one_of_or_null(*CLASSES)
    events = each(ChangingEvent())
    events_withheld = at_times(whole())
    days = fields.List(fields.Nested(DayOfPeriod()))
    withheld = at_times(of_type("boolean"))


class HealthChange(Circumstances):
    from_ = fields.Nested(SideOfChange(), required=True, data_key="from")
    to = fields.Nested(SideOfChange(), required=True)
    unit_id = identity_or_null()
    objectives = each(ChangedObjective())
    causes = each(CauseOfChange())
    pace_changes = each(ChangedPace())
    owner_changes = each(ChangedOwner())
    target_changes = each(ChangedTarget())
    policy = text()
    policy_before = at_times(text())


class CountedLink(Shown):
    """A link between two live objectives, from the child up to the parent."""

    from_ = fields.Raw(required=True, data_key="from", metadata={"type": "string", "format": "uuid"})
    from_title = text_or_null()
    from_unit_id = identity_or_null()
    from_unit_name = text_or_null()
    to = identity()
    to_title = text_or_null()
    to_unit_id = identity_or_null()
    to_unit_name = text_or_null()
    crossing = of_type("boolean")
    kind = one_of(*LINK_KINDS)
    weight = decimal()
    since = day()
