"""Fifty who wait for a position cost one stream of looks, each waits no longer than it may."""

from threading import Thread
from time import monotonic

from web.waiting import Lookout

PAUSE = 0.01


class Source:
    """A position that is reached after a number of looks."""

    def __init__(self, reached_after: int) -> None:
        self.looks = 0
        self._after = reached_after

    def __call__(self) -> int:
        self.looks += 1
        return 7 if self.looks > self._after else 0


def test_all_who_wait_share_the_looks() -> None:
    source, seen = Source(reached_after=20), []
    lookout = Lookout(source, PAUSE)
    waiting = [Thread(target=lambda: seen.append(lookout.sees(7, 30))) for _ in range(50)]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join()

    assert seen == [True] * 50
    assert 20 < source.looks < 20 + 50  # fifty that look for themselves would have looked a thousand times


def test_who_waits_in_vain_is_told_after_the_time_that_was_given() -> None:
    source = Source(reached_after=10**9)
    began = monotonic()

    assert not Lookout(source, PAUSE).sees(7, 0.05)

    assert monotonic() - began >= 0.05


def test_what_is_seen_already_needs_no_look_within_the_pause() -> None:
    source = Source(reached_after=0)
    lookout = Lookout(source, 60)

    assert [lookout.sees(7, 0), lookout.sees(6, 0), lookout.position()] == [True, True, 7]
    assert source.looks == 1
