"""From `throughline serve` to its first answer, which says that it is ready."""

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.folders import scratch

TIMES = 3


def measure() -> list[Figure]:
    """Seconds on a fresh data folder, and the median of the starts after that, on the same folder."""
    with scratch() as folder:
        cold = _start(folder)
        warm = sorted(_start(folder) for _ in range(TIMES))[TIMES // 2]
    return [
        Figure("serve on a fresh folder", cold, "s"),
        Figure("serve again", warm, "s", "fresh folder", warm / cold),
    ]


def _start(folder: Path) -> float:
    command = [
        str(Path(sys.executable).parent / "throughline"),
        "serve",
        "--port",
        "0",
        "--data-dir",
        str(folder),
    ]
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as service:
        line = service.stdout.readline() if service.stdout else ""
        if "listening on" not in line:
            raise RuntimeError("throughline serve did not start")
        with urllib.request.urlopen(f"{line.split()[-1]}/readyz") as answer:
            answer.read()
        seconds = time.perf_counter() - begin
        service.terminate()
    return seconds
