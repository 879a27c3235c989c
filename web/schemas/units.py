"""Bodies of the commands on units."""

from domain.checks import NAME_LENGTH
from web.schemas.bodies import Body, Creation
from web.schemas.fields import choice, identity, line

KINDS = ("organisation", "division", "department", "team")


class UnitDefinition(Creation):
    name = line(NAME_LENGTH, required=True)
    kind = choice(*KINDS, required=True)
    parent_id = identity(load_default=None, allow_none=True)


class UnitRenaming(Body):
    name = line(NAME_LENGTH, required=True)


class UnitMove(Body):
    """`parent_id` null: the unit becomes a top one; it has to be said."""

    parent_id = identity(required=True, allow_none=True)
