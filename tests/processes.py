"""Processes that tests start, and that end with the test however it ends."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def started(*arguments: str, cwd: Path = ROOT, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Python with these arguments; what is left of its session afterwards is killed."""
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, cwd=cwd, text=True, start_new_session=True, **options) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """SIGINT interrupts this process and the ones it starts, even where whoever started the tests ignores it:
    nohup does, and so does a shell that starts them in the background.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
