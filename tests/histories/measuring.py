"""Key results, their targets and readings."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.objective import Objective
from tests.histories.move import Move, Moves, objective_of
from tests.histories.telling import Telling

VALUES = ("1", "4.5", "9", "-3", "20", "0.0000001", "2")


def _add_key_result(telling: Telling, move: Move) -> None:
    objective, by = objective_of(telling, move.who), telling.on(move.day)
    kinds = ("increase", "decrease", "milestone", "maintain_at_least", "maintain_at_most", "observe")
    kind = kinds[move.pick % len(kinds)]
    gone = [*objective.key_results_on(objective.first_day)] if move.other == 0 else []
    telling.attempt(
        lambda: objective.add_key_result(
            by=by,
            key_result_id=gone[0].id if gone else telling.new_id(),
            title=("Visits", "Calls")[move.other % 2],
            kind=kind,
            unit_of_measure=None,
            baseline=Decimal(move.other),
            target=None if kind == "observe" else Decimal("12.5"),
            weight=Decimal(move.other + 1) / 3 if move.other == 2 else Decimal(1),
        ),
        objective,
    )


def _key_result(objective: Objective, move: Move) -> UUID | None:
    """A key result that is there on some day near today."""
    found = sorted(
        {each.id for day in (-15, 0, 30) for each in objective.key_results_on(_near(objective, day))}
    )
    return found[move.other % len(found)] if found else None


def _near(objective: Objective, days: int) -> date:
    return objective.first_day + timedelta(days=max(days, 0))


def _change_target(telling: Telling, move: Move) -> None:
    objective, by = objective_of(telling, move.who), telling.on(move.day)
    if id := _key_result(objective, move):
        target = None if move.pick == 0 else Decimal(VALUES[move.pick % len(VALUES)])
        kind = "observe" if move.pick == 0 else "increase" if move.pick == 1 else None
        telling.attempt(
            lambda: objective.change_target(by=by, key_result_id=id, target=target, kind=kind), objective
        )


def _revise_key_result(telling: Telling, move: Move) -> None:
    objective, by = objective_of(telling, move.who), telling.on(move.day)
    changes: tuple[dict[str, Any], ...] = (
        {"weight": Decimal("0.5")},
        {"weight": Decimal(3), "title": "Letters"},
        {"title": "Visits"},
        {"unit_of_measure": ("visits", None)[move.other % 2]},
    )
    if id := _key_result(objective, move):
        revision = changes[move.pick % len(changes)]
        telling.attempt(lambda: objective.revise_key_result(by=by, key_result_id=id, **revision), objective)


def _remove_key_result(telling: Telling, move: Move) -> None:
    objective, by = objective_of(telling, move.who), telling.on(move.day)
    if id := _key_result(objective, move):
        telling.attempt(lambda: objective.remove_key_result(by=by, key_result_id=id), objective)


def _reinstate_key_result(telling: Telling, move: Move) -> None:
    objective, by = objective_of(telling, move.who), telling.on(move.day)
    if found := sorted(objective.key_results.slots):
        id = found[move.other % len(found)]
        telling.attempt(lambda: objective.reinstate_key_result(by=by, key_result_id=id), objective)


def _check_in(telling: Telling, move: Move) -> None:
    objective = objective_of(telling, move.who)
    on = telling.on(move.day, latest=telling.today).effective_on
    value = Decimal(VALUES[move.pick % len(VALUES)])
    readings = {each.id: value for each in objective.key_results_on(on)[: 1 + move.other % 3]}
    confidence = move.other if move.other % 2 and move.other < 11 else None
    telling.attempt(
        lambda: objective.check_in(
            by=telling.by(), check_in_id=telling.new_id(), on=on, readings=readings, confidence=confidence
        ),
        objective,
    )


def _correct_check_in(telling: Telling, move: Move) -> None:
    found = [(each, id) for each in telling.objectives for id in each.check_ins.all]
    if not found:
        return
    objective, check_in_id = found[move.who % len(found)]
    there = objective.check_ins.all[check_in_id]
    if move.pick % 5 == 4:
        telling.attempt(lambda: objective.withdraw_check_in(telling.by(), check_in_id), objective)
        return
    value = None if move.pick == 0 else Decimal(VALUES[move.pick % len(VALUES)])
    readings = dict.fromkeys(list(there.readings)[: 1 + move.other % 2], value)
    confidence = move.other if move.other % 3 == 1 else None
    telling.attempt(
        lambda: objective.correct_check_in(
            by=telling.by(), check_in_id=check_in_id, readings=readings, confidence=confidence
        ),
        objective,
    )


MOVES: Moves = {
    "add key result": (1, _add_key_result),
    "change target": (2, _change_target),
    "check in": (3, _check_in),
    "correct check-in": (2, _correct_check_in),
    "reinstate key result": (1, _reinstate_key_result),
    "remove key result": (1, _remove_key_result),
    "revise key result": (1, _revise_key_result),
}
