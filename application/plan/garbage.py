"""An import leaves its garbage until it is over."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def garbage_left() -> Iterator[None]:
    """Nothing looks for cycles meanwhile. An import makes few, and holds so much that looking for them again
    and again was half of the time that the import of an unchanged folder took.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
