"""Several processes at one store at once."""

import faulthandler
import multiprocessing
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.synchronize import Barrier
from queue import Empty
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")

# Starts each process from a clean one: this one has threads, which a fork would cut off.
_context = multiprocessing.get_context("forkserver")


def in_processes(count: int, work: Callable[..., T], *arguments: Any, patience: float = 120) -> list[T]:
    """What `work(seat, barrier, *arguments)` returns in each of `count` processes, by seat (0, 1, ...).

    `work` is a function of a module; the barrier is common to all. A failure in one fails the caller, and so
    does one that ends without a word, or takes longer than `patience` seconds.
    """
    _context.set_forkserver_preload([work.__module__])
    barrier, results = _context.Barrier(count), _context.Queue()
    seats = [
        _context.Process(target=_sit, args=(seat, barrier, results, patience, work, arguments), daemon=True)
        for seat in range(count)
    ]
    for seat in seats:
        seat.start()
    try:
        found: dict[int, T] = {}
        while len(found) < count:
            seat_number, result, failure = _next(results, seats, monotonic() + patience + 5)
            if failure:
                raise AssertionError(f"process {seat_number} failed: {failure}")
            found[seat_number] = result
        return [found[number] for number in range(count)]
    finally:
        for seat in seats:
            seat.join(timeout=5)
            seat.kill()


def _next(results: Any, seats: Sequence[Any], until: float) -> Any:
    while monotonic() < until:
        ended = [seat.exitcode for seat in seats if seat.exitcode]
        with suppress(Empty):
            return results.get(timeout=1)
        if ended:  # before the wait, so what it had to say would have come
            raise AssertionError(f"a process ended with {ended[0]} and gave no result")
    raise AssertionError("a process gave no result in time")


def _sit(
    seat: int,
    barrier: Barrier,
    results: Any,
    patience: float,
    work: Callable[..., T],
    arguments: tuple[Any, ...],
) -> None:
    faulthandler.dump_traceback_later(patience, exit=True)  # says where it stood
    try:
        results.put((seat, work(seat, barrier, *arguments), None))
    except BaseException:
        barrier.abort()
        results.put((seat, None, traceback.format_exc()))
        raise


def at_once(count: int, work: Callable[[], T]) -> list[T]:
    """What `work` returns in each of `count` threads that start together."""
    with ThreadPoolExecutor(count) as threads:
        return [future.result() for future in [threads.submit(work) for _ in range(count)]]
