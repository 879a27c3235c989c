"""The demo as a plan folder: written, and read back."""

from datetime import UTC, date, datetime
from pathlib import Path

from application.plan import import_plan
from application.store import Store
from projections.moment import Moment
from tests.demo.conftest import Demo
from tests.plan_folders import COLUMNS
from web.cli.database import database
from web.ops.database_roles import PROJECTOR
from web.plan.export import export_plan


def test_an_export_of_the_demo_records_nothing_here_and_gives_the_same_elsewhere(
    demo: Demo, dsn: str, store: Store, tmp_path: Path
) -> None:
    today = date.fromisoformat(demo.get("cycles")["as_of"])
    first, second = tmp_path / "first", tmp_path / "second"
    with database(demo.data_dir, PROJECTOR) as there:
        export_plan(there, first, Moment(today, datetime.now(UTC)))
    with database(demo.data_dir) as there, Store(there) as of_the_demo:
        assert import_plan(of_the_demo, first, today=today, dry_run=True).events == {}
    import_plan(store, first, today=today)
    export_plan(dsn, second, Moment(today, datetime.now(UTC)))
    files = {file: ((first / file).read_bytes(), (second / file).read_bytes()) for file in COLUMNS}
    assert [file for file, (one, other) in files.items() if one != other] == []
    assert "dissolves_on" in files["units.csv"][0].decode()
