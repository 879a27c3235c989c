"""A run ends within a bound, names the tests that outlasted their limit, and runs all others.

The run is one of pytest in a folder of its own, with the settings of pyproject.toml and short limits, where
SIGINT is ignored as it is under nohup and in the background of many runners.
"""

import contextlib
import os
import re
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.processes import ROOT, started

LIMIT_SECONDS = 1
GOODBYE_SECONDS = 10  # who was ended is waited for by the system, which may take a moment
BOUND_SECONDS = 150  # each test that hangs costs its limit and a new worker; a machine that does much else
SETUP = """
from tests import limits

def pytest_configure(config):
    limits.GRACE_SECONDS = 1
    config.pluginmanager.register(limits)
"""
# Each hangs in a way of its own.
HANGING = """
import ctypes, os, signal, subprocess, sys, threading
from pathlib import Path
import pytest
from tests.folders import scratch
from web.ops.postgres import running

def test_one(): pass

def test_two(): pass

def test_hangs_in_c():
    ctypes.PyDLL(None).pause()  # a PyDLL keeps the lock of the interpreter

def test_three(): pass

@pytest.mark.timeout(10)  # to start a server takes longer than to hang
def test_ignores_signals_and_leaves_processes():
    for ignored in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(ignored, signal.SIG_IGN)
    with scratch() as folder:
        with running(folder):
            left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
            server = (folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0]
            Path("left").write_text(f"{left.pid} {server} {folder}")
            threading.Event().wait()

@pytest.mark.xdist_group("shared")
def test_four(): pass

@pytest.mark.xdist_group("shared")
def test_dies():
    os._exit(3)

@pytest.mark.xdist_group("shared")
def test_five(): pass

def test_waits_for_an_interrupt():
    signal.pause()
"""
HANG = {"hangs_in_c", "ignores_signals_and_leaves_processes", "dies", "waits_for_an_interrupt"}


def without_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def ran(folder: Path, *options: str) -> str:
    (folder / "conftest.py").write_text(SETUP)
    (folder / "test_hanging.py").write_text(HANGING)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = started(
        *("-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), str(folder), "-v"),
        *("-p", "xdist.plugin", "-p", "pytest_timeout", "-p", "no:cacheprovider"),
        *("--basetemp", str(folder / "tmp"), "--timeout", str(LIMIT_SECONDS), *options),
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=without_interrupts,
    )
    with run as pytest:
        said = pytest.communicate(timeout=BOUND_SECONDS)[0]
    assert pytest.returncode == 1, said
    return said


def _running(pids: list[str]) -> list[psutil.Process]:
    """Those that are there and have not ended."""
    found = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(int(pid))
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


@pytest.mark.long
def test_a_run_with_tests_that_hang_ends_names_them_and_runs_the_others(tmp_path: Path) -> None:
    said = ran(tmp_path, "-n", "2", "--dist", "loadgroup")

    assert set(re.findall(r"^FAILED \S+::test_(\w+)", said, re.MULTILINE)) == HANG, said
    assert set(re.findall(r"PASSED \S+::test_(\w+)", said)) == {"one", "two", "three", "four", "five"}
    assert "4 failed, 5 passed" in said
    assert {"test_four@shared", "test_five@shared"} <= set(re.findall(r"PASSED \S+::(\S+@\S+)", said))
    *left, folder = (tmp_path / "left").read_text().split()
    assert not psutil.wait_procs(_running(left), timeout=GOODBYE_SECONDS)[1]
    assert not Path(folder).exists()
