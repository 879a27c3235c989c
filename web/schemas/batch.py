"""The body and the answer of POST /commands."""

from contextlib import suppress
from typing import Any

from marshmallow import ValidationError, fields
from typing_extensions import override

from domain.refusals import Malformed
from web.api.conditions import versions_of
from web.schemas.answers import CommandAnswer, ProblemAnswer, Shown, each, whole
from web.schemas.fields import ID, Shape, line

MOST_COMMANDS = 1_000
LONGEST_PATH = 500


class IfMatch(fields.Field[str]):
    """This stands for the header If-Match; a bare number stands for the version too."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18:
            return f'"{value}"'
        if isinstance(value, str):
            with suppress(Malformed):
                versions_of(value)
                return value
        raise ValidationError('must be *, or a version such as 7 or "\\"7\\""')


def uuid_text(value: str) -> None:
    if not ID.fullmatch(value):
        raise ValidationError("must be a UUID")


class Item(Shape):
    """One command as it would be posted alone; `path` is what follows /api/v1, or all of it."""

    path = line(LONGEST_PATH, required=True)
    body = fields.Raw(load_default=dict, metadata={"type": "object"})
    if_match = IfMatch(
        load_default=None,
        allow_none=True,
        metadata={"type": ["string", "integer"], "pattern": '^("[0-9]{1,18}"|\\*)$', "minimum": 0},
    )
    idempotency_key = fields.String(
        load_default=None, allow_none=True, metadata={"format": "uuid"}, validate=uuid_text
    )


def _some(value: list[Any]) -> None:
    if not 1 <= len(value) <= MOST_COMMANDS:
        raise ValidationError(f"must have 1 to {MOST_COMMANDS:,} commands")


class CommandsSchema(Shape):
    """They are carried out in this order, each for itself: a refused one does not stop those after it."""

    commands = fields.List(
        fields.Nested(Item()),
        required=True,
        validate=_some,
        metadata={"minItems": 1, "maxItems": MOST_COMMANDS},
    )


class OutcomeSchema(Shown):
    """`body` of a command that succeeded, `problem` of one that was refused; `etag` and `location` as
    headers have them.
    """

    status = whole()
    body = fields.Nested(CommandAnswer())
    problem = fields.Nested(ProblemAnswer())
    etag = fields.String()
    location = fields.String()
    replayed = fields.Boolean()


class Outcomes(Shown):
    """One for each command, in the order of the commands."""

    outcomes = each(OutcomeSchema())
