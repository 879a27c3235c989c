"""The body and the answer of a cascade: one draft for everybody below."""

from decimal import Decimal

from marshmallow import fields

from domain.objective.values import (
    CONTRIBUTES,
    DESCRIPTION_LENGTH,
    LEVELS,
    LINK_KINDS,
    TITLE_LENGTH,
    VISIBILITIES,
)
from web.schemas.answers import CommandAnswer, ProblemAnswer, Shown, each, of_type
from web.schemas.bodies import Body
from web.schemas.fields import choice, day, flag, identity, line, many, text, weight
from web.schemas.objective_answers import OwnerShown
from web.schemas.objectives import PARTS, KeyResultSchema, OwnerSchema

PEOPLE, UNITS = "people", "units"


class ObjectiveCascade(Body):
    """The drafts are the same but for their owners. `below`: whoever owns the objective, if left out."""

    recipients = choice(PEOPLE, UNITS, required=True)
    below = fields.Nested(OwnerSchema(), load_default=None, allow_none=True)
    directly = flag(load_default=False)
    dry_run = flag(load_default=False)
    title = line(TITLE_LENGTH, required=True)
    description = text(DESCRIPTION_LENGTH, load_default=None, allow_none=True)
    level = choice(*LEVELS, load_default=None, allow_none=True)
    cycle_id = identity(load_default=None, allow_none=True)
    starts_on = day(load_default=None, allow_none=True)
    ends_on = day(load_default=None, allow_none=True)
    visibility = choice(*VISIBILITIES, load_default="open")
    key_results = many(fields.Nested(KeyResultSchema()), PARTS, load_default=list)
    kind = choice(*LINK_KINDS, load_default=CONTRIBUTES)
    weight = weight(load_default=Decimal(1), metadata={"default": "1"})


class CascadeOutcome(Shown):
    """It says what `POST /commands` would of the definition of a draft; after a dry run its status, and the
    problem, if it would be refused.
    """

    recipient = fields.Nested(OwnerShown(), required=True)
    status = fields.Integer()
    body = fields.Nested(CommandAnswer())
    problem = fields.Nested(ProblemAnswer())
    etag = fields.String()
    location = fields.String()
    replayed = fields.Boolean()


class Cascaded(Shown):
    outcomes = each(CascadeOutcome())
    dry_run = of_type("boolean")
