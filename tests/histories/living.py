"""What becomes of an objective: steps of its life, and what it says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from domain.objective import Revision
from domain.objective.lifecycle import allowed_in
from tests.histories.beginning import ALL_WAIVED, LEVELS, TITLES, define_objective
from tests.histories.move import Move, Moves, objective_of
from tests.histories.telling import YEAR, Telling

ENDING = ("cancel", "carry_over")


def _take_step(telling: Telling, move: Move) -> None:
    objective = objective_of(telling, move.who)
    by = telling.by() if move.pick % 2 else telling.on(move.day, latest=telling.today)
    standing = telling.standing(objective, by.effective_on)
    steps: dict[str, Callable[[], None]] = {
        "submit": lambda: objective.submit(by=by, waivers=ALL_WAIVED, standing=standing),
        "return": lambda: objective.return_(by=by),
        "approve": lambda: objective.approve(by=by),
        "activate": lambda: objective.activate(by=by, waivers=ALL_WAIVED, standing=standing),
        "postpone": lambda: objective.postpone(by=by),
        "resume": lambda: objective.resume(by=by),
        "close": lambda: objective.close(by=by, outcome="achieved", score=Decimal("0.5"), note="so be it"),
        "reopen": lambda: objective.reopen(by=by),
        "cancel": lambda: objective.cancel(by=by),
        "carry_over": lambda: objective.carry_over(by=by, successor_id=telling.new_id()),
        "reinstate": lambda: objective.reinstate(by=by),
    }
    open_now = [
        step
        for step in steps
        if step in allowed_in(objective.status) and (step not in ENDING or move.pick > 9)
    ]
    if open_now:
        telling.attempt(steps[open_now[move.other % len(open_now)]], objective)


def _reaffirm(telling: Telling, move: Move) -> None:
    objective = objective_of(telling, move.who)
    said = objective.reaffirmed_on
    if said and move.pick % 3 == 0:
        on = said[move.other % len(said)]
        telling.attempt(lambda: objective.withdraw_reaffirmation(by=telling.by(), on=on), objective)
    else:
        telling.attempt(lambda: objective.reaffirm(by=telling.on(move.day, latest=telling.today)), objective)


def _commit(telling: Telling, move: Move) -> None:
    objective = objective_of(telling, move.who)
    telling.attempt(lambda: objective.commit(by=telling.on(move.day), confidence=move.pick % 11), objective)


def _revise(telling: Telling, move: Move) -> None:
    objective, by = objective_of(telling, move.who), telling.on(move.day)
    changes = (
        Revision(title=TITLES[move.other % len(TITLES)]),
        Revision(description=None if move.other % 2 else "Once more for customers."),
        Revision(ends_on=YEAR.ends_on - timedelta(days=30 * move.other)),
        Revision(starts_on=None if move.other % 3 else YEAR.starts_on),
        Revision(visibility="private" if move.other % 2 else "open"),
    )
    revision = changes[move.pick % len(changes)]
    telling.attempt(lambda: objective.revise(by=by, revision=revision, cycle=YEAR), objective)


def _correct_draft(telling: Telling, move: Move) -> None:
    objective = objective_of(telling, move.who)
    cycle_id = telling.cycles[move.pick % 2].id
    changes = (Revision(level=LEVELS[move.other % len(LEVELS)]), Revision(cycle_id=cycle_id))
    by = replace(telling.by(), effective_on=objective.first_day)
    revision = changes[move.day % 2]
    telling.attempt(lambda: objective.revise(by=by, revision=revision, cycle=YEAR), objective)


def _correct_external_id(telling: Telling, move: Move) -> None:
    objective, name = objective_of(telling, move.who), ("o-1", "o-2", None)[move.other % 3]
    telling.attempt(lambda: objective.correct_external_id(by=telling.by(), external_id=name), objective)


def _transfer(telling: Telling, move: Move) -> None:
    objective, owner = objective_of(telling, move.who), telling.owner(move.other)
    telling.attempt(lambda: objective.transfer(by=telling.on(move.day), owner=owner), objective)


def _define_objective(telling: Telling, move: Move) -> None:
    if len(telling.objectives) < 9:
        define_objective(telling, telling.on(move.day, latest=telling.today), move.who, move.other)


MOVES: Moves = {
    "commit": (1, _commit),
    "correct external id": (1, _correct_external_id),
    "correct draft": (1, _correct_draft),
    "define objective": (1, _define_objective),
    "reaffirm": (1, _reaffirm),
    "revise": (2, _revise),
    "take step": (4, _take_step),
    "transfer": (1, _transfer),
}
