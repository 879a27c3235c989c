"""Garbage is left while an import runs, and looked for as before when it is over, however it ends."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from application.plan import import_plan
from application.plan.errors import PlanInvalid
from application.store import Store
from domain.unit import Unit
from tests.application.plan.conftest import TODAY
from tests.plan_folders import PlanFolder


@pytest.fixture(params=[True, False], ids=["looked for before", "left before"])
def before(request: pytest.FixtureRequest) -> Iterator[bool]:
    was_enabled = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if was_enabled else gc.disable)()


def test_garbage_is_left_while_an_import_decides(
    store: Store, plan: PlanFolder, before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    define = Unit.define

    def noted(**given: Any) -> Unit:
        seen.append(gc.isenabled())
        return define(**given)

    monkeypatch.setattr(Unit, "define", noted)
    import_plan(store, plan.write(), today=TODAY)
    assert set(seen) == {False}
    assert gc.isenabled() == before


def test_an_import_that_is_refused_leaves_it_as_it_was(store: Store, plan: PlanFolder, before: bool) -> None:
    plan.files["units.csv"][0]["kind"] = "galaxy"
    with pytest.raises(PlanInvalid):
        import_plan(store, plan.write(), today=TODAY)
    assert gc.isenabled() == before
