"""An organisation on a store of its own."""

import pytest

from application.store import Store
from tests.application.cycles import Season
from tests.application.organisation import Organisation


@pytest.fixture
def organisation(store: Store) -> Organisation:
    return Organisation(store)


@pytest.fixture
def season(store: Store) -> Season:
    return Season(store)
