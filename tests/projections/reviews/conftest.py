"""The tables of every read model of the performance cycle."""

from collections.abc import Iterator

import pytest

from projections.read_models import READ_MODELS
from tests.projections.tables import Project, projecting


@pytest.fixture(scope="module")
def project(server: str) -> Iterator[Project]:
    with projecting(server, *READ_MODELS) as project:
        yield project
