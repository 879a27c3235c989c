"""Bodies of the requests about webhooks, and how they are answered."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates, validates_schema

from web.schemas.answers import (
    Shown,
    each,
    identity,
    of_type,
    one_of,
    one_of_or_null,
    text,
    text_or_null,
)
from web.schemas.answers import whole as some_whole
from web.schemas.events import Topics
from web.schemas.fields import Shape, choice, line, whole
from web.schemas.queries import HIGHEST_POSITION, LISTED, MOST_LISTED, Whole, nothing
from web.webhooks.address import BadAddress, parse
from web.webhooks.deliveries import STATUSES
from web.webhooks.reach import Reach

LONGEST_URL = 2_000
MOST_TOPICS = 100


class WebhookCreation(Shape):
    """`url`: https, to a host outside or one that `THROUGHLINE_WEBHOOK_ALLOW` names. `topics`: such as
    `objective.closed`, `review.*` or `*`.
    """

    def __init__(self, reach: Reach | None = None) -> None:
        self._reach = reach or Reach()
        super().__init__()

    url = fields.String(
        required=True,
        validate=validate.Length(max=LONGEST_URL, error=f"must have at most {LONGEST_URL} characters"),
        metadata={"pattern": "^https?://"},
    )
    topics = fields.List(
        Topics(),
        required=True,
        validate=validate.Length(1, MOST_TOPICS, error=f"must have 1 to {MOST_TOPICS} items"),
    )

    @validates("url")
    def _leads_outside(self, url: str, **_: Any) -> None:
        try:
            host = parse(url).host
        except BadAddress as error:
            raise ValidationError(str(error)) from error
        if not self._reach.may_be_written(host):
            raise ValidationError(
                "must lead outside: the host is private, local or reserved, and not among those that"
                " THROUGHLINE_WEBHOOK_ALLOW names"
            )


class Nothing(Shape):
    """No body, or an empty one."""


class Replay(Shape):
    """One event by its position, or all from a position on."""

    position = whole(1, HIGHEST_POSITION)
    from_position = whole(1, HIGHEST_POSITION)

    @validates_schema
    def _one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ValidationError("is given as one of position and from_position", "position")


class AskedWebhook(Shape):
    """It is as it is now: there is nothing to ask."""


class AskedWebhooks(Shape):
    limit = Whole(1, MOST_LISTED, load_default=LISTED)
    after = line(1_000, load_default=nothing)


class AskedDeliveries(AskedWebhooks):
    status = choice(*STATUSES, load_default=nothing)


class Webhook(Shown):
    """`position`: up to where the log has been looked through for it. `pending`: deliveries that are to be
    made; `failing`: those of them that have been tried in vain; `parked`: given up.
    """

    id = identity()
    url = text()
    topics = fields.List(fields.String(), required=True)
    status = one_of("active", "paused")
    paused_because = one_of_or_null("asked", "gone")
    position = some_whole()
    created_at = text(format="date-time")
    created_by = text()
    former_secret_until = text_or_null(format="date-time")
    pending = some_whole()
    failing = some_whole()
    parked = some_whole()


class WebhookWithSecret(Webhook):
    """`secret` is shown this once."""

    secret = text(pattern="^whsec_")


class Webhooks(Shown):
    items = each(Webhook())


class Delivery(Shown):
    """`since`: when it came due. `answer`: the status that the receiver last answered with, or null."""

    webhook_id = text()
    position = some_whole()
    event_id = text()
    topic = text()
    status = one_of(*STATUSES)
    attempts = some_whole()
    since = text(format="date-time")
    next_attempt_at = text_or_null(format="date-time")
    ended_at = text_or_null(format="date-time")
    answer = of_type("integer", allow_none=True)
    error = text_or_null()


class Deliveries(Shown):
    items = each(Delivery())
