"""Every command body may carry these fields; some carry nothing else."""

from domain.checks import NAME_LENGTH
from domain.provenance import REASON_LENGTH
from web.schemas.fields import Shape, day, line, text


class Body(Shape):
    """`effective_on`: since when it holds, today if left out. `reason`: why."""

    effective_on = day(load_default=None, allow_none=True)
    reason = text(REASON_LENGTH, load_default=None, allow_none=True)


class CreationSchema(Body):
    """`external_id`: what the source of this data calls it."""

    external_id = line(NAME_LENGTH, load_default=None, allow_none=True)


class ExternalIdCorrection(Body):
    """`external_id` null: its source has none for it; it has to be said."""

    external_id = line(NAME_LENGTH, required=True, allow_none=True)


class StepSchema(Body):
    """A step that needs to know nothing more."""
