"""Tokens over HTTP: how one is asked for, and how they are shown."""

from marshmallow import fields, validate

from web.access.roles import ROLES
from web.schemas.answers import Shown, each, identity, identity_or_null, of_type, text, text_or_null, whole
from web.schemas.fields import Shape, choice, instant, line, many
from web.schemas.fields import identity as an_identity
from web.schemas.queries import HIGHEST_POSITION, LISTED, MOST_LISTED, Truth, Whole, nothing

LONGEST_NAME = 200
LONGEST_SCOPE = 100


class TokenIssue(Shape):
    """`expires_at`: 90 days from now if left out, ten years at most. `units` limit hr and auditor; `scopes`
    are of a service: `objectives.check_in`, or `people.*` for all of a collection.
    """

    roles = fields.List(
        choice(*sorted(ROLES)),
        required=True,
        validate=validate.Length(1, len(ROLES), error=f"must have 1 to {len(ROLES)} items"),
    )
    name = line(LONGEST_NAME, required=True)
    person_id = an_identity(load_default=None, allow_none=True)
    units = many(an_identity(), load_default=list)
    scopes = many(line(LONGEST_SCOPE), load_default=list)
    expires_at = instant(load_default=None, allow_none=True)


class AskedTokens(Shape):
    """Those that have ended too, if `ended`."""

    ended = Truth(load_default=False)
    min_position = Whole(0, HIGHEST_POSITION, load_default=nothing)
    limit = Whole(1, MOST_LISTED, load_default=LISTED)
    after = line(1_000, load_default=nothing)


class TokenShown(Shown):
    """A token without its secret, which nobody can read again."""

    id = identity()
    name = text()
    roles = of_type("array", items={"type": "string"})
    units = of_type("array", items={"type": "string", "format": "uuid"})
    scopes = of_type("array", items={"type": "string"})
    person_id = identity_or_null()
    created_at = text(format="date-time")
    expires_at = text_or_null(format="date-time")
    revoked_at = text_or_null(format="date-time")
    last_used_at = text_or_null(format="date-time")


class TokenWithSecret(TokenShown):
    """The one answer that has the secret."""

    token = text()


class Tokens(Shown):
    items = each(TokenShown())
    position = whole()
