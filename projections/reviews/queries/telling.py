"""A review told from its steps: what it has become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Answer = dict[str, Any]
BESIDE_THE_LIST = ("scale", "appeal_days")


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a review with its payload."""

    position: int
    version: int
    recorded_at: datetime
    effective_on: date
    topic: str
    actor: str
    reason: str | None
    data: dict[str, Any]


def summary(row: Mapping[str, Any]) -> Answer:
    """A review as it stands in a list."""
    return {name: value for name, value in row.items() if name not in BESIDE_THE_LIST}


def full(row: Mapping[str, Any], steps: Sequence[StepView]) -> Answer:
    """A review with each of its steps: None, or what was said with `by` (the actor) and `on`; `calibrations`
    is a list. The evidence has its figures as numbers and its values, weights and scores as text.
    """
    last = {step.topic: step for step in steps}
    assessment = _said(last.get("review.assessed"))
    if assessment is not None:
        assessment["evidence"] = [figures_as_numbers(one) for one in assessment["evidence"]]
    return {
        **summary(row),
        "scale": row["scale"],
        "appeal_days": row["appeal_days"],
        "objectives": last["review.opened"].data["objectives"],
        "self_assessment": _said(last.get("review.self_assessed")),
        "assessment": assessment,
        "calibrations": [_said(step) for step in steps if step.topic == "review.calibrated"],
        "sharing": _said(last.get("review.shared")),
        "acknowledgement": _said(last.get("review.acknowledged")),
        "appeal": _said(last.get("review.appealed")),
        "appeal_decision": _said(last.get("review.appeal_decided")),
        "finalisation": _said(last.get("review.finalised")),
        "withdrawal": _said(last.get("review.withdrawn")),
    }


def figures_as_numbers(fixed: Mapping[str, Any]) -> Answer:
    """One objective of the evidence as it is answered: progress and attainment are numbers."""
    key_results = [
        {**one, "attainment": _number(one["attainment"]), "progress": _number(one["progress"])}
        for one in fixed["key_results"]
    ]
    return {**fixed, "progress": _number(fixed["progress"]), "key_results": key_results}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Answer]:
    """[{field, before, after}] of the fields that are not the same, by name."""
    return [
        {"field": field, "before": before.get(field), "after": after.get(field)}
        for field in sorted({*before, *after})
        if before.get(field) != after.get(field)
    ]


def _said(step: StepView | None) -> Answer | None:
    if step is None:
        return None
    said = {"by": step.actor, "on": step.effective_on.isoformat(), "reason": step.reason}
    return {**step.data, **said}


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
