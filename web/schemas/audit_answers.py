"""The shapes of answers about the audit trail."""

from marshmallow import fields

from projections.audit.queries.conditions import KINDS
from web.schemas.answers import (
    Circumstances,
    Shown,
    day,
    day_or_null,
    each,
    identity,
    identity_or_null,
    of_type,
    one_of,
    text,
    text_or_null,
    whole,
)  # fmt: skip
from web.schemas.history_answers import FieldChange

BECAUSE = ("person_reviewed", "reviewer", "manager", "owner", "giver", "lead", "member")


def _whole_or_null() -> fields.Raw:
    return of_type("integer", allow_none=True)


class SubjectSchema(Shown):
    """`title` is the last one known."""

    type = text()
    title = text_or_null()
    id = identity_or_null()


class AuditRow(Shown):
    """A row of an event has `position`, `event_id`, `effective_on`, `reason` and `changes`; one of the
    journal has `number`, `role`, `outcome` (`answered`, or the slug of the problem), `path`, `detail` (the
    pointers of what was wrong), `seen_position` (up to which the answer was complete), `address`, of exports
    `rows` and `digest`, and `times` if it stands for many requests.
    """

    recorded_at = text(format="date-time")
    effective_on = day_or_null()
    action = text()
    subject = fields.Nested(SubjectSchema(), required=True, allow_none=True)
    actor_name = text_or_null()
    role = text_or_null()
    reason = text_or_null()
    changes = each(FieldChange())
    kind = one_of(*KINDS)
    outcome = text_or_null()
    path = text_or_null()
    detail = text_or_null()
    rows = _whole_or_null()
    digest = text_or_null()
    address = text_or_null()
    times = _whole_or_null()
    position = _whole_or_null()
    number = _whole_or_null()
    seen_position = _whole_or_null()
    event_id = text_or_null()
    actor = text()
    late = of_type("boolean", allow_none=True)


class ApprovalShown(Shown):
    position = whole()
    on = day()
    actor = text()
    actor_name = text_or_null()


class AmendmentShown(Shown):
    approved = fields.Nested(ApprovalShown(), required=True, allow_none=True)
    again = fields.Nested(ApprovalShown(), required=True, allow_none=True)


class AuditItem(AuditRow):
    """`amendment`: the approvals before and after it; null of what is no change of what was approved."""

    amendment = fields.Nested(AmendmentShown(), required=True, allow_none=True)


class RowsCounted(Shown):
    rows = whole()
    exact = of_type("boolean")


class AuditPage(Shown):
    """`position`: every event up to it is in the trail. `count` is null unless it was asked for."""

    items = each(AuditItem())
    count = fields.Nested(RowsCounted(), required=True, allow_none=True)
    position = whole()


class ReadingPerson(Shown):
    """`because` of what the person may read it; `only_in_part`: the rest of a review was not shared yet."""

    person_id = identity()
    name = text_or_null()
    because = one_of(*BECAUSE)
    only_in_part = of_type("boolean")


class ReadingToken(Shown):
    """A token that was valid then, and may read it by its role or because of its person."""

    token_id = identity()
    name = text()
    role = text()
    person_id = identity_or_null()
    since = text(format="date-time")
    until = text_or_null(format="date-time")


class Readers(Circumstances):
    """`open`: to everybody with a token; then there are no `people`, for there is nobody to be named."""

    subject = fields.Nested(SubjectSchema(), required=True)
    open = of_type("boolean")
    people = each(ReadingPerson())
    tokens = each(ReadingToken())
