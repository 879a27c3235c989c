"""All that may happen in a history."""

from tests.histories import linking, living, measuring, organisation
from tests.histories.move import Moves

MOVES: Moves = {**living.MOVES, **measuring.MOVES, **linking.MOVES, **organisation.MOVES}
