"""Bodies of the commands on alignments."""

from decimal import Decimal

from domain.objective.values import CONTRIBUTES, LINK_KINDS
from web.schemas.bodies import Body
from web.schemas.fields import Shape, choice, exact, identity


class Alignment(Shape):
    """A link upward within the definition of an objective."""

    objective_id = identity(required=True)
    kind = choice(*LINK_KINDS, load_default=CONTRIBUTES)
    weight = exact(load_default=Decimal(1), metadata={"default": "1"})


class AlignmentAddition(Alignment, Body):
    """The same, added later."""


class AlignmentWeight(Body):
    weight = exact(required=True)
