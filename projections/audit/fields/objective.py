"""What the events of an objective say."""

from typing import Any

from projections.audit.fields.said import ABOUT, LIFE, Fields, Given, Said, both, payload

HEADER = (
    "title", "description", "level", "cycle_id", "owner_unit_id", "owner_person_id", "starts_on", "ends_on",
    "visibility", "external_id", "origin_id",
)  # fmt: skip
ENDING = ("outcome", "score", "suggested_score", "note")
KEY_RESULT = ("title", "kind", "unit_of_measure", "baseline", "target", "weight", "external_id")
COMMITMENT = {
    "committed_confidence": "confidence",
    "committed_unit_id": "owner_unit_id",
    "committed_person_id": "owner_person_id",
}
PERSONAL = frozenset({"text"})
NAMES = frozenset({
    *HEADER, *ENDING, *KEY_RESULT, *COMMITMENT, "status", "waivers", "resumes_to", "successor_id",
    "last_reaffirmed_on", "key_results", "alignments", "present", "check_ins", "readings", "confidence",
    "feedback", "text", "withdrawn_on",
})  # fmt: skip


def _revised(given: Given) -> Said:
    return {ABOUT: given.data["after"]}


def _committed(given: Given) -> Said:
    return {"committed": {name: given.data[there] for name, there in COMMITMENT.items()}}


def _submitted(given: Given) -> Said:
    return {LIFE: {"status": "submitted", "waivers": given.data["waivers"] or None}}


def _activated(given: Given) -> Said:
    """Waivers are added to those of the submission."""
    waived = [*(given.before(LIFE, "waivers") or ()), *given.data["waivers"]]
    each_once = {waiver["criterion"]: waiver for waiver in waived}
    return {LIFE: {"status": "active", "waivers": list(each_once.values()) or None}}


def _approved(given: Given) -> Said:
    """An approval of amendments leaves the status as it is."""
    return {LIFE: {"status": "approved"}} if given.before(LIFE, "status") == "submitted" else {}


def _postponed(given: Given) -> Said:
    return {LIFE: {"status": "postponed", "resumes_to": given.before(LIFE, "status")}}


def _resumed(given: Given) -> Said:
    return {LIFE: {"status": given.before(LIFE, "resumes_to"), "resumes_to": None}}


def _reaffirmed(given: Given) -> Said:
    return {"reaffirmed": {"last_reaffirmed_on": given.on.isoformat()}}


def _key_result(*names: str, **fixed: Any) -> Fields:
    return lambda given: {
        f"key_results.{given.data['key_result_id']}": {**{name: given.data[name] for name in names}, **fixed}
    }


def _alignment(*names: str, **fixed: Any) -> Fields:
    return lambda given: {
        f"alignments.{given.data['parent_id']}": {**{name: given.data[name] for name in names}, **fixed}
    }


def _read(given: Given) -> Said:
    """A correction leaves a confidence and a note that it does not give as they were."""
    data = given.data
    said = {f"readings.{reading['key_result_id']}": reading["value"] for reading in data["readings"]}
    said |= {name: data[name] for name in ("confidence", "note") if data[name] is not None}
    return {f"check_ins.{data['check_in_id']}": said} if said else {}


def _feedback_given(given: Given) -> Said:
    said = {name: given.data[name] for name in ("kind", "text", "visibility")}
    return {f"feedback.{given.data['feedback_id']}": said}


def _feedback_withdrawn(given: Given) -> Said:
    return {f"feedback.{given.data['feedback_id']}": {"withdrawn_on": given.on.isoformat()}}


FIELDS: dict[str, Fields] = {
    "objective.defined": both(payload(ABOUT, *HEADER), payload(LIFE, status="draft")),
    "objective.revised": _revised,
    "objective.transferred": payload(ABOUT, "owner_unit_id", "owner_person_id"),
    "objective.committed": _committed,
    "objective.submitted": _submitted,
    "objective.returned": payload(LIFE, status="draft"),
    "objective.approved": _approved,
    "objective.activated": _activated,
    "objective.postponed": _postponed,
    "objective.resumed": _resumed,
    "objective.reaffirmed": _reaffirmed,
    "objective.cancelled": payload(LIFE, status="cancelled"),
    "objective.closed": payload(LIFE, *ENDING, status="closed"),
    "objective.reopened": payload(LIFE, status="active", **dict.fromkeys(ENDING)),
    "objective.carried_over": payload(LIFE, "successor_id", status="carried_over"),
    "objective.key_result_added": _key_result(*KEY_RESULT, present=True),
    "objective.target_changed": _key_result("kind", "baseline", "target"),
    "objective.key_result_removed": _key_result(present=False),
    "objective.aligned": _alignment("kind", "weight", present=True),
    "objective.alignment_weight_changed": _alignment("weight"),
    "objective.alignment_removed": _alignment(present=False),
    "objective.checked_in": _read,
    "objective.check_in_corrected": _read,
    "objective.feedback_given": _feedback_given,
    "objective.feedback_withdrawn": _feedback_withdrawn,
}
