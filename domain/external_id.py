"""Another system calls it so. That was given wrongly or not: it never was another thing's, so it is corrected
from the first day on.
"""

from __future__ import annotations

from typing import Any, ClassVar

from domain import aggregate
from domain.aggregate import Aggregate
from domain.checks import NAME_LENGTH, optional_text
from domain.provenance import Provenance
from domain.refusals import OutOfTime, ReasonRequired


class Corrected(aggregate.Event):
    """Effective on the first day."""

    external_id: str | None
    external_id_before: str | None

    def apply(self, aggregate: Any) -> None:
        aggregate.external_id = self.external_id


class Named(Aggregate):
    """`external_id` is what the source of the data calls it, if it has a name there."""

    ExternalIdCorrected: ClassVar[type[Corrected]]

    def __init__(self) -> None:
        super().__init__()
        self.external_id: str | None = None

    def correct_external_id(self, by: Provenance, *, external_id: str | None) -> None:
        """Another one, or none; needs a reason. That nothing else has it is the caller's to check."""
        self.check_room()
        wanted = optional_text(external_id, "/external_id", NAME_LENGTH)
        if by.dated and by.effective_on != self.first_day:
            detail = f"an external id is corrected from the first day on, {self.first_day}"
            raise OutOfTime.at("/effective_on", detail)
        if wanted == self.external_id:
            return
        if by.reason is None:
            raise ReasonRequired.at("/reason", "a correction needs a reason")
        self.record(
            self.ExternalIdCorrected,
            by,
            self.first_day,
            external_id=wanted,
            external_id_before=self.external_id,
        )
