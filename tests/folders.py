"""Where the servers of tests keep their data."""

import os
import shutil

MEMORY, DISK = "/dev/shm", "/tmp"
ENOUGH_BYTES = 4 << 30


def quick() -> str:
    """A folder in memory if there is one with room, for a server that may lose its data with the machine: to
    make a database for each test is a good part of what the tests take, on a slow disk most of it.
    """
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
        return MEMORY
    return DISK
