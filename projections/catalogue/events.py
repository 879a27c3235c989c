"""The parts that events are about, and what each event says of them, by topic.

Everything else follows: the changes of the audit trail (`projections/audit/fields.py`), the tables and rows
of read models (`projections/keeping.py`), and which fields are personal.
"""

from typing import Any

from projections.catalogue.declaring import (
    ACTOR,
    DAY,
    POSITION,
    REASON,
    UNSAID,
    VERSION,
    Before,
    Fact,
    Field,
    Part,
    begins,
    computed,
    defines,
    given,
    payload,
    says,
    spreads,
    when,
)
from projections.events import Recorded

TEXT, ID, DATE, JSON = Field("text"), Field("uuid"), Field("date"), Field("jsonb")
NEEDED, NEEDED_ID, NAME = (
    Field("text", needed=True),
    Field("uuid", needed=True),
    Field('text collate "C"', needed=True),
)
NUMBER, SMALL = Field("integer", needed=True), Field("smallint")
PRESENT = Field("boolean")
LIFE = "life"
STEP, STATUS = Field("text", facet=LIFE), Field("text", needed=True, facet=LIFE)
TOLD = Field("text", facet=LIFE, kept=False)
SECRET = Field("text", facet=LIFE, personal=True, kept=False)
KEPT_DAY, KEPT_TEXT = Field("date", told=False), Field("text", told=False)
KEPT_NUMBER, KEPT_SMALL = Field("bigint", told=False), Field("smallint", told=False)
OF_ALL_DAYS = Field("bigint", told=False, regardless=True)

UNIT = Part(
    "unit",
    external_id=TEXT,
    name=NAME,
    kind=NEEDED,
    parent_id=ID,
    lead_person_id=Field("uuid", facet="lead"),
    account_id=Field("text", facet="account"),
    status=STATUS,
)

PERSON = Part(
    "person",
    external_id=TEXT,
    name=Field('text collate "C"', needed=True, personal=True),
    email=Field("text", personal=True),
    job_title=Field("text", personal=True),
    user_name=Field("text", facet="account", personal=True),
    account_id=Field("text", facet="account", personal=True),
    unit_id=NEEDED_ID,
    manager_id=ID,
    status=STATUS,
)

CYCLE = Part(
    "cycle",
    external_id=TEXT,
    name=NAME,
    starts_on=Field("date", needed=True),
    ends_on=Field("date", needed=True),
    cadence_days=NUMBER,
    appeal_days=NUMBER,
    rating_scale=JSON,
    status=STATUS,
    seal=Field("jsonb", facet=LIFE, kept=False),  # the last one made, also after a reopening
)

POLICY = Part(
    "policy",
    name=NAME,
    zones=Field("jsonb", needed=True),
    paces=Field("jsonb", needed=True),
    confidence_bands=Field("jsonb", needed=True),
    live=NEEDED,
    stale=NEEDED,
    crossing=NEEDED,
    rounding=NEEDED,
    follows_id=ID,
    said_position=KEPT_NUMBER,  # of two that are in force from the same day on, the later one is
)

OBJECTIVE = Part(
    "objective",
    title=TEXT,
    description=TEXT,
    level=TEXT,
    cycle_id=ID,
    owner_unit_id=ID,
    owner_person_id=ID,
    starts_on=DATE,
    ends_on=DATE,
    visibility=TEXT,
    external_id=TEXT,
    origin_id=ID,  # the objective that was carried over into this one
    status=STEP,
    resumes_to=STEP,  # while postponed: the status before
    waivers=Field("jsonb", facet=LIFE, kept=False),
    successor_id=Field("uuid", facet=LIFE),  # what this one was carried over into
    outcome=STEP,  # while closed, as the next three: how it was closed
    score=STEP,
    suggested_score=STEP,
    note=STEP,
    committed_confidence=Field("smallint", facet="committed"),
    committed_unit_id=Field("uuid", facet="committed", kept=False),
    committed_person_id=Field("uuid", facet="committed", kept=False),
    last_reaffirmed_on=Field("date", facet="reaffirmed"),
    # Whether an objective is amended follows from versions, not from days.
    amended_version=OF_ALL_DAYS,  # greatest version of a change that needs approving again
    approved_version=OF_ALL_DAYS,  # greatest version of an approval
)
ENDING = ("outcome", "score", "suggested_score", "note")

ALIGNMENT = Part(
    "alignments",
    key=("parent_id",),
    present=PRESENT,
    kind=TEXT,
    weight=TEXT,
    removed_on=KEPT_DAY,
    restarted_on=KEPT_DAY,  # removed and made again on one day: another alignment begins
)

