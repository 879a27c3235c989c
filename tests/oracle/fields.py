"""What holds of one subject, field by field, named as in histories: from the state that the fold leaves.

What is not there at the time (a key result, a link) has no fields but `present`.
"""

from typing import Any
from uuid import UUID

from tests.oracle.fold import World
from tests.oracle.objective import Objective
from tests.oracle.performance import Feedback, Measure, Review

OBJECTIVE = (
    "title", "description", "level", "cycle_id", "owner_unit_id", "owner_person_id", "starts_on", "ends_on",
    "visibility", "external_id", "origin_id", "successor_id", "status", "committed_confidence",
    "last_reaffirmed_on",
)  # fmt: skip
KEY_RESULT = ("title", "kind", "unit_of_measure", "baseline", "target", "weight", "external_id")
STEPS = {
    "self_assessed": {"self_assessment": "text"},
    "assessed": {"assessment": "text", "policy": "policy"},
    "calibrated": {"calibration_reason_code": "reason_code", "calibration_comment": "comment"},
    "acknowledged": {"agrees": "agrees", "acknowledgement_comment": "comment"},
    "appealed": {"appeal_grounds": "grounds"},
    "appeal_decided": {"appeal_decision": "decision", "appeal_decision_comment": "comment"},
}
POLICY = ("name", "zones", "paces", "confidence_bands", "live", "stale", "crossing", "rounding", "follows_id")
OPENING = ("external_id", "person_id", "reviewer_id", "cycle_id", "objectives", "scale", "appeal_days")


def fields_of(world: World, id: UUID) -> dict[str, Any]:
    """Empty if there is no such subject; what the fold does not keep, such as names, is left out."""
    found: dict[str, Any] = {}
    if (objective := world.objectives.get(id)) is not None:
        found = _objective(objective) | _feedback(world.feedback.get(id, []))
    elif (review := world.reviews.get(id)) is not None:
        found = _review(review)
    elif (measure := world.measures.get(id)) is not None:
        found = _measure(measure)
    elif (person := world.people.get(id)) is not None:
        found = {"unit_id": person.unit_id, "manager_id": person.manager_id, "status": person.status}
    elif (unit := world.units.get(id)) is not None:
        found = {name: getattr(unit, name) for name in ("kind", "parent_id", "lead_person_id", "status")}
    elif (policy := world.policies.get(id)) is not None:
        found = {name: policy[name] for name in POLICY}
    elif (cycle := world.cycles.get(id)) is not None:
        found = {name: getattr(cycle, name) for name in ("starts_on", "ends_on", "cadence_days")}
    return {field: _plain(value) for field, value in found.items()}


def _objective(one: Objective) -> dict[str, Any]:
    found = {name: getattr(one, name) for name in OBJECTIVE} | one.ending
    for id, key_result in one.key_results.items():
        found[f"key_results.{id}.present"] = True
        found |= {f"key_results.{id}.{name}": getattr(key_result, name) for name in KEY_RESULT}
    for parent, link in one.links.items():
        said = {"present": True, "kind": link.kind, "weight": link.weight}
        found |= {f"alignments.{parent}.{name}": value for name, value in said.items()}
    for id, check_in in one.check_ins.items():
        found[f"check_ins.{id}.confidence"] = check_in.confidence
        found[f"check_ins.{id}.withdrawn"] = check_in.withdrawn or None
        for key_result_id, reading in check_in.readings.items():
            found[f"check_ins.{id}.readings.{key_result_id}"] = reading.value
    return found


def _feedback(given: list[Feedback]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in given:
        part = f"feedback.{one.given.data['feedback_id']}"
        found |= {f"{part}.{name}": one.given.data[name] for name in ("kind", "text", "visibility")}
        found[f"{part}.withdrawn_on"] = one.withdrawn and one.withdrawn.effective_on
    return found


def _review(review: Review) -> dict[str, Any]:
    opened = review.steps["opened"].data
    found = {name: opened[name] for name in OPENING}
    found |= {"external_id": review.external_id}
    found |= {"reviewer_id": review.reviewer_id, "status": review.status, "rating": review.rating}
    for step, names in STEPS.items():
        if step in review.steps:
            found |= {name: review.steps[step].data[said] for name, said in names.items()}
    return found


def _measure(measure: Measure) -> dict[str, Any]:
    names = ("name", "unit_of_measure", "direction", "baseline", "target", "objective_ids", "external_id")
    found = {name: measure.said[name] for name in names}
    for id, reading in measure.readings.items():
        found |= {f"readings.{id}.{name}": reading.said.data.get(name) for name in ("value", "source")}
    return found


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)
