"""One child process of the supervisor, started again when it ends unasked."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

import structlog

log = structlog.get_logger("throughline.serve")

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 10.0
SETTLED_SECONDS = 10.0


class Child:
    """A Python module run as a process of its own session, so that Ctrl-C at a terminal reaches the
    supervisor alone.

    Its standard output goes to standard error: what the supervisor prints stays readable for programs.
    """

    def __init__(
        self, name: str, module: str, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        self.name = name
        self.deaths = 0
        self._command = [sys.executable, "-m", module, "--parent", str(os.getpid()), *arguments]
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._again_at = 0.0
        self._pause = FIRST_PAUSE_SECONDS

    def start(self) -> None:
        """Starts it. Call from the main thread only: it dies with the thread that started it."""
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,
        )
        self._started_at = time.monotonic()
        log.info("started", child=self.name, pid=self._process.pid)

    def look_after(self) -> None:
        """Starts it again if it has ended, after 0.1 s; the pause doubles up to 10 s while it ends early."""
        if self._process is not None and self._process.poll() is not None:
            self._note_death(self._process)
        if self._process is None and time.monotonic() >= self._again_at:
            self.start()

    def _note_death(self, process: subprocess.Popen[bytes]) -> None:
        now = time.monotonic()
        self._pause = FIRST_PAUSE_SECONDS if now - self._started_at > SETTLED_SECONDS else self._pause * 2
        self._pause = min(self._pause, LONGEST_PAUSE_SECONDS)
        self._again_at = now + self._pause
        self.deaths += 1
        log.error(
            "ended unasked", child=self.name, pid=process.pid, code=process.returncode, again_in=self._pause
        )
        self._kill_group(process)
        self._process = None

    def ask_to_end(self) -> None:
        """Does not wait for it, as `stop` does."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)

    def stop(self, patience_seconds: float) -> None:
        """Asks it to end and waits; what is left of its session after that is killed."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            log.error("did not end in time", child=self.name, pid=process.pid)
        self._kill_group(process)
        process.wait()
        log.info("stopped", child=self.name, pid=process.pid, code=process.returncode)

    @staticmethod
    def _kill_group(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
