"""What the tests of running services share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.serve.processes import data_folder


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder that is not there yet."""
    with data_folder() as folder:
        yield folder
