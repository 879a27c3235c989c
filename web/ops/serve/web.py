"""The web as a process: Granian, with workers that each make an app of their own."""

import argparse
import gc
import multiprocessing
import signal
from dataclasses import replace
from functools import partial
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from web.ops.logging import configure
from web.ops.serve.parent import die_with
from web.ops.settings import from_environment

THREADS_BEYOND_POOL = 8  # for requests that wait for a position or need no database
BACKLOG = 1024
# A large answer makes some ten thousand objects that all live until it is sent: to look through them again
# and again, and through everything that was imported, finds nothing.
COLLECT_AFTER = (20_000, 10, 10)
# Granian's own messages go the way of all others, instead of in plain words to standard output.
LOGGERS: dict[str, Any] = {
    "handlers": {},
    "formatters": {},
    "loggers": {
        "_granian": {"handlers": [], "propagate": True},
        "granian.access": {"handlers": [], "propagate": True},
    },
}


def load_app(complete_from: int) -> Any:
    """The app of one worker, which dies with the process that watches over it."""
    watcher = multiprocessing.parent_process()
    if watcher is not None and watcher.pid is not None:
        die_with(watcher.pid, by=signal.SIGKILL)
    from web.app import create_app

    settings = replace(from_environment(), complete_from=complete_from)
    configure(settings.log_level)
    app = create_app(settings)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    return app


def main() -> None:
    """The child of a supervisor; all but the address comes from the environment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--complete-from", type=int, default=0)
    given = parser.parse_args()
    die_with(given.parent)
    settings = from_environment()
    configure(settings.log_level)
    server = Server(
        "web.ops.serve.web:load_app",
        address=given.host,
        port=given.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=settings.workers,
        blocking_threads=settings.pool_size + THREADS_BEYOND_POOL,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
        log_dictconfig=LOGGERS,
    )
    server.serve(target_loader=partial(load_app, given.complete_from), wrap_loader=False)


if __name__ == "__main__":
    main()
