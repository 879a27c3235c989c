"""Everything that a review has become, as primitives: what the seal of its cycle is made from.

Storage: seals recorded in the past are made again from this. See `domain.sealing` before changing a shape.
"""

from __future__ import annotations

from typing import Any

from domain.review.values import Acknowledgement, Assessment, Calibration, Decision

Primitives = dict[str, Any]


def of(review: Any) -> Primitives:
    """With `id` and `version`."""
    return {
        "type": "review",
        "id": str(review.id),
        "version": review.version,
        "status": str(review.status),
        "person_id": str(review.person_id),
        "reviewer_id": str(review.reviewer_id),
        "cycle_id": str(review.cycle_id),
        "external_id": review.external_id,
        "objectives": [share.payload() for share in review.shares],
        "scale": review.scale,
        "appeal_days": review.appeal_days,
        "steps": review.lifecycle.final_state(),
        "self_assessment": review.self_assessment,
        "assessment": _assessment(review.assessment),
        "calibrations": [_calibration(one) for one in review.calibrations],
        "acknowledgement": _acknowledgement(review.acknowledgement),
        "grounds": review.grounds,
        "decision": _decision(review.decision),
        "rating": review.rating,
    }


def _assessment(made: Assessment | None) -> Primitives | None:
    if made is None:
        return None
    return {
        "actor": made.actor,
        "rating": made.rating,
        "text": made.text,
        "evidence": made.evidence,
        "policy": made.policy,
    }


def _calibration(made: Calibration) -> Primitives:
    return {
        "actor": made.actor,
        "rating": made.rating,
        "reason_code": made.reason_code,
        "comment": made.comment,
    }


def _acknowledgement(given: Acknowledgement | None) -> Primitives | None:
    return None if given is None else {"agrees": given.agrees, "comment": given.comment}


def _decision(made: Decision | None) -> Primitives | None:
    if made is None:
        return None
    return {
        "actor": made.actor,
        "decision": made.decision,
        "rating": made.rating,
        "comment": made.comment,
    }
