"""A plan folder as parsed rows. Every cell that cannot be read is complained about, and so is every name of
what is nowhere.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any, Generic, TypeVar

from application.plan.cells import Cells
from application.plan.errors import WHOLE_FILE, CellError, Complaints, PlanInvalid, quoted
from application.plan.handed_in import PlanFiles
from application.plan.notation import Notation
from application.plan.rows import (
    FILES,
    AlignmentRow,
    CheckInRow,
    CycleRow,
    FeedbackRow,
    Key,
    KeyResultRow,
    Leans,
    MeasureRow,
    ObjectiveRow,
    PersonRow,
    PlanColumn,
    PlanRow,
    ReadingRow,
    ReaffirmationRow,
    ReviewRow,
    UnitRow,
)
from application.plan.table import UnreadableTable, rows_of

R = TypeVar("R", bound=PlanRow)
DAYS = ("effective_on", "starts_on")


@dataclass
class ReadTable(Generic[R]):
    """The good rows of one file, and the keys of the bad ones. `repeated`: keys of which there are rows more,
    that are bad for this alone. `doubtful`: the bad rows, each with its bad columns (all of a misshapen
    one); its other cells hold.

    `complete` is false when rows are missing because the file could not be read to its end: nobody can then
    say that a row is not there. An absent file is complete and empty.
    """

    kind: type[R]
    rows: dict[Key, R] = field(default_factory=dict)
    bad: set[Key] = field(default_factory=set)
    repeated: set[Key] = field(default_factory=set)
    doubtful: list[tuple[R, Collection[str]]] = field(default_factory=list)
    complete: bool = True
    is_there: bool = False

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows.values())

    def __len__(self) -> int:
        return len(self.rows)

    def drop(self, key: Key) -> None:
        """Takes a row out that has turned out bad, or that refers to a bad one."""
        del self.rows[key]
        self.bad.add(key)

    def ids(self) -> set[str]:
        """The things that have a good row."""
        return {key if isinstance(key, str) else key[0] for key in self.rows}

    def bad_ids(self) -> set[str]:
        """The things of which a row is bad; an empty text among them stands for one whose id is not known."""
        bad = self.bad | self.repeated if self.kind.IS_PART else self.bad
        return {key if isinstance(key, str) else key[0] for key in bad}

    def doubted(self, column: str) -> Callable[[str], bool]:
        """Returns what tells of an id whether the column may name it in a row that is bad or was not read."""
        field = next(each.field for each in self.kind.COLUMNS if each.name == column)
        named = {getattr(row, field) for row, bad in self.doubtful if column not in bad}
        any_id = not self.complete or any(column in bad for _, bad in self.doubtful)
        return lambda id: any_id or id in named

    def whole(self, complaints: Complaints) -> Iterator[list[R]]:
        """Gives the rows of each thing that takes several and of which every row is good, in their order.

        Complains about rows that contradict the first one of theirs. Of a thing that lacks a row nothing can
        be said, so it is left out.
        """
        bad = self.bad_ids()
        if not self.complete or "" in bad:
            return  # the row that is missing may belong to any of them
        groups: dict[str, list[R]] = defaultdict(list)
        for key, row in self.rows.items():
            groups[key[0]].append(row)
        for id, rows in groups.items():
            if id not in bad and self._agree(id, rows, complaints):
                yield rows

    def _agree(self, id: str, rows: list[R], complaints: Complaints) -> bool:
        first, agree = rows[0], True
        for row in rows[1:]:
            for column in self.kind.COLUMNS:
                if column.shared and getattr(row, column.field) != getattr(first, column.field):
                    agree = False
                    detail = f"differs from line {first.line}, which is of {quoted(id)} too"
                    complaints.add(row.FILE, row.line, column.name, detail)
        return agree


@dataclass
class Plan:
    """The tables, by the names of their files."""

    units: ReadTable[UnitRow]
    people: ReadTable[PersonRow]
    cycles: ReadTable[CycleRow]
    objectives: ReadTable[ObjectiveRow]
    alignments: ReadTable[AlignmentRow]
    key_results: ReadTable[KeyResultRow]
    check_ins: ReadTable[CheckInRow]
    reaffirmations: ReadTable[ReaffirmationRow]
    reviews: ReadTable[ReviewRow]
    feedback: ReadTable[FeedbackRow]
    measures: ReadTable[MeasureRow]
    readings: ReadTable[ReadingRow]

    def tables(self) -> list[ReadTable[Any]]:
        return list(vars(self).values())

    def first_day(self, today: date) -> date:
        """The first day of which the folder says anything, today at the latest."""
        days = [today]
        for table in self.tables():
            for column in table.kind.COLUMNS:
                if column.name in DAYS:
                    days += [day for row in table if (day := getattr(row, column.field)) is not None]
        return min(days)

    def named(self) -> Iterator[tuple[str, str]]:
        """Everything that a row is or names, as (kind, id), and more than once."""
        for table in self.tables():
            for column in table.kind.COLUMNS:
                if column.names is not None:
                    doubtful = (row for row, bad in table.doubtful if column.name not in bad)
                    ids = (getattr(row, column.field) for row in chain(table, doubtful))
                    yield from ((column.names, id) for id in ids if id)

    def check_references(self, is_recorded: Callable[[str, str], bool], complaints: Complaints) -> None:
        """Complains about what is neither here nor, as `is_recorded(kind, id)` says, from an earlier import.
        Rows that lean on a bad row are taken out without a complaint.
        """
        described = {table.kind.OF: table for table in self.tables()}
        for table in self.tables():
            for column in table.kind.COLUMNS:
                if column.names is not None and column.field != "id":
                    _check(table, column, described[column.names], is_recorded, complaints)


def _check(
    table: ReadTable[Any],
    column: PlanColumn,
    target: ReadTable[Any],
    is_recorded: Callable[[str, str], bool],
    complaints: Complaints,
) -> None:
    kind, good, bad = str(column.names), target.ids(), target.bad_ids()
    any_may_be_bad = not target.complete or (target.kind.IS_PART and "" in bad)

    def is_nowhere(row: PlanRow, id: str) -> bool:
        """Complains if so; that it leans on a bad row is no complaint."""
        nowhere = not any_may_be_bad and not (id in good or id in bad or is_recorded(kind, id))
        if nowhere:
            detail = f"there is no {kind.replace('_', ' ')} {quoted(id)}"
            complaints.add(row.FILE, row.line, column.name, detail)
        return nowhere

    for row in list(table):
        id = getattr(row, column.field)
        if not id:
            continue
        if (id in good or is_recorded(kind, id)) and not (column.leans is Leans.ALWAYS and id in bad):
            continue
        if is_nowhere(row, id) or column.leans is not Leans.NEVER:
            table.drop(row.key)
    for row, bad_columns in table.doubtful:
        id = getattr(row, column.field)
        if id and column.name not in bad_columns:
            is_nowhere(row, id)


def read_plan(files: PlanFiles, notation: Notation, complaints: Complaints) -> Plan:
    """Reads every file of the plan. Raises `PlanInvalid` at once if there is none."""
    known = {kind.FILE for kind in FILES}
    if not known & files.shown.keys():
        detail = f"holds none of {', '.join(sorted(known))}"
        raise PlanInvalid([CellError(files.name, 0, WHOLE_FILE, detail)])
    for stranger in sorted(files.shown.keys() - known):
        complaints.add(stranger, 0, WHOLE_FILE, "is no file of a plan folder")
    tables: dict[str, Any] = {
        kind.FILE.removesuffix(".csv"): _read(files, kind, notation, complaints) for kind in FILES
    }
    return Plan(**tables)


def _read(
    files: PlanFiles, kind: type[PlanRow], notation: Notation, complaints: Complaints
) -> ReadTable[PlanRow]:
    table: ReadTable[PlanRow] = ReadTable(kind)
    if kind.FILE not in files.shown:
        return table
    table.is_there = True
    lines: dict[Key, int] = {}
    names = tuple(column.name for column in kind.COLUMNS if not column.optional)
    more = tuple(column.name for column in kind.COLUMNS if column.optional)
    try:
        records = files.records(kind.FILE, (*names, *more), notation, complaints)
        for raw in rows_of(kind.FILE, records, names, more, complaints):
            cells = Cells(kind.FILE, raw, notation, Complaints() if raw.misshapen else complaints)
            row = kind.read(cells)
            key = row.key_without(cells.bad)
            first = lines.setdefault(key, row.line)
            if first != row.line and key and all(key):
                cells.complain(kind.BLAMED, f"{_shown(key)} is there already, on line {first}")
                table.repeated.add(key)
            elif cells.bad or raw.misshapen:
                table.bad.add(key)
            else:
                table.rows[key] = row
            if cells.bad or raw.misshapen:
                table.doubtful.append((row, raw.cells.keys() if raw.misshapen else cells.bad))
    except UnreadableTable:
        table.complete = False
    return table


def _shown(key: Key) -> str:
    return quoted(key if isinstance(key, str) else " ".join(key))
