"""Keeps the service running: the database first, then the projector and the web, until a signal ends it."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import psycopg
import structlog

import web.wiring
from projections.feed import head
from web.ops.database_roles import MIGRATE, PROJECTOR, WEB, acting_as, may_become
from web.ops.serve import address
from web.ops.serve.child import Child
from web.ops.serve.database import Database, held
from web.ops.serve.readiness import READY_SECONDS, Readiness
from web.ops.settings import Settings

log = structlog.get_logger("throughline.serve")

LOOK_SECONDS = 0.1
DEATHS_BEFORE_READY = 3
STOP_SECONDS = {"web": 20.0, "projector": 15.0}

Ready = Callable[[str, str], None]
Prepare = Callable[[str, Event], None]
Part = Database | Child


class StartFailed(Exception):
    """One sentence that says why the service did not come up."""


def serve(
    settings: Settings, ready: Ready, *, projector: bool = True, prepare: Prepare | None = None
) -> None:
    """Runs the service until SIGTERM or SIGINT, and returns when nothing of it is left.

    `prepare(dsn, stop)` runs in a thread on the migrated database before the service comes up, and ends soon
    after `stop` is set. `ready(url, dsn)` is called once, as soon as the service answers. What either raises
    ends the service and is raised. Without a projector here one must run elsewhere. Call from the main
    thread. Raises `AddressUnavailable`, `DatabaseFailed` and `StartFailed`.
    """
    with (
        _stop_signals() as stop,
        address.reserved(settings.host, settings.port) as port,
        held(settings.database_url, settings.data_dir) as database,
        _counters() as counters,
    ):
        dsn = database.url_of(MIGRATE)
        if may_migrate := _may_migrate(dsn):
            web.wiring.migrate(dsn)
        if prepare is not None:
            _prepared(prepare, acting_as(dsn, MIGRATE), stop)
        if stop.is_set():
            return
        if may_migrate:
            web.wiring.prepare(dsn, settings.time_zone, record=True, keys=lambda: settings.keys)
        environment = _environment(settings, counters)
        arguments = ["--host", settings.host, "--port", str(port)]
        if projector:
            arguments += ["--complete-from", str(_head(dsn))]
        workers = range(settings.workers)
        of_web = environment | {"DATABASE_URL": database.url_of(WEB)}
        children = [Child("web", "web.ops.serve.web", arguments, of_web) for _ in workers]
        if projector:
            of_projector = environment | {"DATABASE_URL": database.url_of(PROJECTOR)}
            children.append(Child("projector", "web.ops.serve.projector", [], of_projector))
        url = address.url(settings.host, port)
        asked = [f"{url}/livez", *([f"{url}/readyz"] if projector else [])]
        _watch([database, *children], stop, Readiness(asked), lambda: ready(url, dsn))


def _may_migrate(dsn: str) -> bool:
    """Returns whether whoever signs in may migrate. Where the roles sign in by themselves, the web may not:
    then `throughline migrate` has to have done it, which an error of psycopg says if it has not.
    """
    with psycopg.connect(dsn) as conn:
        if may_become(conn, MIGRATE) is False:
            head(conn)
            return False
        return True


def _head(dsn: str) -> int:
    with psycopg.connect(dsn) as conn:
        return head(conn)


def _prepared(prepare: Prepare, dsn: str, stop: Event) -> None:
    """In a thread, so that this one hears the signals; what it raises after one no longer matters."""
    with ThreadPoolExecutor(1, thread_name_prefix="prepare") as thread:
        preparation = thread.submit(prepare, dsn, stop)
        while not stop.wait(LOOK_SECONDS) and not preparation.done():
            continue
        if not stop.is_set():
            preparation.result()


def _watch(parts: list[Part], stop: Event, readiness: Readiness, ready: Callable[[], None]) -> None:
    """Starts the children and looks after all parts until told to stop; says once that they answer."""
    children = [part for part in parts if isinstance(part, Child)]
    announced = False
    try:
        for child in children:
            child.start()
        while not stop.wait(LOOK_SECONDS):
            for part in parts:
                part.look_after()
            if announced:
                continue
            if announced := readiness.come():
                ready()
            else:
                _give_up(children, readiness)
    finally:
        for child in children:
            child.ask_to_end()
        for child in children:
            child.stop(STOP_SECONDS[child.name])


def _give_up(children: list[Child], readiness: Readiness) -> None:
    for child in children:
        if child.deaths >= DEATHS_BEFORE_READY:
            raise StartFailed(
                f"The {child.name} process ended {child.deaths} times before it was ready; the log says why."
            )
    if readiness.overdue:
        raise StartFailed(
            f"The service was not ready after {READY_SECONDS:.0f} seconds without progress; the log says why."
        )


@contextlib.contextmanager
def _stop_signals() -> Iterator[Event]:
    """Set by SIGTERM and SIGINT; what they did before is restored afterwards."""
    stop = Event()
    before: dict[signal.Signals, Any] = {}
    for asked in (signal.SIGTERM, signal.SIGINT):
        before[asked] = signal.signal(asked, lambda *_: stop.set())
    try:
        yield stop
    finally:
        for asked, handler in before.items():
            signal.signal(asked, handler)


@contextlib.contextmanager
def _counters() -> Iterator[str]:
    """A folder in which the web workers count together."""
    folder = tempfile.mkdtemp(prefix="throughline-counters-")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(settings: Settings, counters: str) -> dict[str, str]:
    """Gives the environment of the children, but for their database; the command line has already been put
    into the settings.
    """
    return os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": counters,
        "THROUGHLINE_WORKERS": str(settings.workers),
        "THROUGHLINE_POOL_SIZE": str(settings.pool_size),
        "THROUGHLINE_LOG_LEVEL": settings.log_level,
        "THROUGHLINE_DATA_DIR": str(settings.data_dir.resolve()),
    }
