"""One thing that happens in a history."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from domain.objective import Objective
from tests.histories.telling import Telling


@dataclass(frozen=True)
class Move:
    """`who` does it to or with `other`; `pick` chooses a value, `day` the effective date; `hours` have gone
    by since the move before.
    """

    what: str
    who: int
    other: int
    pick: int
    day: int
    hours: int


def objective_of(telling: Telling, number: int) -> Objective:
    return telling.objectives[number % len(telling.objectives)]


Moves: TypeAlias = dict[str, tuple[int, Callable[[Telling, Move], None]]]
"""What is done -> how often, beside the others, and the function that does it; the domain may refuse."""
