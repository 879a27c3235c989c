"""A service started as a user starts it, for the time of a measurement."""

import atexit
import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import psutil

from benchmarks.folders import scratch
from benchmarks.log import Filled, fill
from web.ops.postgres import running
from web.wiring import migrate

MIB = 1024 * 1024
THROUGHLINE = str(Path(sys.executable).parent / "throughline")


@dataclass(frozen=True)
class Service:
    """Where it listens, its data folder, and a token: of role admin, unless another one was asked for."""

    url: str
    folder: Path
    token: str

    def as_(self, role: str, *limits: str) -> "Service":
        """The same service, asked with a token of this role; what limits it as `throughline token` has it."""
        token = _run("token", "--role", role, *limits, "--data-dir", str(self.folder)).strip()
        return replace(self, token=token)

    def get(self, path: str) -> Any:
        """The JSON at a path below /api/v1."""
        return json.loads(self.read(path))

    def read(self, path: str) -> bytes:
        """The same, as it came."""
        with self._open(path, timeout=60) as answer:
            body: bytes = answer.read()
        return body

    def drain(self, path: str) -> tuple[int, float]:
        """(lines, seconds) of an answer that is read to its end and not kept."""
        begin, lines = time.perf_counter(), 0
        with self._open(path, timeout=600) as answer:
            while block := answer.read(MIB):
                lines += block.count(b"\n")
        return lines, time.perf_counter() - begin

    def _open(self, path: str, timeout: float) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", headers=headers)
        return urllib.request.urlopen(request, timeout=timeout)


@dataclass(frozen=True)
class Remembered:
    """A service over a made-up log; `resident` was in memory when it had taken the log in."""

    service: Service
    filled: Filled
    resident: dict[str, int]


@contextmanager
def demo() -> Iterator[Service]:
    """The demo as `make run` serves it."""
    with _fresh() as folder, _started("demo", folder) as (url, lines):
        found = next((secret for line in lines if (secret := re.search(r"tl_\S+", line))), None)
        if found is None:
            raise RuntimeError("the demo printed no token")
        yield Service(url, folder, found[0])


@contextmanager
def serving(plan: Path) -> Iterator[Service]:
    """`serve` on a fresh folder into which a plan folder was imported."""
    with _fresh() as folder, _started("serve", folder) as (url, _):
        _run("import", str(plan), "--data-dir", str(folder))
        yield Service(url, folder, _run("token", "--role", "admin", "--data-dir", str(folder)).strip())


@contextmanager
def remembering(events: int) -> Iterator[tuple[Service, Filled]]:
    """`serve` over a made-up log of so many events, as soon as every read model has taken it in."""
    with _fresh() as folder:
        with running(folder) as dsn:
            migrate(dsn)
            filled = fill(dsn, events)
        with _started("serve", folder) as (url, _):
            token = _run("token", "--role", "admin", "--data-dir", str(folder)).strip()
            service = Service(url, folder, token)
            while service.get("cycles?limit=1")["position"] < filled.events:
                time.sleep(1)
            yield service, filled


@cache
def remembered(events: int) -> Remembered:
    """The same, for the rest of this process: whatever asks about a long log asks one service."""
    kept = ExitStack()
    atexit.register(kept.close)
    service, filled = kept.enter_context(remembering(events))
    return Remembered(service, filled, resident())


def resident() -> dict[str, int]:
    """What the web worker and the projector of the one service that runs have in memory, in bytes."""
    return {name: process.memory_info().rss for name, process in processes().items()}


def processes() -> dict[str, psutil.Process]:
    """`web worker`, the child of the process that listens, and `projector`."""
    below = psutil.Process().children(recursive=True)
    web, projector = (
        next(each for each in below if f"web.ops.serve.{name}" in each.cmdline())
        for name in ("web", "projector")
    )
    return {"web worker": next(iter(web.children()), web), "projector": projector}


@contextmanager
def _fresh() -> Iterator[Path]:
    with scratch() as made:
        yield made / "data"


@contextmanager
def _started(command: str, folder: Path) -> Iterator[tuple[str, Iterator[str]]]:
    arguments = [THROUGHLINE, command, "--port", "0", "--data-dir", str(folder)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            lines = iter(process.stdout or ())
            listening = next(lines, "")
            if "listening on" not in listening:
                raise RuntimeError(f"throughline {command} did not start")
            yield listening.split()[-1], lines
        finally:
            process.terminate()


def _run(*arguments: str) -> str:
    return subprocess.run([THROUGHLINE, *arguments], capture_output=True, text=True, check=True).stdout
