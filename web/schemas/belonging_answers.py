"""The shapes of answers about what belongs to a person or a unit, and where these belong."""

from marshmallow import fields

from web.schemas.answers import (
    Circumstances,
    Shown,
    day_or_null,
    each,
    identity,
    identity_or_null,
    of_type,
    text,
    text_or_null,
)  # fmt: skip
from web.schemas.fields import day as a_day
from web.schemas.fields import instant as an_instant
from web.schemas.history_answers import MomentShown
from web.schemas.objective_answers import ObjectiveInFull, OwnerShown, Path
from web.schemas.queries import Asked, nothing


class AskedAlignment(Asked):
    """Either of the last two asks for the same at another moment, beside the one asked about; the one that is
    left out is `as_of` or `known_at`.
    """

    from_as_of = a_day(load_default=nothing)
    from_known_at = an_instant(load_default=nothing)


class SpellSchema(Shown):
    """Until the day before `to`; null: until further notice."""

    from_ = fields.Raw(required=True, data_key="from", metadata={"type": "string", "format": "date"})
    to = day_or_null()


class Owned(SpellSchema):
    """`unit_id`: of the owner at the time."""

    owner = fields.Nested(OwnerShown(), required=True, allow_none=True)
    unit_id = identity_or_null()


class ObjectiveOwned(ObjectiveInFull):
    """`ownership`: whose it was at all times, the future included, as known at `known_at`."""

    paths = each(Path())
    truncated = of_type("boolean")
    ownership = each(Owned())


class PersonMembership(SpellSchema):
    """`unit_name`: the last one up to the day asked about."""

    unit_id = identity()
    unit_name = text_or_null()
    manager_id = identity_or_null()
    status = text()


class UnitMembership(SpellSchema):
    parent_id = identity_or_null()
    parent_name = text_or_null()
    status = text()


class PersonHere(Shown):
    id = identity()
    name = text_or_null()
    unit_id = identity_or_null()
    manager_id = identity_or_null()
    status = text()
    reports = of_type("array", items={"type": "string", "format": "uuid"})


class _PersonOwning(Shown):
    person = fields.Nested(PersonHere(), required=True)
    membership = each(PersonMembership())
    objectives = each(ObjectiveOwned())
    policy = text()


class PersonBefore(_PersonOwning, MomentShown):
    pass


class PersonAlignment(_PersonOwning, Circumstances):
    """`before` is null unless it was asked for, or if nobody was there then."""

    before = fields.Nested(PersonBefore(), required=True, allow_none=True)


class UnitHere(Shown):
    """`people`: who belongs directly to it."""

    id = identity()
    name = text_or_null()
    parent_id = identity_or_null()
    status = text()
    people = of_type("array", items={"type": "string", "format": "uuid"})


class _UnitOwning(Shown):
    """The objectives of the unit and of its people; those of the units below it are not among them."""

    unit = fields.Nested(UnitHere(), required=True)
    membership = each(UnitMembership())
    objectives = each(ObjectiveOwned())
    policy = text()


class UnitBefore(_UnitOwning, MomentShown):
    pass


class UnitAlignment(_UnitOwning, Circumstances):
    """`before` is null unless it was asked for, or if there was no such unit then."""

    before = fields.Nested(UnitBefore(), required=True, allow_none=True)
