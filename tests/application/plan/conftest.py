"""A small plan, and how to import it."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from application.plan import CellError, ImportReport, PlanInvalid, import_plan
from application.plan.ids import Identities
from application.store import Store
from domain.aggregate import Event
from tests.conftest import copied, on_database
from tests.plan_folders import PlanFolder, small_plan
from web.ops.database_roles import WEB, acting_as

TODAY = date(2026, 11, 23)
Import = Callable[..., ImportReport]
Complaints = Callable[[PlanFolder | Path], list[CellError]]
Recorded = Callable[[str, str, str], list[Event]]


@pytest.fixture
def plan(tmp_path: Path) -> PlanFolder:
    return small_plan(tmp_path / "harbour")


@pytest.fixture(scope="package")
def shared_store(server: str) -> Iterator[Store]:
    """One store for many tests: each imports under a source of its own, and so never meets another."""
    name = f"plans_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        copied(connection, name)
        with Store(acting_as(on_database(server, name), WEB)) as store:
            yield store
        connection.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def source() -> str:
    return uuid4().hex


@pytest.fixture
def importing(shared_store: Store, source: str) -> Import:
    """Imports a folder as it is at the moment; keywords as of `import_plan`."""

    def run(
        folder: PlanFolder | Path, *, today: date = TODAY, source: str = source, **more: Any
    ) -> ImportReport:
        path = folder.write() if isinstance(folder, PlanFolder) else folder
        return import_plan(shared_store, path, source=source, today=today, **{"again": True} | more)

    return run


@pytest.fixture
def complaints(importing: Import) -> Complaints:
    """What is wrong with the folder; fails if nothing is."""

    def run(folder: PlanFolder | Path) -> list[CellError]:
        with pytest.raises(PlanInvalid) as refused:
            importing(folder)
        return refused.value.errors

    return run


@pytest.fixture
def recorded(shared_store: Store) -> Recorded:
    """`recorded(source, kind, id)`: the events of what the source calls `id`, in order."""

    def run(source: str, kind: str, id: str) -> list[Event]:
        return list(shared_store.events.get(Identities(source).of(kind, id)))  # type: ignore[arg-type]

    return run
