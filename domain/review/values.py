"""The values that commands on reviews are made of, and those that a review keeps of each of its steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain import checks
from domain.decimals import canonical
from domain.payload import written
from domain.refusals import InvalidValue

TEXT_LENGTH = 20_000
REASON_CODES = ("consistency", "evidence", "scope", "policy", "other")
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Share:
    """An objective under review and its weight, in per cent of the whole."""

    objective_id: UUID
    weight: Decimal

    def payload(self) -> dict[str, str]:
        """As the event holds it."""
        return {"objective_id": str(self.objective_id), "weight": canonical(self.weight)}


@dataclass(frozen=True)
class KeyResultEvidence:
    """A key result as it was read; attainment and progress rounded to 6 places."""

    key_result_id: UUID
    value: Decimal | None
    attainment: Decimal | None
    progress: Decimal | None


@dataclass(frozen=True)
class Evidence:
    """An objective as it stood on the day of the assessment, and `position` of its last event (which was its
    `version`) in the log: nothing that is recorded later is in it.
    """

    objective_id: UUID
    title: str
    version: int
    position: int
    status: str
    progress: Decimal | None
    score: Decimal | None
    key_results: Sequence[KeyResultEvidence]


@dataclass(frozen=True)
class Assessment:
    """By whom, on what grounds: `evidence` as the event holds it, `policy` names its thresholds."""

    actor: str
    rating: int
    text: str
    evidence: list[dict[str, Any]]
    policy: str


@dataclass(frozen=True)
class Calibration:
    """Somebody authorised another rating, or the same, and says why."""

    actor: str
    rating: int
    reason_code: str
    comment: str


@dataclass(frozen=True)
class Acknowledgement:
    """Having seen it, which is not agreeing."""

    agrees: bool
    comment: str | None


@dataclass(frozen=True)
class Decision:
    """The appeal came to this."""

    actor: str
    decision: str
    rating: int
    comment: str


def shares_of(given: Iterable[Share]) -> list[dict[str, str]]:
    """The payload of shares: each objective once, weights above 0 that sum to exactly 100. Raises
    InvalidValue.
    """
    payload: list[dict[str, str]] = []
    total = Decimal(0)
    for place, share in enumerate(given):
        weight = checks.weight(share.weight, f"/objectives/{place}/weight")
        if any(earlier["objective_id"] == str(share.objective_id) for earlier in payload):
            raise InvalidValue.at(f"/objectives/{place}/objective_id", "is there twice")
        payload.append(Share(share.objective_id, weight).payload())
        total += weight
    if not payload:
        raise InvalidValue.at("/objectives", "must hold at least one objective")
    if total != WHOLE:
        raise InvalidValue.at("/objectives", f"the weights must sum to exactly 100, not {canonical(total)}")
    return payload


def evidence_payload(evidence: Evidence, weight: Decimal) -> dict[str, Any]:
    """One objective of the evidence as the event holds it."""
    return {
        "objective_id": str(evidence.objective_id),
        "title": evidence.title,
        "weight": canonical(weight),
        "version": evidence.version,
        "position": evidence.position,
        "status": evidence.status,
        "progress": written(evidence.progress),
        "score": written(evidence.score),
        "key_results": [
            {
                "key_result_id": str(one.key_result_id),
                "value": written(one.value),
                "attainment": written(one.attainment),
                "progress": written(one.progress),
            }
            for one in evidence.key_results
        ],
    }
