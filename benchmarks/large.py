"""A plan folder of a large organisation of today: 5,000 objectives, 2,000 of them below one of its goals."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from application.plan.rows import (
    AlignmentRow,
    CheckInRow,
    CycleRow,
    KeyResultRow,
    ObjectiveRow,
    PersonRow,
    UnitRow,
)
from application.plan.writing import write_rows

OBJECTIVES, GOALS, BELOW_THE_FIRST, ORPHANS = 5_000, 12, 2_000, 60
UNITS, PEOPLE = 20, 400
WITHOUT_A_READING = 5
"""One of so many objectives has none."""


def write_large(folder: Path) -> Path:
    """Writes it, and returns the folder."""
    plan = _Plan()
    below = [BELOW_THE_FIRST, *_parts(OBJECTIVES - GOALS - BELOW_THE_FIRST - ORPHANS, GOALS - 1)]
    for size in below:
        plan.tree(size)
    for _ in range(ORPHANS):
        plan.objective("team")
    for kind, rows in plan.rows.items():
        write_rows(folder, kind, rows)
    return folder


def _parts(whole: int, count: int) -> list[int]:
    """Splits a number into so many that differ by one at most."""
    return [(whole + place) // count for place in range(count)]


class _Plan:
    """Rows by their kind; the cycle began half a year ago."""

    def __init__(self) -> None:
        self._today = datetime.now(UTC).date()
        begins, ends = (self._today + timedelta(days=days) for days in (-182, 182))
        self._days = {"starts_on": begins.isoformat(), "ends_on": ends.isoformat()}
        self._begins = {"effective_on": begins.isoformat()}
        units = [{"unit_id": "ORG", "name": "The Organisation", "kind": "organisation"}]
        for number in range(UNITS):
            name = f"Department of works and waters {number}"
            units.append(
                {"unit_id": f"U{number}", "name": name, "kind": "department", "parent_unit_id": "ORG"}
            )
        people = [
            {"person_id": f"P{number}", "name": f"Ana Oliveira {number}", "unit_id": f"U{number % UNITS}"}
            for number in range(PEOPLE)
        ]
        self.rows: dict[Any, list[dict[str, Any]]] = {
            UnitRow: [{**each, **self._begins} for each in units],
            PersonRow: [{**each, **self._begins} for each in people],
            CycleRow: [{"cycle_id": "C", "name": "This year", **self._days}],
            ObjectiveRow: [], AlignmentRow: [], KeyResultRow: [], CheckInRow: [],
        }  # fmt: skip

    def tree(self, size: int) -> None:
        """A goal and so many objectives below it: of departments, below these of teams, then of people."""
        goal = self.objective("strategic")
        departments = [self.objective("department", goal) for _ in range(size // 100)]
        teams = [self.objective("team", departments[i % len(departments)]) for i in range(size // 10)]
        for i in range(size - len(departments) - len(teams)):
            self.objective("individual", teams[i % len(teams)])

    def objective(self, level: str, parent: str | None = None) -> str:
        """One more, with a key result, and a reading of last week where it has one."""
        objectives = self.rows[ObjectiveRow]
        number = len(objectives)
        id, about = f"O{number}", f"Shorten what takes people so long, part {number}"
        owner = (
            {"owner_person_id": f"P{number % PEOPLE}"}
            if level == "individual"
            else {"owner_unit_id": f"U{number % UNITS}"}
        )
        said = {"title": about, "level": level, "cycle_id": "C", "status": "active"}
        objectives.append({"objective_id": id, **said, **owner, **self._days, **self._begins})
        if parent is not None:
            link = {"objective_id": id, "aligned_to_id": parent, "kind": "contributes"}
            self.rows[AlignmentRow].append({**link, **self._begins})
        aim = {"title": "Days it takes", "kind": "increase", "baseline": 0, "target": 100}
        self.rows[KeyResultRow].append({"key_result_id": f"K{number}", "objective_id": id, **aim})
        if number % WITHOUT_A_READING:
            on = (self._today - timedelta(days=7)).isoformat()
            reading = {"key_result_id": f"K{number}", "on": on, "value": number * 37 % 100}
            self.rows[CheckInRow].append(reading)
        return id
