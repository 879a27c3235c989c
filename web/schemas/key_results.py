"""Bodies of the commands on key results, and on the check-ins that read them."""

from decimal import Decimal

from marshmallow import fields

from domain.checks import NAME_LENGTH
from domain.objective.values import NOTE_LENGTH, TITLE_LENGTH
from domain.progress import KINDS
from web.schemas.bodies import Body, Creation
from web.schemas.fields import Shape, choice, day, exact, identity, line, many, text, whole

READINGS = 100


class KeyResult(Shape):
    """A key result within the definition of an objective."""

    title = line(TITLE_LENGTH, required=True)
    kind = choice(*KINDS, required=True)
    unit_of_measure = line(100, load_default=None, allow_none=True)
    baseline = exact(load_default=None, allow_none=True)
    target = exact(load_default=None, allow_none=True)
    weight = exact(load_default=Decimal(1), metadata={"default": "1"})
    external_id = line(NAME_LENGTH, load_default=None, allow_none=True)


class KeyResultAddition(KeyResult, Creation):
    """The same, added later."""


class TargetChange(Body):
    """A new target; `baseline` left out stays."""

    target = exact(required=True, allow_none=True)
    baseline = exact(allow_none=True)


class Reading(Shape):
    key_result_id = identity(required=True)
    value = exact(required=True)


class CorrectedReading(Shape):
    """`value` null withdraws the reading."""

    key_result_id = identity(required=True)
    value = exact(required=True, allow_none=True)


class CheckIn(Body):
    """`on`: the day of the reading, on which it is effective too."""

    on = day(required=True)
    readings = many(fields.Nested(Reading()), READINGS, load_default=list)
    confidence = whole(0, 10, load_default=None, allow_none=True)
    note = text(NOTE_LENGTH, load_default=None, allow_none=True)


class CheckInCorrection(Body):
    """A check-in should have said this; a reading, confidence or note left out stays as it was."""

    readings = many(fields.Nested(CorrectedReading()), READINGS, load_default=list)
    confidence = whole(0, 10, load_default=None, allow_none=True)
    note = text(NOTE_LENGTH, load_default=None, allow_none=True)
