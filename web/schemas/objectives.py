"""Bodies of the commands on objectives: on themselves, their links, their key results and check-ins."""

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from domain import objective
from domain.checks import NAME_LENGTH
from domain.objective.values import (
    CONFIDENCES,
    CONTRIBUTES,
    CRITERIA,
    DESCRIPTION_LENGTH,
    LEVELS,
    LINK_KINDS,
    NOTE_LENGTH,
    OUTCOMES,
    TITLE_LENGTH,
    VISIBILITIES,
)
from domain.progress import KINDS
from domain.provenance import REASON_LENGTH
from web.schemas.bodies import Body, CreationSchema
from web.schemas.fields import Shape, choice, day, exact, identity, line, many, share, text, weight, whole


class AlignmentSchema(Shape):
    """A link upward within the definition of an objective."""

    objective_id = identity(required=True)
    kind = choice(*LINK_KINDS, load_default=CONTRIBUTES)
    weight = weight(load_default=Decimal(1), metadata={"default": "1"})


class AlignmentAddition(AlignmentSchema, Body):
    """The same, added later."""


class AlignmentWeight(Body):
    weight = weight(required=True)


READINGS = 100


class KeyResultSchema(Shape):
    """A key result within the definition of an objective."""

    title = line(TITLE_LENGTH, required=True)
    kind = choice(*KINDS, required=True)
    unit_of_measure = line(NAME_LENGTH, load_default=None, allow_none=True)
    baseline = exact(load_default=None, allow_none=True)
    target = exact(load_default=None, allow_none=True)
    weight = weight(load_default=Decimal(1), metadata={"default": "1"})
    external_id = line(NAME_LENGTH, load_default=None, allow_none=True)


class KeyResultAddition(KeyResultSchema, CreationSchema):
    """The same, added later."""


class KeyResultRevision(Body):
    """The fields that change; what is left out stays. `unit_of_measure` and `external_id` null: there is
    none.
    """

    title = line(TITLE_LENGTH)
    unit_of_measure = line(NAME_LENGTH, allow_none=True)
    weight = weight()
    external_id = line(NAME_LENGTH, allow_none=True)


class TargetChange(Body):
    """A new target; `baseline` left out stays. The first target of a key result that was only observed comes
    with the `kind` by which it is measured from then on; a target of null with the kind `observe` takes the
    target away. Another `kind` with a target comes with a `baseline`, null if there is none.
    """

    target = exact(required=True, allow_none=True)
    baseline = exact(allow_none=True)
    kind = choice(*KINDS)


class ReadingSchema(Shape):
    key_result_id = identity(required=True)
    value = exact(required=True)


class CorrectedReading(Shape):
    """`value` null withdraws the reading."""

    key_result_id = identity(required=True)
    value = exact(required=True, allow_none=True)


class CheckInSchema(Body):
    """`on`: the day of the reading, on which it is effective too. At least a reading, a confidence or a note;
    without a reading, what was read stays what it was.
    """

    on = day(required=True)
    readings = many(fields.Nested(ReadingSchema()), READINGS, load_default=list)
    confidence = whole(*CONFIDENCES, load_default=None, allow_none=True)
    note = text(NOTE_LENGTH, load_default=None, allow_none=True)


class CheckInCorrection(Body):
    """A check-in should have said this; a reading, confidence or note left out stays as it was."""

    readings = many(fields.Nested(CorrectedReading()), READINGS, load_default=list)
    confidence = whole(*CONFIDENCES, load_default=None, allow_none=True)
    note = text(NOTE_LENGTH, load_default=None, allow_none=True)


PARTS = 100


class OwnerSchema(Shape):
    """Exactly one of the two."""

    unit_id = identity()
    person_id = identity()

    @validates_schema
    def exactly_one(self, data: dict[str, Any], **_: Any) -> None:
        if len(data.keys() & {"unit_id", "person_id"}) != 1:
            raise ValidationError("must name exactly one of unit_id and person_id")


class ObjectiveDefinition(CreationSchema):
    title = line(TITLE_LENGTH, required=True)
    description = text(DESCRIPTION_LENGTH, load_default=None, allow_none=True)
    level = choice(*LEVELS, required=True)
    cycle_id = identity(required=True)
    owner = fields.Nested(OwnerSchema(), load_default=None, allow_none=True)
    starts_on = day(load_default=None, allow_none=True)
    ends_on = day(load_default=None, allow_none=True)
    visibility = choice(*VISIBILITIES, load_default="open")
    key_results = many(fields.Nested(KeyResultSchema()), PARTS, load_default=list)
    alignments = many(fields.Nested(AlignmentSchema()), PARTS, load_default=list)


class ObjectiveRevision(Body):
    """The fields that change; what is left out stays. `level` and `cycle_id` are corrected from the first day
    of the objective on, and only while it is a draft.
    """

    title = line(TITLE_LENGTH)
    description = text(DESCRIPTION_LENGTH, allow_none=True)
    level = choice(*LEVELS)
    cycle_id = identity()
    starts_on = day(allow_none=True)
    ends_on = day(allow_none=True)
    visibility = choice(*VISIBILITIES)


class ObjectiveTransfer(OwnerSchema, Body):
    """The new owner: exactly one of the two."""


class WaiverSchema(Shape):
    """A letter of SMART that is passed over, and why."""

    criterion = choice(*CRITERIA, required=True)
    reason = text(REASON_LENGTH, required=True)

    @post_load
    def as_value(self, data: dict[str, Any], **_: Any) -> objective.Waiver:
        return objective.Waiver(**data)


class Submission(Body):
    waivers = many(fields.Nested(WaiverSchema()), len(CRITERIA), load_default=list)


class Activation(Submission):
    pass


class ReaffirmationWithdrawal(Body):
    """`on`: the day of the reaffirmation, on which the withdrawal is effective too."""

    on = day(required=True)


class CommitmentSchema(Body):
    confidence = whole(*CONFIDENCES, required=True)


class Closure(Body):
    """`score` between 0 and 1; left out, it is the suggested one. Another than the suggested needs a
    `note`.
    """

    outcome = choice(*OUTCOMES, required=True)
    score = share(load_default=None, allow_none=True)
    note = text(NOTE_LENGTH, load_default=None, allow_none=True)


class CarryOver(CreationSchema):
    """The cycle in which it goes on, the first and last day there, and the links up that it has there: those
    that it has are not taken along.
    """

    cycle_id = identity(required=True)
    starts_on = day(load_default=None, allow_none=True)
    ends_on = day(load_default=None, allow_none=True)
    alignments = many(fields.Nested(AlignmentSchema()), PARTS, load_default=list)
