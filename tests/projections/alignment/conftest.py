"""The tables of the alignment read model."""

from collections.abc import Iterator

import pytest

from projections import alignment
from tests.projections.tables import Project, projecting

__all__ = ["Project"]


@pytest.fixture(scope="module")
def project(server: str) -> Iterator[Project]:
    with projecting(server, alignment.READ_MODEL) as project:
        yield project
