"""A plan folder of 5,000 objectives: its import, which records 40,000 events, and the import of the same
again, which records none. Beside the first stands what the store alone takes of it, to save the events at
once.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg

from application.plan import import_plan
from application.plan.rows import AlignmentRow, CheckInRow, CycleRow, KeyResultRow, ObjectiveRow, UnitRow
from application.plan.writing import write_rows
from application.store import Answer, Command, Reads, Store
from benchmarks.figures import Figure
from benchmarks.folders import scratch
from domain.aggregate import Aggregate
from web.ops.postgres import running
from web.wiring import migrate

OBJECTIVES = 5_000
ROUNDS = 3
TODAY = date(2026, 3, 31)
TEMPLATE = "imports"


def measure() -> list[Figure]:
    """Seconds, medians of rounds, each on a fresh database."""
    with scratch() as made, running(made) as dsn:
        folder = _folder(made / "plan")
        _create(dsn, TEMPLATE, "template1")
        migrate(_on(dsn, TEMPLATE))
        rounds = [_round(dsn, folder) for _ in range(ROUNDS)]
    first, again, saving = (statistics.median(seconds) for seconds in zip(*rounds, strict=True))
    return [
        Figure(f"import of {OBJECTIVES:,} objectives", first, "s", "its save alone", first / saving),
        Figure("import of the same again", again, "s", "the first import", again / first),
        Figure("its save alone", saving, "s"),
    ]


def _folder(path: Path) -> Path:
    """One strategic objective and a tree below it, each with a key result and two readings."""
    days = {"starts_on": "2025-01-01", "ends_on": "2025-12-31"}
    unit = {
        "unit_id": "ORG",
        "name": "The Organisation",
        "kind": "organisation",
        "effective_on": "2025-01-01",
    }
    write_rows(path, UnitRow, [unit])
    write_rows(path, CycleRow, [{"cycle_id": "C", "name": "The year 2025", **days}])
    objectives, links, key_results, check_ins = [], [], [], []
    for i in range(OBJECTIVES):
        level = "department" if i else "strategic"
        about = {"title": f"Objective {i}", "level": level, "cycle_id": "C", "owner_unit_id": "ORG"}
        objectives.append({"objective_id": f"O{i}", **about, **days, "status": "active"})
        if i:
            links.append(
                {"objective_id": f"O{i}", "aligned_to_id": f"O{(i - 1) // 10}", "kind": "contributes"}
            )
        aim = {"kind": "increase", "baseline": 0, "target": 100}
        key_results.append({"key_result_id": f"K{i}", "objective_id": f"O{i}", "title": f"Figure {i}", **aim})
        for on, value in (("2025-03-31", i % 100), ("2025-06-30", i % 90)):
            check_ins.append({"key_result_id": f"K{i}", "on": on, "value": value})
    write_rows(path, ObjectiveRow, objectives)
    write_rows(path, AlignmentRow, links)
    write_rows(path, KeyResultRow, key_results)
    write_rows(path, CheckInRow, check_ins)
    return path


def _round(dsn: str, folder: Path) -> tuple[float, float, float]:
    name = f"import_{uuid4().hex}"
    _create(dsn, name, TEMPLATE)
    with _Timed(_on(dsn, name)) as store:
        store.position()
        first = _seconds(lambda: import_plan(store, folder, today=TODAY))
        saving = store.seconds
        again = _seconds(lambda: import_plan(store, folder, today=TODAY))
    return first, again, saving


class _Timed(Store):
    """A store that knows how long its last save took."""

    seconds = 0.0

    def record(
        self, changed: Sequence[Aggregate], *, command: Command, subject: UUID, reads: Reads
    ) -> Answer:
        begin = time.perf_counter()
        answer = super().record(changed, command=command, subject=subject, reads=reads)
        self.seconds = time.perf_counter() - begin
        return answer


def _on(dsn: str, database: str) -> str:
    return urlsplit(dsn)._replace(path=f"/{database}").geturl()


def _create(dsn: str, name: str, template: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"create database {name} template {template}".encode())


def _seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin
