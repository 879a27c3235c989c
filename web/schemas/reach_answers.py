"""The reach of the goals is asked about and answered in these shapes."""

from marshmallow import fields

from domain.health import DETACHED, ORPHAN
from domain.objective.values import STRATEGIC
from domain.rules import PACES
from projections.alignment.queries.reach import BELOW_STRATEGY
from web.schemas.answers import (
    Circumstances,
    Shown,
    at_times,
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
from web.schemas.fields import day as a_day
from web.schemas.fields import identity as an_id
from web.schemas.fields import instant as an_instant
from web.schemas.objective_answers import PaceCounts
from web.schemas.queries import Asked, nothing


class AskedReach(Asked):
    """With `from_` or `from_known_at` the answer compares with that moment."""

    unit = an_id(load_default=nothing)
    cycle = an_id(load_default=nothing)
    from_ = a_day(load_default=nothing, data_key="from")
    from_known_at = an_instant(load_default=nothing)


class Mark(Shown):
    """The pace is null where it is `withheld`."""

    id = identity()
    pace = one_of_or_null(*PACES)
    also = of_type("boolean")
    withheld = at_times(of_type("boolean"))


class SomeObjectives(Shown):
    count = whole()
    ids = fields.List(identity(), required=True)


class CellChange(Shown):
    before = whole()
    gone = fields.Nested(SomeObjectives(), required=True)
    lost = fields.Nested(SomeObjectives(), required=True)
    moved = fields.Nested(SomeObjectives(), required=True)
    came = fields.Nested(SomeObjectives(), required=True)
    stayed = fields.Nested(SomeObjectives(), required=True)


class ReachCell(Shown):
    level = one_of(*BELOW_STRATEGY)
    live = whole()
    also = whole()
    paces = fields.Nested(PaceCounts(), required=True)
    also_paces = fields.Nested(PaceCounts(), required=True)
    marks = each(Mark())
    change = fields.Nested(CellChange(), required=True, allow_none=True)


class ReachedGoal(Shown):
    """Nameless and without figures, where it is `withheld`."""

    id = identity()
    title = text_or_null()
    unit_id = identity_or_null()
    unit_name = text_or_null()
    progress = number_or_null()
    elapsed = number_or_null()
    pace = one_of_or_null(*PACES)
    withheld = at_times(of_type("boolean"))


class RowBefore(Shown):
    live = whole()
    progress = number_or_null()
    elapsed = number_or_null()
    pace = one_of_or_null(*PACES)


class ReachRow(Shown):
    class_ = text(enum=[STRATEGIC, DETACHED, ORPHAN], data_key="class")
    goal = fields.Nested(ReachedGoal(), required=True, allow_none=True)
    goal_change = one_of_or_null("stayed", "came", "gone")
    before = fields.Nested(RowBefore(), required=True, allow_none=True)
    live = whole()
    also = whole()
    paces = fields.Nested(PaceCounts(), required=True)
    cells = each(ReachCell())


class ReachTotal(Shown):
    live = whole()
    strategic = whole()
    aligned = whole()
    detached = whole()
    orphan = whole()
    paces = fields.Nested(PaceCounts(), required=True)


class SideOfReach(Shown):
    as_of = text(format="date")
    known_at = text(format="date-time")
    policy = text()
    total = fields.Nested(ReachTotal(), required=True)


class Reach(Circumstances):
    """`from` is the moment compared with, and its total."""

    from_ = fields.Nested(SideOfReach(), required=True, allow_none=True, data_key="from")
    total = fields.Nested(ReachTotal(), required=True)
    rows = each(ReachRow())
    policy = text()
