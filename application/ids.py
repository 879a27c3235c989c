"""New ids."""

import random
from uuid import UUID


def new_id() -> UUID:
    """A random UUID, as `uuid4` makes, but no secret. That asks the system each time and lets other threads
    run meanwhile: under load, to get its turn again took longer than all else that a command did.
    """
    return UUID(int=random.getrandbits(128), version=4)
