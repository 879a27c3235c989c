"""Links up, made, changed, removed and made again."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.objective import Objective, Parent
from tests.histories.move import Move, Moves, objective_of
from tests.histories.telling import YEAR, Telling


def _align(telling: Telling, move: Move) -> None:
    child, above = objective_of(telling, move.who), objective_of(telling, move.other)
    by, up = telling.on(move.day), {each.id: each for each in telling.objectives}
    parent = Parent(above.id, above.level, above.periods(YEAR))
    kind = "supports" if move.pick % 3 == 0 else "contributes"

    def command() -> None:
        window = child.alignment_window(above.id, by.effective_on)
        telling.check_loop(lambda id: up[id].links_up(), child.id, above.id, window)
        child.align(by=by, parent=parent, kind=kind, weight=Decimal(1 + move.pick % 2), cycle=YEAR)

    telling.attempt(command, child)


def _linked(telling: Telling, move: Move) -> tuple[Objective, UUID] | None:
    """A link that there is, or was."""
    found = [(each, link.parent_id) for each in telling.objectives for link in each.links_up()]
    return found[move.other % len(found)] if found else None


def _reweigh(telling: Telling, move: Move) -> None:
    if link := _linked(telling, move):
        child, parent = link
        by, weight = telling.on(move.day), Decimal(move.pick + 1) / 2
        telling.attempt(lambda: child.change_alignment_weight(by=by, parent_id=parent, weight=weight), child)


def _unalign(telling: Telling, move: Move) -> None:
    if link := _linked(telling, move):
        child, parent = link
        telling.attempt(lambda: child.remove_alignment(by=telling.on(move.day), parent_id=parent), child)


def _renew(telling: Telling, move: Move) -> None:
    """Remove a link and make it again on the same day: it holds on every day, but anew from this one."""
    if link := _linked(telling, move):
        child, parent = link
        number = next(place for place, each in enumerate(telling.objectives) if each.id == parent)
        again = replace(move, who=telling.objectives.index(child), other=number)
        _unalign(telling, move)
        _align(telling, again)


MOVES: Moves = {
    "align": (3, _align),
    "renew": (1, _renew),
    "reweigh": (2, _reweigh),
    "unalign": (3, _unalign),
}
