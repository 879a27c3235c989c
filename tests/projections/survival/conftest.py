"""A folder that the user of the embedded server may enter."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="throughline-survival-", dir="/tmp") as folder:
        yield Path(folder)
