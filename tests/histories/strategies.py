"""What is drawn: a small organisation, then moves, each a few small numbers that the moves interpret."""

from hypothesis import strategies as st

from tests.histories.beginning import begin
from tests.histories.move import Move, Moves
from tests.histories.moves import MOVES
from tests.histories.telling import Telling

MOSTLY_THE_SAME = st.one_of(st.integers(0, 2), st.integers(0, 11))
HOURS = st.sampled_from((0, 1, 8, 24, 24, 48, 120))


def moves(made_of: Moves) -> st.SearchStrategy[Move]:
    return st.builds(
        Move,
        what=st.sampled_from([what for what, (often, _) in sorted(made_of.items()) for _ in range(often)]),
        who=MOSTLY_THE_SAME,
        other=MOSTLY_THE_SAME,
        pick=st.integers(0, 11),
        day=st.integers(0, 11),
        hours=HOURS,
    )


@st.composite
def histories(draw: st.DrawFn, length: int = 40, made_of: Moves = MOVES) -> Telling:
    """An organisation with some objectives in progress, and up to `length` moves after that."""
    telling = Telling()
    begin(telling, draw(st.lists(st.integers(0, 11), min_size=6, max_size=18)))
    for move in draw(st.lists(moves(made_of), min_size=length // 2, max_size=length)):
        telling.wait(move.hours)
        _, make = made_of[move.what]
        make(telling, move)
    return telling
