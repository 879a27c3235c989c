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
from web.schemas.objective_answers import ObjectiveInFull, OwnerShown, Path


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


class PersonAlignment(Circumstances):
    person = fields.Nested(PersonHere(), required=True)
    membership = each(PersonMembership())
    objectives = each(ObjectiveOwned())
    policy = text()


class UnitHere(Shown):
    """`people`: who belongs directly to it."""

    id = identity()
    name = text_or_null()
    parent_id = identity_or_null()
    status = text()
    people = of_type("array", items={"type": "string", "format": "uuid"})


class UnitAlignment(Circumstances):
    """The objectives of the unit and of its people; those of the units below it are not among them."""

    unit = fields.Nested(UnitHere(), required=True)
    membership = each(UnitMembership())
    objectives = each(ObjectiveOwned())
    policy = text()
