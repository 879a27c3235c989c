"""The tables of the alignment read model and of those that it reads; most answers need no audit trail."""

from collections.abc import Iterator

import pytest

from projections import alignment, audit, directory
from tests.projections.tables import Project, projecting

__all__ = ["Project"]


@pytest.fixture(scope="module")
def project(server: str) -> Iterator[Project]:
    with projecting(server, directory.READ_MODEL, alignment.READ_MODEL) as project:
        yield project


@pytest.fixture(scope="module")
def project_with_trail(server: str) -> Iterator[Project]:
    with projecting(server, directory.READ_MODEL, audit.READ_MODEL, alignment.READ_MODEL) as project:
        yield project
