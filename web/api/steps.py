"""The steps in the life of an objective."""

from typing import Any
from uuid import UUID

from application.act import Act
from application.carrying_over import NewAlignment
from application.objectives import Objectives
from application.store import Answer
from web.api.routes import SOME_ID, Routes
from web.schemas.objectives import (
    Activation,
    CarryOver,
    Closure,
    CommitmentSchema,
    ReaffirmationWithdrawal,
    Submission,
)
from web.wiring import Commands

steps = Routes("steps", __name__, of=Objectives, description="The steps in the life of an objective.")
WAIVER = {"waivers": [{"criterion": "M", "reason": "the measure is being agreed on"}]}


steps.use_case(
    "/objectives/<uuid:id>/commitment",
    Objectives.commit,
    "The owner commits, stating a confidence",
    CommitmentSchema(),
    example={"confidence": 7},
)

steps.use_case(
    "/objectives/<uuid:id>/submission",
    Objectives.submit,
    "Submit for approval; refused with what is missing unless it is SMART or waived",
    Submission(),
    example=WAIVER,
)

steps.use_case("/objectives/<uuid:id>/return", Objectives.return_, "Return to draft")

steps.use_case(
    "/objectives/<uuid:id>/approval",
    Objectives.approve,
    "Approve, or approve again what was amended",
)

steps.use_case(
    "/objectives/<uuid:id>/activation",
    Objectives.activate,
    "Activate",
    Activation(),
    example=WAIVER,
)

steps.use_case("/objectives/<uuid:id>/postponement", Objectives.postpone, "Postpone")

steps.use_case("/objectives/<uuid:id>/resumption", Objectives.resume, "Resume what was postponed")

steps.use_case(
    "/objectives/<uuid:id>/reaffirmation",
    Objectives.reaffirm,
    "Say that it is still relevant",
)

steps.use_case(
    "/objectives/<uuid:id>/reaffirmation/withdrawal",
    Objectives.withdraw_reaffirmation,
    "Withdraw a reaffirmation that was recorded by mistake, with a reason",
    ReaffirmationWithdrawal(),
    example={"on": "2026-03-31", "reason": "it was meant for another objective"},
)

steps.use_case("/objectives/<uuid:id>/cancellation", Objectives.cancel, "Cancel")

steps.use_case(
    "/objectives/<uuid:id>/closure",
    Objectives.close,
    "Close with an outcome and a score",
    Closure(),
    example={"outcome": "partly_achieved", "score": "0.6", "note": "two of three markets"},
)

steps.use_case(
    "/objectives/<uuid:id>/reopening",
    Objectives.reopen,
    "Reopen what was closed, with a reason",
    example={"reason": "closed by mistake"},
)


steps.use_case(
    "/objectives/<uuid:id>/reinstatement",
    Objectives.reinstate,
    "Take back a cancellation or a carry-over, with a reason: the objective goes on as what it was",
    example={"reason": "cancelled by mistake"},
)


@steps.command(
    "/objectives/<uuid:id>/carry-over",
    CarryOver(),
    creates="objectives",
    changes=True,
    example={
        "cycle_id": SOME_ID,
        "starts_on": "2027-01-01",
        "ends_on": "2027-12-31",
        "alignments": [{"objective_id": SOME_ID, "kind": "contributes", "weight": "1"}],
    },
)
def carry_over(use: Commands, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Carry over to another cycle; the answer is about the successor"""
    alignments = [NewAlignment(**given) for given in body.pop("alignments")]
    return use.objectives.carry_over(act, id, alignments=alignments, **body)
