"""Fifty who wait for a position cost one stream of looks, each waits no longer than it may."""

from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from time import monotonic, sleep

import pytest

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

    assert [lookout.sees(7, 0), lookout.sees(6, 0), lookout.sees(8, 0)] == [True, True, False]
    assert source.looks == 1


def test_who_waits_for_less_is_told_while_another_waits_for_more() -> None:
    source = Source(reached_after=5)
    lookout = Lookout(source, PAUSE)
    longest = Thread(target=lookout.sees, args=[8, 1])
    longest.start()
    began = monotonic()

    assert lookout.sees(7, 30)
    assert monotonic() - began < 1, "it was told before the other gave up"
    longest.join()


def test_where_a_look_fails_late_each_is_told_after_the_time_that_was_given_and_one_look() -> None:
    def refuses() -> int:
        sleep(0.3)
        raise OSError

    def wait() -> None:
        began = monotonic()
        with suppress(OSError):
            assert not lookout.sees(7, 0.5)
        took.append(monotonic() - began)

    lookout, took = Lookout(refuses, PAUSE), list[float]()
    waiting = [Thread(target=wait) for _ in range(20)]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join()

    assert len(took) == 20
    assert max(took) < 3, "twenty looks one after the other would have taken six seconds"


def test_after_a_look_that_failed_the_next_one_asks_anew() -> None:
    answers: Iterator[int | OSError] = iter([OSError("away"), 7])

    def look() -> int:
        found = next(answers)
        if isinstance(found, OSError):
            raise found
        return found

    lookout = Lookout(look, PAUSE)
    with pytest.raises(OSError, match="away"):
        lookout.sees(7, 1)

    assert lookout.sees(7, 1)
