"""The feed is asked and answers in these shapes."""

from typing import Any

from marshmallow import ValidationError, fields, validate
from typing_extensions import override

from web.schemas.answers import Shown, each, of_type, one_of, text, whole
from web.schemas.fields import Shape
from web.schemas.queries import HIGHEST_POSITION, LISTED, MOST_LISTED, Whole, nothing
from web.topics import matching

LONGEST_WAIT = 30
LONGEST_TOPIC = 100
TOPIC_PATTERN = r"^(\*|[a-z_]+\.(\*|[a-z_]+))$"


class Topics(fields.String):
    """A topic, all of one kind of aggregate (`objective.*`), or all (`*`)."""

    def __init__(self, **options: Any) -> None:
        length = validate.Length(max=LONGEST_TOPIC, error="is not a topic")
        super().__init__(validate=length, metadata={"pattern": TOPIC_PATTERN}, **options)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        pattern = super()._deserialize(value, attr, data, **kwargs)
        if not matching(pattern):
            raise ValidationError("is not a topic, nor the kind of one such as objective.*, nor *")
        return pattern


class AskedEvents(Shape):
    """No moment and no `min_position`: what is recorded is in the log at once, and stays there as it is."""

    after = Whole(
        0,
        HIGHEST_POSITION,
        load_default=0,
    )
    limit = Whole(1, MOST_LISTED, load_default=LISTED)
    topic = Topics(load_default=nothing)
    wait = Whole(
        0,
        LONGEST_WAIT,
        load_default=0,
    )


class CloudEvent(Shown):
    """CloudEvents 1.0; `position` and `version` are extensions."""

    specversion = one_of("1.0")
    id = text(pattern="^[0-9a-f-]{36}:[0-9]+$")
    source = text(format="uri-reference")
    type = text()
    subject = text()
    time = text(format="date-time")
    datacontenttype = one_of("application/json")
    position = whole()
    version = whole()
    data = of_type("object")


class FollowedEvent(CloudEvent):
    """`withheld`: fields of `data` that are left out for this caller; absent where there are none."""

    withheld = fields.List(fields.String())


class Events(Shown):
    """`next` is up to where the log has been looked through, `position` where it ends."""

    items = each(FollowedEvent())
    next = whole()
    position = whole()
