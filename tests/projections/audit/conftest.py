"""The tables of the audit read model."""

from collections.abc import Iterator

import pytest

from projections.audit import READ_MODEL
from tests.projections.tables import Project, projecting


@pytest.fixture(scope="module")
def project(server: str) -> Iterator[Project]:
    with projecting(server, READ_MODEL) as project:
        yield project
