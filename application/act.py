"""A caller states this about a command before anything is decided."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from application.judge import EVERYTHING_PASSES, Judge
from application.store import Command
from domain.provenance import Provenance


def utc_today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Act:
    """An act says who commands, under which command id, on which version, since when and why.

    `if_match` are versions that the caller may have seen, or None for any version.
    `effective_on` None means the day of the decision. `judge` says whether it is the caller's to give. Of a
    `rehearsal` everything is decided, and nothing recorded.
    """

    actor: str
    command: Command
    if_match: frozenset[int] | None = None
    effective_on: date | None = None
    reason: str | None = None
    today: date = field(default_factory=utc_today)
    judge: Judge = EVERYTHING_PASSES
    traceparent: str | None = None
    rehearsal: bool = False

    @property
    def by(self) -> Provenance:
        return Provenance(
            actor=self.actor,
            command_id=self.command.id,
            today=self.today,
            effective_on=self.effective_on or self.today,
            reason=self.reason,
            dated=self.effective_on is not None,
            traceparent=self.traceparent,
        )
