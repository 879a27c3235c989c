"""Key results of an objective, and the check-ins that read them."""

from typing import Any
from uuid import UUID

from application.act import Act
from application.objectives import Objectives
from application.store import Answer
from domain.refusals import InvalidValue
from web.api.routes import SOME_ID, Routes
from web.schemas.objectives import (
    CheckInCorrection,
    CheckInSchema,
    KeyResultAddition,
    KeyResultRevision,
    TargetChange,
)
from web.wiring import Commands

measuring = Routes(
    "measuring", __name__, of=Objectives, description="Key results, and the check-ins that read them."
)

measuring.use_case(
    "/objectives/<uuid:id>/key-results",
    Objectives.add_key_result,
    "Add a key result",
    KeyResultAddition(),
    example={"title": "Share answered in time", "kind": "increase", "baseline": "60", "target": "95"},
)

measuring.use_case(
    "/objectives/<uuid:id>/key-results/<uuid:key_result>/revision",
    Objectives.revise_key_result,
    "Correct the title, unit of measure or weight of a key result, which keeps its readings",
    KeyResultRevision(),
    example={"weight": "2", "effective_on": "2026-02-01", "reason": "it counts twice, as agreed"},
)

measuring.use_case(
    "/objectives/<uuid:id>/key-results/<uuid:key_result>/target",
    Objectives.change_target,
    "Change the target, give the first one, or take it away",
    TargetChange(),
    example={"target": "97.5", "reason": "last year ended at 94"},
)

measuring.use_case(
    "/objectives/<uuid:id>/key-results/<uuid:key_result>/removal",
    Objectives.remove_key_result,
    "Remove a key result",
)

measuring.use_case(
    "/objectives/<uuid:id>/key-results/<uuid:key_result>/reinstatement",
    Objectives.reinstate_key_result,
    "Bring back a key result that was removed, as it was and with its readings",
    example={"effective_on": "2026-04-01", "reason": "removed by mistake"},
)


@measuring.command(
    "/objectives/<uuid:id>/check-ins",
    CheckInSchema(),
    example={"on": "2026-03-31", "readings": [{"key_result_id": SOME_ID, "value": "71.5"}], "confidence": 6},
)
def check_in(use: Commands, act: Act, body: dict[str, Any], id: UUID) -> Answer:
    """Record readings of key results on a day, a confidence, a note, or some of these"""
    return use.objectives.check_in(act, id, **{**body, "readings": _readings(body)})


@measuring.command(
    "/objectives/<uuid:id>/check-ins/<uuid:check_in>/correction",
    CheckInCorrection(),
    example={
        "readings": [{"key_result_id": SOME_ID, "value": "70.5"}],
        "reason": "one market was counted twice",
    },
)
def correct_check_in(use: Commands, act: Act, body: dict[str, Any], id: UUID, check_in: UUID) -> Answer:
    """Correct what a check-in said"""
    return use.objectives.correct_check_in(act, id, check_in, **{**body, "readings": _readings(body)})


measuring.use_case(
    "/objectives/<uuid:id>/check-ins/<uuid:check_in>/withdrawal",
    Objectives.withdraw_check_in,
    "Withdraw a check-in that was recorded by mistake, with a reason",
    example={"reason": "it was meant for another objective"},
)


def _readings(body: dict[str, Any]) -> dict[UUID, Any]:
    readings: dict[UUID, Any] = {}
    for place, given in enumerate(body["readings"]):
        if given["key_result_id"] in readings:
            raise InvalidValue.at(f"/readings/{place}/key_result_id", "is read twice")
        readings[given["key_result_id"]] = given["value"]
    return readings
