"""Commands on the key results of an objective and the readings of them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from application.act import Act
from application.ids import new_id
from application.store import Answer
from application.use_cases import InCycle
from domain.objective import KEEP, Keep, Objective


class Measuring(InCycle[Objective]):
    """The part of `Objectives` that is about measuring."""

    def add_key_result(
        self,
        act: Act,
        id: UUID,
        *,
        title: str,
        kind: str,
        unit_of_measure: str | None,
        baseline: Decimal | None,
        target: Decimal | None,
        weight: Decimal = Decimal(1),
        external_id: str | None = None,
        key_result_id: UUID | None = None,
    ) -> Answer:
        chosen = key_result_id or new_id()
        return self._change(
            act,
            id,
            lambda _, objective: objective.add_key_result(
                by=act.by,
                key_result_id=chosen,
                title=title,
                kind=kind,
                unit_of_measure=unit_of_measure,
                baseline=baseline,
                target=target,
                weight=weight,
                external_id=external_id,
            ),
        )

    def change_target(
        self,
        act: Act,
        id: UUID,
        key_result_id: UUID,
        *,
        target: Decimal | None,
        baseline: Decimal | Keep | None = KEEP,
        kind: str | None = None,
    ) -> Answer:
        return self._change(
            act,
            id,
            lambda _, objective: objective.change_target(
                by=act.by, key_result_id=key_result_id, target=target, baseline=baseline, kind=kind
            ),
        )

    def remove_key_result(self, act: Act, id: UUID, key_result_id: UUID) -> Answer:
        return self._change(
            act, id, lambda _, objective: objective.remove_key_result(by=act.by, key_result_id=key_result_id)
        )

    def check_in(
        self,
        act: Act,
        id: UUID,
        *,
        on: date,
        readings: Mapping[UUID, Decimal],
        confidence: int | None = None,
        note: str | None = None,
        check_in_id: UUID | None = None,
    ) -> Answer:
        chosen = check_in_id or new_id()
        return self._change(
            act,
            id,
            lambda _, objective: objective.check_in(
                by=act.by, check_in_id=chosen, on=on, readings=readings, confidence=confidence, note=note
            ),
        )

    def correct_check_in(
        self,
        act: Act,
        id: UUID,
        check_in: UUID,
        *,
        readings: Mapping[UUID, Decimal | None],
        confidence: int | None = None,
        note: str | None = None,
    ) -> Answer:
        return self._change(
            act,
            id,
            lambda _, objective: objective.correct_check_in(
                by=act.by, check_in_id=check_in, readings=readings, confidence=confidence, note=note
            ),
        )
