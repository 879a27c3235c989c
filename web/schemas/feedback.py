"""Bodies of the commands on feedback, and how it is answered."""

from domain.objective.values import FEEDBACK_KINDS, FEEDBACK_LENGTH, VISIBILITIES
from web.schemas.answers import (
    Circumstances,
    Shown,
    day,
    day_or_null,
    each,
    identity,
    one_of,
    text_or_null,
    whole,
)  # fmt: skip
from web.schemas.answers import text as some_text
from web.schemas.bodies import Body
from web.schemas.fields import choice, text


class FeedbackGiving(Body):
    """A private one is for the owner, the managers of the owner, and who gave it."""

    kind = choice(*FEEDBACK_KINDS, required=True)
    text = text(FEEDBACK_LENGTH, required=True)
    visibility = choice(*VISIBILITIES, load_default="open")


class Remark(Shown):
    """`giver` and `withdrawn_by` are actors; what was withdrawn is still there, and says why."""

    id = identity()
    objective_id = identity()
    kind = one_of(*FEEDBACK_KINDS)
    text = some_text()
    visibility = one_of(*VISIBILITIES)
    giver = some_text()
    giver_name = text_or_null()
    given_on = day()
    position = whole()
    withdrawn_on = day_or_null()
    withdrawn_by = text_or_null()
    withdrawn_by_name = text_or_null()
    withdrawal_reason = text_or_null()


class FeedbackOnObjective(Circumstances):
    objective_id = identity()
    items = each(Remark())