KEY_RESULT = Part(
    "key_results",
    key=("key_result_id",),
    present=PRESENT,
    title=TEXT,
    kind=TEXT,
    unit_of_measure=TEXT,
    baseline=TEXT,
    target=TEXT,
    weight=TEXT,
    external_id=TEXT,
)

CHECK_IN = Part(
    "check_ins",
    key=("check_in_id",),
    position=KEPT_NUMBER,  # of the check-in itself, whatever corrected it
    confidence=SMALL,
    note=Field("text", kept=False),
    withdrawn=PRESENT,
)

READING = Part(
    "readings",
    key=("key_result_id", "check_in_id"),
    each="readings",
    within=CHECK_IN,
    position=KEPT_NUMBER,  # of the check-in itself, whatever corrected it
    value=TEXT,  # null: withdrawn
    said_position=KEPT_NUMBER,  # of the event that gave this value, as the next
    said_version=KEPT_NUMBER,
)

FEEDBACK = Part(
    "feedback",
    key=("feedback_id",),
    position=KEPT_NUMBER,  # of the event that gave it
    given_on=KEPT_DAY,
    giver=KEPT_TEXT,  # the actor
    kind=TEXT,
    text=Field("text", personal=True),
    visibility=TEXT,
    withdrawn_on=DATE,
    withdrawn_by=KEPT_TEXT,
    withdrawal_reason=KEPT_TEXT,
)

REVIEW = Part(
    "review",
    external_id=TEXT,
    person_id=NEEDED_ID,
    reviewer_id=NEEDED_ID,
    cycle_id=NEEDED_ID,
    objectives=Field("jsonb", kept=False),
    scale=Field("jsonb", needed=True),
    appeal_days=NUMBER,
    opened_on=Field("date", needed=True, told=False),
    shared_on=KEPT_DAY,
    # Steps are taken in order, and what each says has a name of its own.
    status=STATUS,
    assessed_rating=KEPT_SMALL,
    calibrated_rating=KEPT_SMALL,  # the last one
    rating=Field("smallint", facet=LIFE),  # what holds
    policy=TOLD,
    self_assessment=SECRET,
    assessment=SECRET,
    calibration_reason_code=TOLD,
    calibration_comment=SECRET,
    agrees=Field("boolean", facet=LIFE, kept=False),
    acknowledgement_comment=SECRET,
    appeal_grounds=SECRET,
    appeal_decision=TOLD,
    appeal_decision_comment=SECRET,
)

MEASURE = Part(
    "measure",
    external_id=TEXT,
    name=NAME,
    unit_of_measure=TEXT,
    direction=NEEDED,
    baseline=NEEDED,
    target=NEEDED,
    objective_ids=Field("jsonb", needed=True),
)

CHANGE_PLAN = Part(
    "change_plan",
    title=NAME,
    changes=Field("jsonb", needed=True),
    said_position=Field("bigint", needed=True, told=False),  # of the log, when the changes were last said
    why=Field("text", needed=True, told=False),
    drafted_by=Field("text", needed=True, told=False),
    drafted_on=Field("date", needed=True, told=False),
    status=STATUS,
    approved_by=KEPT_TEXT,
    approved_on=KEPT_DAY,
    ended_by=KEPT_TEXT,  # applied or withdrawn
    ended_on=KEPT_DAY,
    withdrawal_reason=KEPT_TEXT,
)

PLAN_COMMENT = Part(
    "comments",
    key=("comment_id",),
    position=KEPT_NUMBER,
    said_on=KEPT_DAY,
    said_by=KEPT_TEXT,
    text=Field("text", personal=True),
)

MEASURE_READING = Part(
    "readings",
    key=("reading_id",),
    position=KEPT_NUMBER,  # of the reading itself, whatever corrected it
    value=TEXT,  # null: withdrawn
    source=TEXT,
    said_position=KEPT_NUMBER,  # of the event that gave this value, as the next
    said_version=KEPT_NUMBER,
)


def _submitted_waivers(event: Recorded, _before: Before) -> Any:
    return event.data["waivers"] or None


def _activated_waivers(event: Recorded, before: Before) -> Any:
    """Those of the submission and those added to them, one for each criterion."""
    waived = [*(before("waivers") or ()), *event.data["waivers"]]
    return list({waiver["criterion"]: waiver for waiver in waived}.values()) or None


def _approved_status(_event: Recorded, before: Before) -> Any:
    """An approval of amendments leaves the status as it is."""
    return "approved" if before("status") == "submitted" else UNSAID


def _restarted_on(event: Recorded, before: Before) -> Any:
    removed_today = before("removed_on") == event.effective_on and not before("present")
    return event.effective_on if removed_today else UNSAID


