"""New ids."""

import os
import time
from collections import deque
from uuid import UUID

BLOCK_BYTES = 4096
RANDOM_BYTES = 10
_VERSION, _VARIANT = 7 << 76, 2 << 62
_drawn: deque[bytes] = deque()


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562) that nobody can guess, whatever ids they have seen: the millisecond, so that what
    is made together lies together in indexes, and 74 bits from the operating system.

    That is asked for many ids at once, since it lets other threads run meanwhile: under load, to get its
    turn again for each id took longer than all else that a command did.
    """
    random = int.from_bytes(_draw())
    milliseconds = time.time_ns() // 1_000_000
    low, high = random & (1 << 62) - 1, random >> 62 & (1 << 12) - 1
    return UUID(int=milliseconds << 80 | _VERSION | high << 64 | _VARIANT | low)


def _draw() -> bytes:
    """Random bytes that are given to nobody else: what a deque gives, it gives once, also to threads."""
    while True:
        try:
            return _drawn.popleft()
        except IndexError:
            block = os.urandom(BLOCK_BYTES)
            _drawn.extend(
                block[at : at + RANDOM_BYTES] for at in range(0, BLOCK_BYTES - RANDOM_BYTES, RANDOM_BYTES)
            )


os.register_at_fork(after_in_child=_drawn.clear)  # else a child would give the ids that its parent gives
