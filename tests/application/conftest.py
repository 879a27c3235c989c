"""An organisation on a store of its own."""

import pytest

from application.store import Store
from tests.application.organisation import Organisation


@pytest.fixture
def organisation(store: Store) -> Organisation:
    return Organisation(store)
