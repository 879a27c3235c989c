"""Folders of benchmarks, in which the server of root may pass through as another user."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def scratch() -> Iterator[Path]:
    with TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)
