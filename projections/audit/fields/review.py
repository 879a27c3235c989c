"""What the steps of a review say; its steps are taken in order, and what each says has a name of its own."""

from projections.audit.fields.said import ABOUT, LIFE, Fields, both, payload

OPENING = ("external_id", "person_id", "reviewer_id", "cycle_id", "objectives", "scale", "appeal_days")
PERSONAL = frozenset({
    "self_assessment", "assessment", "calibration_comment", "acknowledgement_comment", "appeal_grounds",
    "appeal_decision_comment",
})  # fmt: skip
STEPS = ("status", "rating", "policy", "calibration_reason_code", "agrees", "appeal_decision")
NAMES = frozenset({*OPENING, *STEPS, *PERSONAL})


def _step(status: str, **names: str) -> Fields:
    """Sets the status, and the fields of `names` (in a review as a whole) as the payload has them."""
    return lambda given: {
        LIFE: {"status": status, **{name: given.data[there] for name, there in names.items()}}
    }


FIELDS: dict[str, Fields] = {
    "review.opened": both(payload(ABOUT, *OPENING), payload(LIFE, status="opened")),
    "review.self_assessed": _step("self_assessed", self_assessment="text"),
    "review.assessed": _step("assessed", rating="rating", assessment="text", policy="policy"),
    "review.calibrated": _step(
        "calibrated", rating="rating", calibration_reason_code="reason_code", calibration_comment="comment"
    ),
    "review.shared": _step("shared"),
    "review.acknowledged": _step("acknowledged", agrees="agrees", acknowledgement_comment="comment"),
    "review.appealed": _step("appealed", appeal_grounds="grounds"),
    "review.appeal_decided": lambda given: {
        LIFE: {
            "status": given.data["decision"],
            "appeal_decision": given.data["decision"],
            "rating": given.data["rating"],
            "appeal_decision_comment": given.data["comment"],
        }
    },
    "review.finalised": _step("finalised"),
    "review.withdrawn": _step("withdrawn"),
}
