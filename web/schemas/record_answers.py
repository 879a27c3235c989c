"""A record of a person is asked for and answered in these shapes."""

from marshmallow import Schema, fields

from domain.objective.lifecycle import Status
from domain.objective.values import LEVELS, VISIBILITIES
from web.schemas.answers import (
    PersonAnswer,
    Shown,
    day_or_null,
    each,
    identity,
    identity_or_null,
    one_of,
    text,
    text_or_null,
    whole,
)
from web.schemas.feedback import Remark
from web.schemas.history_answers import ToldChange
from web.schemas.queries import AskedList, choices
from web.schemas.review_answers import ReviewSchema
from web.schemas.tokens import TokenShown

PARTS = ("person", "history", "objective", "review", "feedback", "token", "read")


class AskedRecord(AskedList):
    """Only these parts of it, if some are named."""

    part = choices(*PARTS)


class DaysOwned(Shown):
    """`to` is the first day on which it was not the person's any more."""

    from_ = fields.Raw(required=True, data_key="from", metadata={"type": "string", "format": "date"})
    to = day_or_null()


class ObjectiveOfRecord(Shown):
    """An objective that was the person's on these days; the rest as of the day asked about."""

    id = identity()
    title = text()
    level = one_of(*LEVELS)
    status = one_of(*map(str, Status))
    visibility = one_of(*VISIBILITIES)
    cycle_id = identity_or_null()
    owned = each(DaysOwned())


class ReadOfRecord(Shown):
    """Somebody asked for what names the person, a review of theirs or an objective that is theirs."""

    number = whole()
    recorded_at = text(format="date-time")
    actor = text()
    actor_name = text_or_null()
    role = text_or_null()
    action = text()
    subject_type = text_or_null()
    subject_id = identity_or_null()
    outcome = text()


def _of_its_part(of: Schema) -> fields.Nested:
    return fields.Nested(of)


class RecordRow(Shown):
    """Beside `part` it has the one field that the part names."""

    part = one_of(*PARTS)
    person = _of_its_part(PersonAnswer())
    history = _of_its_part(ToldChange())
    objective = _of_its_part(ObjectiveOfRecord())
    review = _of_its_part(ReviewSchema())
    feedback = _of_its_part(Remark())
    token = _of_its_part(TokenShown())
    read = _of_its_part(ReadOfRecord())
