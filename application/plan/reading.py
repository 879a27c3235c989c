"""A plan folder as parsed rows, with every cell that cannot be read complained about."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

from application.plan import parsing, performance_parsing
from application.plan.cells import Cells
from application.plan.errors import WHOLE_FILE, CellError, Complaints, PlanInvalid
from application.plan.performance_rows import FeedbackRow, MeasureRow, ReadingRow, ReviewRow
from application.plan.rows import (
    AlignmentRow,
    CheckInRow,
    CycleRow,
    KeyResultRow,
    ObjectiveRow,
    PersonRow,
    Row,
    UnitRow,
)
from application.plan.table import Unreadable, printable, read_rows

R = TypeVar("R", bound=Row)
Key = str | tuple[str, ...]


@dataclass
class Table(Generic[R]):
    """The good rows of one file, and the keys of the bad ones. `repeated`: keys of which there are rows more,
    that are bad for this alone.

    `complete` is false when rows are missing because the file could not be read to its end: nobody can then
    say that a row is not there. An absent file is complete and empty, `present` tells the two apart.
    """

    rows: dict[Key, R] = field(default_factory=dict)
    bad: set[Key] = field(default_factory=set)
    repeated: set[Key] = field(default_factory=set)
    present: bool = False
    complete: bool = True

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows.values())

    def __len__(self) -> int:
        return len(self.rows)

    def drop(self, key: Key) -> None:
        """Takes a row out that has turned out bad, or that refers to a bad one."""
        del self.rows[key]
        self.bad.add(key)

    def may_hold(self, key: Key) -> bool:
        """Whether the key is there, in a good row or a bad one, or may be where the file broke off."""
        return key in self.rows or key in self.bad or not self.complete


@dataclass
class Plan:
    units: Table[UnitRow]
    people: Table[PersonRow]
    cycles: Table[CycleRow]
    objectives: Table[ObjectiveRow]
    alignments: Table[AlignmentRow]
    key_results: Table[KeyResultRow]
    check_ins: Table[CheckInRow]
    reviews: Table[ReviewRow]
    feedback: Table[FeedbackRow]
    measures: Table[MeasureRow]
    readings: Table[ReadingRow]

    def first_day(self, today: date) -> date:
        """The first day of which the folder says anything, today at the latest."""
        days: list[date | None] = [today]
        for dated in (self.units, self.people, self.objectives, self.alignments, self.measures):
            days += [row.effective_on for row in dated]
        days += [row.starts_on for row in self.cycles] + [row.starts_on for row in self.objectives]
        return min(day for day in days if day is not None)


FILES: tuple[type[Row], ...] = (
    UnitRow,
    PersonRow,
    CycleRow,
    ObjectiveRow,
    AlignmentRow,
    KeyResultRow,
    CheckInRow,
    ReviewRow,
    FeedbackRow,
    MeasureRow,
    ReadingRow,
)


def read_plan(folder: Path, complaints: Complaints) -> Plan:
    """Reads every file of the folder. Raises `PlanInvalid` at once if it is not a plan folder at all."""
    known = {kind.FILE for kind in FILES}
    files = _csv_files(folder)
    if not known & files:
        raise PlanInvalid(
            [CellError(folder.name, 0, WHOLE_FILE, f"holds none of {', '.join(sorted(known))}")]
        )
    for stranger in sorted(files - known):
        complaints.add(printable(stranger), 0, WHOLE_FILE, "is no file of a plan folder")
    return Plan(
        units=_read(folder, files, UnitRow, parsing.unit, complaints),
        people=_read(folder, files, PersonRow, parsing.person, complaints),
        cycles=_read(folder, files, CycleRow, parsing.cycle, complaints),
        objectives=_read(folder, files, ObjectiveRow, parsing.objective, complaints),
        alignments=_read(folder, files, AlignmentRow, parsing.alignment, complaints),
        key_results=_read(folder, files, KeyResultRow, parsing.key_result, complaints),
        check_ins=_read(folder, files, CheckInRow, parsing.check_in, complaints),
        reviews=_read(folder, files, ReviewRow, performance_parsing.review, complaints),
        feedback=_read(folder, files, FeedbackRow, performance_parsing.feedback, complaints),
        measures=_read(folder, files, MeasureRow, performance_parsing.measure, complaints),
        readings=_read(folder, files, ReadingRow, performance_parsing.reading, complaints),
    )


def _csv_files(folder: Path) -> set[str]:
    try:
        return {entry.name for entry in folder.iterdir() if entry.suffix.lower() == ".csv"}
    except OSError as error:
        detail = f"cannot be read as a folder: {error.strerror}"
        raise PlanInvalid([CellError(str(folder), 0, WHOLE_FILE, detail)]) from error


def _read(
    folder: Path, files: Collection[str], kind: type[R], parse: parsing.Parser[R], complaints: Complaints
) -> Table[R]:
    table: Table[R] = Table(present=kind.FILE in files)
    if not table.present:
        return table
    lines: dict[Key, int] = {}
    try:
        for raw in read_rows(folder / kind.FILE, kind.COLUMNS, kind.OPTIONAL, complaints):
            cells = Cells(kind.FILE, raw, Complaints() if raw.misshapen else complaints)
            row = parse(cells)
            first = lines.setdefault(row.key, row.line)
            if first != row.line and all(row.key):
                cells.complain(kind.KEY_COLUMN, f"{_shown(row.key)} is there already, on line {first}")
                table.repeated.add(row.key)
            elif cells.bad or raw.misshapen:
                table.bad.add(row.key)
            else:
                table.rows[row.key] = row
    except Unreadable:
        table.complete = False
    return table


def _shown(key: Key) -> str:
    return repr(printable(key if isinstance(key, str) else " ".join(key)))
