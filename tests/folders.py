"""Where the servers of tests keep their data."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY, DISK = "/dev/shm", "/tmp"
ENOUGH_BYTES = 4 << 30
RUN, WORKER = "PYTEST_XDIST_TESTRUNUID", "PYTEST_XDIST_WORKER"  # in the environment of what a worker starts


def quick() -> str:
    """A folder in memory if there is one with room, for a server that may lose its data with the machine: to
    make a database for each test is a good part of what the tests take, on a slow disk most of it.
    """
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
        return MEMORY
    return DISK


@contextmanager
def scratch(*, durable: bool = False) -> Iterator[Path]:
    """An empty folder, gone afterwards; on the disk if what is kept there should outlast a crash.

    It is not below pytest's own folder: every start of pytest closes that one to other users, PostgreSQL's
    among them.
    """
    name = _beginning(os.environ.get(RUN, "alone"), os.environ.get(WORKER, "main"))
    with tempfile.TemporaryDirectory(prefix=name, dir=DISK if durable else quick()) as folder:
        Path(folder).chmod(0o755)  # the server of root runs as another user
        yield Path(folder)


def is_of(path: str, run: str, worker: str) -> bool:
    """Returns whether the path leads into a folder of that worker."""
    return any(path.startswith(f"{place}/{_beginning(run, worker)}") for place in (MEMORY, DISK))


def left_by(run: str, worker: str) -> list[Path]:
    """The folders that a worker which died has left."""
    return [folder for place in (MEMORY, DISK) for folder in Path(place).glob(f"{_beginning(run, worker)}*")]


def _beginning(run: str, worker: str) -> str:
    """Of the name of a folder; short, as the path of a socket may take some 100 bytes."""
    return f"throughline-tests-{run[:8]}-{worker}-"
