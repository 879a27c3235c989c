"""The database of a service: the one that DATABASE_URL names, or the embedded server, held by a process of
its own.

That process ends when the supervisor does, however it does, and lets go of the server then.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

STOP_SECONDS = 60


class DatabaseFailed(Exception):
    """One sentence that says why there is no database."""


@contextlib.contextmanager
def held(database_url: str | None, data_dir: Path) -> Iterator[str]:
    """The DSN; the embedded server runs as long as this lasts and as long as this process lives."""
    if database_url is not None:
        yield database_url
        return
    holder = subprocess.Popen(
        [sys.executable, "-m", "web.serve.database", str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield _said_by(holder)
    finally:
        _let_go(holder)


def _said_by(holder: subprocess.Popen[str]) -> str:
    said = holder.stdout.readline().rstrip("\n") if holder.stdout else ""
    word, _, rest = said.partition(" ")
    if word != "dsn":
        raise DatabaseFailed(rest or "The embedded database server could not be started; its log says why.")
    return rest


def _let_go(holder: subprocess.Popen[str]) -> None:
    if holder.stdin:
        with contextlib.suppress(BrokenPipeError):
            holder.stdin.close()
    try:
        holder.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        holder.kill()
        holder.wait()
    if holder.stdout:
        holder.stdout.close()


def main(data_dir: Path) -> int:
    """Holds the server until standard input ends. Prints `dsn DSN`, or `failed SENTENCE` and returns 1."""
    from web.postgres import PostgresFailed, running

    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)  # the end of standard input decides, and nothing else
    try:
        with running(data_dir) as dsn:
            sys.stdout.write(f"dsn {dsn}\n")
            sys.stdout.flush()
            os.close(sys.stdout.fileno())
            sys.stdin.read()
    except PostgresFailed as failed:
        sys.stdout.write(f"failed {failed}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
