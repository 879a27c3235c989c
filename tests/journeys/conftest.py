"""A demo is started as the README says, once for all that is read out of the pages."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.readme import PEOPLE
from tests.web.serve.processes import data_folder

THROUGHLINE = str(Path(sys.executable).with_name("throughline"))


@pytest.fixture(scope="session")
def demo() -> Iterator[tuple[Path, str]]:
    """A running demo: the folder it was started in, and its address as host:port."""
    with data_folder() as data_dir:
        yield from _started(data_dir.parent)


def _started(folder: Path) -> Iterator[tuple[Path, str]]:
    (folder / ".venv").symlink_to(sys.prefix)
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [THROUGHLINE, "demo", "--people", str(PEOPLE), "--port", "0"],
            cwd=folder, env=clean, stdout=subprocess.PIPE, stderr=log, text=True,
        ) as process,
    ):  # fmt: skip
        try:
            assert process.stdout is not None
            listening = process.stdout.readline()
            assert listening.startswith("listening on http://"), (folder / "log").read_text()
            yield folder, listening.strip().removeprefix("listening on http://")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
