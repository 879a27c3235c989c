"""A child that keeps ending is started again, with longer and longer pauses."""

import os
from itertools import pairwise

import pytest

from tests.web.serve.processes import wait_until
from web.ops.serve import child as under_test
from web.ops.serve.child import Child


@pytest.fixture
def hasty() -> Child:
    """It ends at once: its module does not exist."""
    return Child("hasty", "web.ops.serve.no_such_module", [], os.environ)


def test_a_child_that_ends_is_started_again(hasty: Child) -> None:
    hasty.start()

    def ended_twice() -> bool:
        hasty.look_after()
        return hasty.deaths >= 2

    wait_until(ended_twice)
    hasty.stop(5)


def test_the_pauses_double_up_to_the_longest(hasty: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "LONGEST_PAUSE_SECONDS", 0.5)
    pauses: list[float] = []
    hasty.start()

    def ended_four_times() -> bool:
        before = hasty.deaths
        hasty.look_after()
        if hasty.deaths > before:
            pauses.append(hasty._pause)
        return len(pauses) == 4

    wait_until(ended_four_times)
    hasty.stop(5)
    assert pauses == [0.2, 0.4, 0.5, 0.5]
    assert all(earlier <= later for earlier, later in pairwise(pauses))


def test_stopping_a_child_that_does_not_run_does_nothing(hasty: Child) -> None:
    hasty.stop(5)
    assert hasty.deaths == 0
