"""The moves of a history that can change the health of the alignment."""

from tests.histories import linking, living, measuring, organisation
from tests.histories.move import Moves

OF_HEALTH = ("check in", "correct check-in", "define objective", "reaffirm", "take step", "transfer")
MOVES: Moves = {
    **linking.MOVES,
    **organisation.MOVES,
    **{name: move for name, move in {**living.MOVES, **measuring.MOVES}.items() if name in OF_HEALTH},
}
