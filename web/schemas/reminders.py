"""Reminders over HTTP: how the caller is told what they owe."""

from marshmallow import fields

from web.schemas.answers import Shown, identity, of_type, text, text_or_null, whole
from web.schemas.fields import Shape
from web.schemas.queries import HIGHEST_POSITION, Whole, nothing


class AskedReminders(Shape):
    min_position = Whole(0, HIGHEST_POSITION, load_default=nothing)


class CalendarFeed(Shown):
    """A calendar without its path, which nobody can read again."""

    id = identity()
    created_at = text(format="date-time")
    expires_at = text(format="date-time")
    last_used_at = text_or_null(format="date-time")


class CalendarWithSecret(CalendarFeed):
    """The one answer that has the path, which holds the secret."""

    path = text()


class CalendarOfMine(Shown):
    """`calendar` is null where there is none."""

    calendar = fields.Nested(CalendarFeed(), required=True, allow_none=True)


class Reminders(CalendarOfMine):
    """`mails`: whether mails remind the caller, from the `hour` of the organisation's day on."""

    mails = of_type("boolean")
    hour = whole()
    has_address = of_type("boolean")
    position = whole()
