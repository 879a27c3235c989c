"""The database of a service: the one that DATABASE_URL names, or the embedded server, held by a process of
its own.

That process ends when the supervisor does, however it does, and lets go of the server then.
"""

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import structlog
from typing_extensions import override

from web.ops.database_roles import signed_in_as

log = structlog.get_logger("throughline.serve")

STOP_SECONDS = 60


class DatabaseFailed(Exception):
    """One sentence that says why there is no database."""


class Database:
    """The database is reached by `url`, which stays the same however often the process that holds it is
    replaced.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def url_of(self, role: str) -> str:  # noqa: ARG002 - an embedded server tells them apart
        """Gives the URL at which a process signs in that acts as the role: here whoever it names."""
        return self.url

    def look_after(self) -> None:
        """Nothing to do for a database that others run."""


class Embedded(Database):
    """The embedded server of a data folder, held by a child process. Raises `DatabaseFailed`."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        super().__init__(self._take_hold())

    @override
    def url_of(self, role: str) -> str:
        return signed_in_as(self.url, role)

    @override
    def look_after(self) -> None:
        """Takes hold again if the holder was killed; the server itself went on meanwhile."""
        if self._holder.poll() is not None:
            log.error("ended unasked", child="database", pid=self._holder.pid, code=self._holder.returncode)
            self.let_go()
            self.url = self._take_hold()

    def _take_hold(self) -> str:
        self._holder = subprocess.Popen(
            [sys.executable, "-m", "web.ops.serve.database", str(self._data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        said = self._holder.stdout.readline().rstrip("\n") if self._holder.stdout else ""
        word, _, rest = said.partition(" ")
        if word != "dsn":
            self.let_go()
            raise DatabaseFailed(
                rest or "The embedded database server could not be started; the log says why."
            )
        return rest

    def let_go(self) -> None:
        """Ends the holder, and with it the server if nobody else holds it."""
        if self._holder.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._holder.stdin.close()
        try:
            self._holder.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._holder.kill()
            self._holder.wait()
        if self._holder.stdout:
            self._holder.stdout.close()


@contextlib.contextmanager
def held(database_url: str | None, data_dir: Path) -> Iterator[Database]:
    """The database; the embedded server runs as long as this lasts and as long as this process lives."""
    if database_url is not None:
        yield Database(database_url)
        return
    embedded = Embedded(data_dir)
    try:
        yield embedded
    finally:
        embedded.let_go()


def main(data_dir: Path) -> int:
    """Holds the server until standard input ends. Prints `dsn DSN`, or `failed SENTENCE` and returns 1."""
    from web.ops.postgres import PostgresFailed, running

    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)  # the end of standard input decides, and nothing else
    with contextlib.ExitStack() as holding:
        try:
            dsn = holding.enter_context(running(data_dir))
        except PostgresFailed as failed:
            _say(f"failed {failed}")
            return 1
        _say(f"dsn {dsn}")
        sys.stdin.read()
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
