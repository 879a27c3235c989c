"""The shapes of answers about the caller."""

from marshmallow import fields

from web.access.deeds import KINDS
from web.access.roles import ROLES
from web.schemas.answers import (
    Shown,
    each,
    identity,
    identity_or_null,
    of_type,
    one_of,
    text,
    text_or_null,
    whole,
)
from web.schemas.fields import Shape
from web.schemas.fields import identity as an_identity
from web.schemas.queries import HIGHEST_POSITION, Whole, nothing

HOW = ("token", "session", "provider")


class AskedMe(Shape):
    min_position = Whole(0, HIGHEST_POSITION, load_default=nothing)


class AskedOperations(Shape):
    subject = an_identity(required=True)


class NamedThing(Shown):
    id = identity()
    name = text_or_null()


class SignIn(Shown):
    """`token_id` is null where a provider has signed the token."""

    how = one_of(*HOW)
    token_id = identity_or_null()
    name = text()
    until = text_or_null(format="date-time")


class Me(Shown):
    """`person` is null for what belongs to nobody."""

    actor = text()
    person = fields.Nested(NamedThing(), required=True, allow_none=True)
    roles = of_type("array", items={"type": "string", "enum": sorted(ROLES)})
    units = each(NamedThing())
    scopes = of_type("array", items={"type": "string"})
    signed_in = fields.Nested(SignIn(), required=True)
    operations = of_type("array", items={"type": "string"})
    today = text(format="date")
    position = whole()


class SubjectOfOperations(Shown):
    type = one_of(*sorted(kind.TOPIC for kind in KINDS.values()))
    id = identity()
    version = whole()


class OperationOfMine(Shown):
    """`path` has the id of the subject in it; what else it needs stands in braces."""

    operation = text()
    path = text()
    fits = of_type("boolean")


class OperationsOfMine(Shown):
    subject = fields.Nested(SubjectOfOperations(), required=True)
    operations = each(OperationOfMine())
