"""The steps in the life of an objective."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from application.act import Act
from application.store import Answer
from domain.objective import Waiver
from web.access.roles import OBJECTIVES
from web.api.routes import SOME_ID, Routes
from web.schemas.objectives import Activation, CarryOver, Closure, Commitment, Submission
from web.wiring import UseCases

steps = Routes("steps", __name__, description="The steps in the life of an objective.")
WAIVER = {"waivers": [{"criterion": "M", "reason": "the measure is being agreed on"}]}


def _waivers(given: Sequence[Mapping[str, str]]) -> list[Waiver]:
    return [Waiver(one["criterion"], one["reason"]) for one in given]


@steps.command("/objectives/<uuid:id>/commitment", Commitment(), roles=OBJECTIVES, example={"confidence": 7})
def commit(use: UseCases, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """The owner commits, stating a confidence"""
    return use.objectives.commit(act, id, **body)


@steps.command("/objectives/<uuid:id>/submission", Submission(), roles=OBJECTIVES, example=WAIVER)
def submit(use: UseCases, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Submit for approval; refused with what is missing unless it is SMART or waived"""
    return use.objectives.submit(act, id, waivers=_waivers(body["waivers"]))


@steps.command("/objectives/<uuid:id>/return", roles=OBJECTIVES)
def return_(use: UseCases, act: Act, id: UUID) -> Answer:
    """Return to draft"""
    return use.objectives.return_(act, id)


@steps.command("/objectives/<uuid:id>/approval", roles=OBJECTIVES)
def approve(use: UseCases, act: Act, id: UUID) -> Answer:
    """Approve, or approve again what was amended"""
    return use.objectives.approve(act, id)


@steps.command("/objectives/<uuid:id>/activation", Activation(), roles=OBJECTIVES, example=WAIVER)
def activate(use: UseCases, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Activate"""
    return use.objectives.activate(act, id, waivers=_waivers(body["waivers"]))


@steps.command("/objectives/<uuid:id>/postponement", roles=OBJECTIVES)
def postpone(use: UseCases, act: Act, id: UUID) -> Answer:
    """Postpone"""
    return use.objectives.postpone(act, id)


@steps.command("/objectives/<uuid:id>/resumption", roles=OBJECTIVES)
def resume(use: UseCases, act: Act, id: UUID) -> Answer:
    """Resume what was postponed"""
    return use.objectives.resume(act, id)


@steps.command("/objectives/<uuid:id>/reaffirmation", roles=OBJECTIVES)
def reaffirm(use: UseCases, act: Act, id: UUID) -> Answer:
    """Say that it is still relevant"""
    return use.objectives.reaffirm(act, id)


@steps.command("/objectives/<uuid:id>/cancellation", roles=OBJECTIVES)
def cancel(use: UseCases, act: Act, id: UUID) -> Answer:
    """Cancel"""
    return use.objectives.cancel(act, id)


@steps.command(
    "/objectives/<uuid:id>/closure",
    Closure(),
    roles=OBJECTIVES,
    example={"outcome": "partly_achieved", "score": "0.6", "note": "two of three markets"},
)
def close(use: UseCases, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Close with an outcome and a score"""
    return use.objectives.close(act, id, **body)


@steps.command("/objectives/<uuid:id>/reopening", roles=OBJECTIVES, example={"reason": "closed by mistake"})
def reopen(use: UseCases, act: Act, id: UUID) -> Answer:
    """Reopen what was closed, with a reason"""
    return use.objectives.reopen(act, id)


@steps.command(
    "/objectives/<uuid:id>/carry-over",
    CarryOver(),
    roles=OBJECTIVES,
    creates="objectives",
    changes=True,
    example={"cycle_id": SOME_ID, "starts_on": "2027-01-01", "ends_on": "2027-12-31"},
)
def carry_over(use: UseCases, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Carry over to another cycle; the answer is about the successor"""
    return use.objectives.carry_over(act, id, **body)
