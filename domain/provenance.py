"""Every event carries who acts, why, since when it holds, and which command it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.checks import optional_text

REASON_LENGTH = 5_000


@dataclass(frozen=True)
class Provenance:
    """`actor` reads `person:<uuid>`, `token:<name>` or `import:<source>`; `today` is the UTC date of the
    decision. `dated`: the caller gave the effective date; else it is that of the decision. `traceparent`: the
    place of the request in the caller's trace (W3C Trace Context), where the caller said one.

    A blank reason counts as none. Raises ValueError without an actor, InvalidValue for a reason that is too
    long or holds characters that no text may hold.
    """

    actor: str
    command_id: UUID
    today: date
    effective_on: date
    reason: str | None = None
    dated: bool = True
    traceparent: str | None = None

    def __post_init__(self) -> None:
        if not self.actor.strip():
            raise ValueError("a provenance needs an actor")
        object.__setattr__(self, "reason", optional_text(self.reason, "/reason", REASON_LENGTH))
