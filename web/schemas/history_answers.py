"""Histories are asked about and answered in these shapes."""

from typing import ClassVar

from marshmallow import fields

from domain.progress import KINDS
from web.schemas.answers import (
    Circumstances,
    Shown,
    day,
    each,
    identity,
    of_type,
    one_of,
    text,
    text_or_null,
    whole,
)  # fmt: skip
from web.schemas.fields import day as a_day
from web.schemas.fields import instant as an_instant
from web.schemas.fields import line
from web.schemas.queries import HIGHEST_POSITION, STEPS, AskedList, Whole, nothing


class AskedHistory(AskedList):
    """Without `as_of`, what was recorded ahead is told too. `field` is a field or a part of one, such as
    `target`. `since_version`: only what came after that version. Any of the last four asks for a
    comparison; those left out are `as_of` and `known_at`, or today and now.
    """

    PINNED: ClassVar[tuple[str, ...]] = ("known_at",)
    field = line(200, load_default=nothing)
    since_version = Whole(0, HIGHEST_POSITION, load_default=nothing)
    from_as_of = a_day(load_default=nothing)
    to_as_of = a_day(load_default=nothing)
    from_known_at = an_instant(load_default=nothing)
    to_known_at = an_instant(load_default=nothing)


def _anything() -> fields.Raw:
    return fields.Raw(required=True, allow_none=True)


class FieldChange(Shown):
    """`until`: the day from which something else was known to hold already. `label`: what the id in `field`
    is called. `personal`: it is personal text, null to those who do not read all. `lowered`, `raised`: the
    target is easier, or harder, to reach than the one before, by the kind of the key result.
    """

    field = text()
    before = _anything()
    after = _anything()
    until = fields.Raw(metadata={"type": "string", "format": "date"})
    label = fields.Raw(metadata={"type": "string"})
    personal = fields.Raw(metadata={"type": "boolean", "const": True})
    lowered = fields.Raw(metadata={"type": "boolean", "const": True})
    raised = fields.Raw(metadata={"type": "boolean", "const": True})
    key_result_kind = fields.Raw(metadata={"type": "string", "enum": list(KINDS)})


class Change(Shown):
    """`before` is what held on the effective day, as known just before."""

    position = whole()
    event_id = text()
    recorded_at = text(format="date-time")
    effective_on = day()
    actor = text()
    reason = text_or_null()
    action = text()
    changes = each(FieldChange())


class ToldChange(Change):
    """`late`: recorded on a later day than the one since which it holds."""

    version = whole()
    actor_name = text_or_null()
    late = of_type("boolean")


class DifferenceSchema(FieldChange):
    """`events`: the positions of the events that did it."""

    events = of_type("array", items={"type": "integer"})


class Approval(Shown):
    """The last approval approved this, as of its day and as known then; `changes` set it against what is so
    now.
    """

    position = whole()
    version = whole()
    recorded_at = text(format="date-time")
    actor = text()
    actor_name = text_or_null()
    as_of = day()
    known_at = text(format="date-time")
    differs = of_type("boolean")
    changes = each(DifferenceSchema())


class MomentShown(Shown):
    as_of = day()
    known_at = text(format="date-time")


Comparison = Shown.from_dict(
    {
        "from": fields.Nested(MomentShown(), required=True),
        "to": fields.Nested(MomentShown(), required=True),
        "changes": each(DifferenceSchema()),
    },
    name="Comparison",
)


class DirectoryHistory(Circumstances):
    """`comparison` is null unless it was asked for."""

    items = each(ToldChange())
    comparison = fields.Nested(Comparison(), required=True, allow_none=True)


class ObjectiveHistory(Circumstances):
    """`comparison` is null unless it was asked for."""

    objective_id = identity()
    items = each(ToldChange())
    approval = fields.Nested(Approval(), required=True, allow_none=True)
    comparison = fields.Nested(Comparison(), required=True, allow_none=True)


class ChangesOfStep(Shown):
    from_ = text(format="date", data_key="from")
    to = day()
    changes = whole()
    late = whole()


class Changes(Circumstances):
    """`as_of` is the last day."""

    from_ = text(format="date", data_key="from")
    to = day()
    step = one_of(*STEPS)
    items = each(ChangesOfStep())
