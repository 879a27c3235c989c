"""A plan that is uploaded, and what an import answers."""

from marshmallow import fields

from application.plan.notation import ISO
from application.plan.outcomes import CHANGE, CREATE, GONE, SKIP, TAKE_AWAY
from domain.provenance import REASON_LENGTH
from web.schemas.answers import Shown, each, of_type, text, text_or_null
from web.schemas.fields import LINE, Shape, day, line
from web.schemas.fields import text as some_text
from web.schemas.queries import Truth

LONGEST_NAME = 40  # of a form of dates, or of an encoding


class PlanUpload(Shape):
    """`file` is the part with the plan; the others are as the command line has them."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
    dry_run = Truth(load_default=False)
    source = line(LINE, load_default=None)
    reason = some_text(REASON_LENGTH, load_default=None)
    effective_on = day(load_default=None)
    again = Truth(load_default=False)
    dates = line(LONGEST_NAME, load_default=ISO)
    decimal_comma = Truth(load_default=False)
    encoding = line(LONGEST_NAME, load_default=None)


class RowImported(Shown):
    """A row and what becomes of it."""

    file = text()
    line = of_type("integer", allow_none=True)
    id = text()
    outcome = text(enum=[CREATE, CHANGE, SKIP, TAKE_AWAY, GONE])
    waives = of_type("array", items={"type": "string"})


class PlanImported(Shown):
    source = text()
    dry_run = of_type("boolean")
    position = of_type("integer", allow_none=True)
    recorded_at = text_or_null(format="date-time")
    events = of_type("object", additionalProperties={"type": "integer"})
    rows = each(RowImported())
