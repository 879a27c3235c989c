"""A service started as a user starts it, for the time of a measurement."""

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

THROUGHLINE = str(Path(sys.executable).parent / "throughline")


@dataclass(frozen=True)
class Service:
    """Where it listens, its data folder, and a token of role admin."""

    url: str
    folder: Path
    token: str

    def get(self, path: str) -> Any:
        """The JSON at a path below /api/v1."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/{path}", headers={"Authorization": f"Bearer {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


@contextmanager
def demo() -> Iterator[Service]:
    """The demo as `make run` serves it."""
    with _started("demo") as (url, folder, lines):
        text = "".join(next(lines) for _ in range(6))
        found = re.search(r"tl_\S+", text)
        if found is None:
            raise RuntimeError("the demo printed no token")
        yield Service(url, folder, found[0])


@contextmanager
def serving(plan: Path) -> Iterator[Service]:
    """`serve` on a fresh folder into which a plan folder was imported."""
    with _started("serve") as (url, folder, _):
        _run("import", str(plan), "--data-dir", str(folder))
        yield Service(url, folder, _run("token", "--role", "admin", "--data-dir", str(folder)).strip())


@contextmanager
def _started(command: str) -> Iterator[tuple[str, Path, Iterator[str]]]:
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as made:
        folder = Path(made) / "data"
        arguments = [THROUGHLINE, command, "--port", "0", "--data-dir", str(folder)]
        with subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            try:
                lines = iter(process.stdout or ())
                listening = next(lines, "")
                if "listening on" not in listening:
                    raise RuntimeError(f"throughline {command} did not start")
                yield listening.split()[-1], folder, lines
            finally:
                process.terminate()


def _run(*arguments: str) -> str:
    return subprocess.run([THROUGHLINE, *arguments], capture_output=True, text=True, check=True).stdout
