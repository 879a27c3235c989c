"""A service under test as a real process, and the processes it has started."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil

from tests.folders import scratch
from tests.processes import ROOT

PATIENCE_SECONDS = 120.0  # a machine that does much else


class Service:
    """`throughline` with these arguments; what it says on standard error goes to a file."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
        inherited.pop("DATABASE_URL", None)
        self.log = log
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "web.cli", *arguments],
                env=inherited | environment,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    @property
    def stdout(self) -> IO[str]:
        if self.process.stdout is None:
            raise RuntimeError("standard output is not piped")
        return self.process.stdout

    def url(self) -> str:
        """Where it listens, once it says so."""
        line = self.stdout.readline()
        if not line.startswith("listening on "):
            raise AssertionError(f"it said {line!r} instead; its log: {self.log.read_text()[-2000:]}")
        return line.split()[-1]

    def processes(self) -> list[psutil.Process]:
        """It and everything it has started, the database server of its data folder included."""
        found = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        return [*found, *_servers_of(found)]

    def children(self, module: str) -> list[psutil.Process]:
        """The processes of this module that the supervisor itself has started."""
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if module in _command_line(child)]


def _command_line(process: psutil.Process) -> list[str]:
    """Empty for one that has ended."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def _servers_of(holders: list[psutil.Process]) -> list[psutil.Process]:
    """The servers whose data folder one of the processes was started with."""
    folders = {
        _command_line(holder)[-1] for holder in holders if "web.ops.serve.database" in _command_line(holder)
    }
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres"
        and any(f"{folder}/postgres/data" in (process.info["cmdline"] or ()) for folder in folders)
    ]


@contextmanager
def service(*arguments: str, log: Path, **environment: str) -> Iterator[Service]:
    """Asked to end afterwards, if it has not ended by then."""
    started = Service(list(arguments), environment, log)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.terminate()
        started.process.wait(PATIENCE_SECONDS)
        started.stdout.close()


@contextmanager
def data_folder() -> Iterator[Path]:
    """For an embedded server that is yet to make it."""
    with scratch() as folder:
        yield folder / "data"


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come true in time")
        time.sleep(0.05)


def ends(processes: list[psutil.Process]) -> None:
    """Waits until none of them is there."""
    wait_until(lambda: not [process for process in processes if _is_alive(process)])


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def status(url: str) -> int:
    """The status of the answer; 0 if there is none."""
    try:
        with urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0