STATUS_BEFORE = computed(lambda _event, before: before("status"))
RESUMED = computed(lambda _event, before: before("resumes_to"))
SAID = {"said_position": POSITION, "said_version": VERSION}
AMENDED = when("amendment", says(OBJECTIVE, amended_version=VERSION))

EVENTS: dict[str, tuple[Fact, ...]] = {
    "unit.defined": (defines(UNIT, status="active"),),
    "unit.renamed": (says(UNIT, "name"),),
    "unit.moved": (says(UNIT, "parent_id"),),
    "unit.lead_named": (says(UNIT, "lead_person_id"),),
    "unit.account_named": (says(UNIT, "account_id"),),
    "unit.external_id_corrected": (says(UNIT, "external_id"),),
    "unit.dissolved": (says(UNIT, status="dissolved"),),
    "unit.restored": (says(UNIT, status="active"),),
    "unit.dissolution_withdrawn": (says(UNIT, status="active"),),
    "person.defined": (defines(PERSON, status="active"),),
    "person.transferred": (says(PERSON, "unit_id", "manager_id"),),
    "person.renamed": (says(PERSON, "name"),),
    "person.revised": (spreads(PERSON, "after", "email", "job_title", "user_name", "account_id"),),
    "person.external_id_corrected": (says(PERSON, "external_id"),),
    "person.departed": (says(PERSON, status="departed"),),
    "person.returned": (says(PERSON, status="active"),),
    "person.departure_withdrawn": (says(PERSON, status="active"),),
    "cycle.defined": (defines(CYCLE, status="preparation"),),
    "cycle.revised": (
        spreads(CYCLE, "after", "name", "starts_on", "ends_on", "cadence_days", "appeal_days"),
    ),
    "cycle.external_id_corrected": (says(CYCLE, "external_id"),),
    "cycle.activated": (says(CYCLE, status="active"),),
    "cycle.closed": (says(CYCLE, "seal", status="closed"),),
    "cycle.reopened": (says(CYCLE, status="active"),),
    "policy.adopted": (defines(POLICY, said_position=POSITION),),
    "objective.defined": (defines(OBJECTIVE, status="draft"),),
    "objective.revised": (
        spreads(
            OBJECTIVE,
            "after",
            "title",
            "description",
            "starts_on",
            "ends_on",
            "visibility",
            "level",
            "cycle_id",
        ),
        AMENDED,
    ),
    "objective.transferred": (says(OBJECTIVE, "owner_unit_id", "owner_person_id"), AMENDED),
    "objective.external_id_corrected": (says(OBJECTIVE, "external_id"),),
    "objective.committed": (
        says(
            OBJECTIVE,
            committed_confidence=payload("confidence"),
            committed_unit_id=payload("owner_unit_id"),
            committed_person_id=payload("owner_person_id"),
        ),
    ),
    "objective.submitted": (
        says(OBJECTIVE, status="submitted", waivers=computed(_submitted_waivers, "waivers")),
    ),
    "objective.returned": (says(OBJECTIVE, status="draft"),),
    "objective.approved": (says(OBJECTIVE, status=computed(_approved_status), approved_version=VERSION),),
    "objective.activated": (
        says(OBJECTIVE, status="active", waivers=computed(_activated_waivers, "waivers")),
    ),
    "objective.postponed": (says(OBJECTIVE, status="postponed", resumes_to=STATUS_BEFORE),),
    "objective.resumed": (says(OBJECTIVE, status=RESUMED, resumes_to=None),),
    "objective.reaffirmed": (says(OBJECTIVE, last_reaffirmed_on=DAY),),
    "objective.reaffirmation_withdrawn": (says(OBJECTIVE, "last_reaffirmed_on"),),
    "objective.cancelled": (says(OBJECTIVE, status="cancelled"),),
    "objective.closed": (says(OBJECTIVE, *ENDING, status="closed"),),
    "objective.reopened": (says(OBJECTIVE, status="active", **dict.fromkeys(ENDING)),),
    "objective.carried_over": (says(OBJECTIVE, "successor_id", status="carried_over"),),
    "objective.reinstated": (says(OBJECTIVE, "status", successor_id=None),),
    "objective.key_result_added": (defines(KEY_RESULT, present=True), AMENDED),
    "objective.key_result_revised": (
        spreads(KEY_RESULT, "after", "title", "unit_of_measure", "weight", "external_id"),
        AMENDED,
    ),
    "objective.target_changed": (says(KEY_RESULT, "kind", "baseline", "target"), AMENDED),
    "objective.key_result_removed": (says(KEY_RESULT, present=False), AMENDED),
    "objective.key_result_reinstated": (says(KEY_RESULT, present=True), AMENDED),
    "objective.aligned": (
        says(ALIGNMENT, "kind", "weight", present=True, restarted_on=computed(_restarted_on)),
        AMENDED,
    ),
    "objective.alignment_weight_changed": (says(ALIGNMENT, "weight"), AMENDED),
    "objective.alignment_removed": (says(ALIGNMENT, present=False, removed_on=DAY), AMENDED),
    "objective.checked_in": (
        begins(CHECK_IN, position=POSITION, confidence=given("confidence"), note=given("note")),
        begins(READING, "value", position=POSITION, **SAID),
    ),
    # A correction leaves a confidence and a note that it does not give as they were.
    "objective.check_in_corrected": (
        says(CHECK_IN, confidence=given("confidence"), note=given("note")),
        says(READING, "value", **SAID),
    ),
    "objective.check_in_withdrawn": (
        says(CHECK_IN, confidence=None, note=None, withdrawn=True),
        says(READING, "value", **SAID),
    ),
    "objective.feedback_given": (
        says(FEEDBACK, "kind", "text", "visibility", position=POSITION, given_on=DAY, giver=ACTOR),
    ),
    "objective.feedback_withdrawn": (
        says(FEEDBACK, withdrawn_on=DAY, withdrawn_by=ACTOR, withdrawal_reason=REASON),
    ),
    "review.opened": (defines(REVIEW, status="opened", opened_on=DAY),),
    "review.external_id_corrected": (says(REVIEW, "external_id"),),
    "review.reassigned": (says(REVIEW, "reviewer_id"),),
    "review.self_assessed": (says(REVIEW, status="self_assessed", self_assessment=payload("text")),),
    "review.assessed": (
        says(
            REVIEW,
            "rating",
            "policy",
            status="assessed",
            assessed_rating=payload("rating"),
            assessment=payload("text"),
        ),
    ),
    "review.calibrated": (
        says(
            REVIEW,
            "rating",
            status="calibrated",
            calibrated_rating=payload("rating"),
            calibration_reason_code=payload("reason_code"),
            calibration_comment=payload("comment"),
        ),
    ),
    "review.shared": (says(REVIEW, status="shared", shared_on=DAY),),
    "review.acknowledged": (
        says(REVIEW, "agrees", status="acknowledged", acknowledgement_comment=payload("comment")),
    ),
    "review.appealed": (says(REVIEW, status="appealed", appeal_grounds=payload("grounds")),),
    "review.appeal_decided": (
        says(
            REVIEW,
            "rating",
            status=payload("decision"),
            appeal_decision=payload("decision"),
            appeal_decision_comment=payload("comment"),
        ),
    ),
    "review.finalised": (says(REVIEW, status="finalised"),),
    "review.withdrawn": (says(REVIEW, status="withdrawn"),),
    "change_plan.drafted": (
        defines(
            CHANGE_PLAN,
            status="open",
            said_position=payload("position"),
            why=REASON,
            drafted_by=ACTOR,
            drafted_on=DAY,
        ),
    ),
    "change_plan.revised": (
        says(
            CHANGE_PLAN,
            "title",
            "changes",
            status="open",
            said_position=payload("position"),
            why=REASON,
            approved_by=None,
            approved_on=None,
            ended_by=None,
            ended_on=None,
            withdrawal_reason=None,
        ),
    ),
    "change_plan.commented": (begins(PLAN_COMMENT, "text", position=POSITION, said_on=DAY, said_by=ACTOR),),
    "change_plan.approved": (says(CHANGE_PLAN, status="approved", approved_by=ACTOR, approved_on=DAY),),
    "change_plan.withdrawn": (
        says(CHANGE_PLAN, status="withdrawn", ended_by=ACTOR, ended_on=DAY, withdrawal_reason=REASON),
    ),
    "change_plan.applied": (says(CHANGE_PLAN, status="applied", ended_by=ACTOR, ended_on=DAY),),
    "measure.defined": (defines(MEASURE),),
    "measure.revised": (
        spreads(
            MEASURE, "after", "name", "unit_of_measure", "direction", "baseline", "target", "objective_ids"
        ),
    ),
    "measure.external_id_corrected": (says(MEASURE, "external_id"),),
    "measure.reading_recorded": (begins(MEASURE_READING, "value", "source", position=POSITION, **SAID),),
    "measure.reading_corrected": (says(MEASURE_READING, "value", "source", **SAID),),
    "measure.reading_withdrawn": (says(MEASURE_READING, value=None, source=None, **SAID),),
}

SETS_NOTHING = {
    "review.opened": {"objective_ids"},  # the ids in `objectives`
    "review.assessed": {"evidence"},  # fixed by this event, told by the review itself
}
"""Fields of payloads that set nothing, by topic; nor does one that says how it was before (`..._before`)."""


def aggregate_of(topic: str) -> str:
    """The kind of aggregate whose event it is."""
    return topic.partition(".")[0]
