"""Obligations are asked for and answered in these shapes."""

from marshmallow import fields

from projections.reviews.queries.obligations import KINDS
from web.schemas.answers import Shown, day_or_null, identity, of_type, one_of, text, text_or_null
from web.schemas.queries import AskedList, Whole

MOST_AHEAD = 366


class AskedObligations(AskedList):
    """`ahead`: what falls due within so many days, too."""

    ahead = Whole(0, MOST_AHEAD, load_default=0)


class SubjectOfObligation(Shown):
    """A review has the name of the person reviewed."""

    type = one_of("objective", "review")
    id = identity()
    title = text_or_null()


class Obligation(Shown):
    kind = one_of(*KINDS)
    subject = fields.Nested(SubjectOfObligation(), required=True)
    since = day_or_null()
    due_on = day_or_null()
    overdue = of_type("boolean")
    reason = text()
    operation = text()
    path = text()
