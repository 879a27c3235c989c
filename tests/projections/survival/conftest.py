"""A folder that the user of the embedded server may enter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.folders import scratch


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch(durable=True) as folder:
        yield folder
