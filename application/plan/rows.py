"""The files of a plan folder, each declared once: its columns in order, and of each column how a cell is
read, what it names and which field of a command it stands for.

Parsing, complaints, ids, references, the prefetch, templates and exports follow from this, and
`docs/plan-folder.md` is held to it.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Literal, TypeVar, dataclass_transform

from application.plan.cells import Cells
from domain import progress, unit
from domain.aggregate import Aggregate
from domain.cycle import LONGEST_APPEAL, LONGEST_CADENCE, Cycle
from domain.measure import DIRECTIONS, Measure
from domain.objective import Objective
from domain.objective.values import CONFIDENCES, FEEDBACK_KINDS, LEVELS, LINK_KINDS, OUTCOMES, VISIBILITIES
from domain.person import Person
from domain.review import Review
from domain.unit import Unit

Reader = Callable[[Cells, str], Any]
Key = str | tuple[str, ...]
R = TypeVar("R", bound="PlanRow")

STATUSES = ("draft", "submitted", "approved", "active", "postponed", "cancelled", "carried_over", *OUTCOMES)
# The kinds of things with an id that are aggregates of their own, in the order in which they are recorded.
AGGREGATES: Mapping[str, type[Aggregate]] = {
    "unit": Unit,
    "person": Person,
    "cycle": Cycle,
    "objective": Objective,
    "review": Review,
    "measure": Measure,
}


class Leans(Enum):
    """A row that leans on a bad one is left out without a word."""

    NEVER = "never"
    UNLESS_RECORDED = "unless an earlier import brought what it names"
    ALWAYS = "always"


@dataclass(frozen=True)
class PlanColumn:
    """`words` are all that a cell may hold, `names` is the kind of thing that it holds the id of. `pointers`
    are the fields of commands whose refusal is about this column. A `fixed` cell cannot be changed by a
    later import, an `optional` column may be left out, and what is `shared` is the same in all rows of one
    thing.
    """

    name: str
    field: str
    read: Reader
    words: tuple[str, ...]
    names: str | None
    leans: Leans
    pointers: tuple[str, ...]
    fixed: bool
    optional: bool
    shared: bool

    def value(self, cells: Cells) -> Any:
        """Reads the cell; an id in the composed form of Unicode, as it may come in either."""
        if self.optional and not cells.has(self.name):
            return None
        value = self.read(cells, self.name)
        return value if self.names is None or value is None else unicodedata.normalize("NFC", value)

    @property
    def required(self) -> bool:
        """Says whether a cell of an id or a text must not be empty."""
        return self.read is Cells.text

    @property
    def is_day(self) -> bool:
        return self.read in (Cells.day, Cells.optional_day, _end)

    @property
    def is_number(self) -> bool:
        return self.read in (
            Cells.number,
            Cells.optional_number,
            Cells.weight,
            _share,
            _confidence,
            _cadence,
            _appeal,
        )


def column(
    name: str | None = None,
    read: Reader | None = None,
    *,
    words: tuple[str, ...] = (),
    names: str | None = None,
    leans: Leans = Leans.NEVER,
    pointers: tuple[str, ...] = (),
    fixed: bool = False,
    optional: bool = False,
    shared: bool = False,
) -> Any:
    """The declaration of a field of a row; `name` is that of the column, where it is not the field's. Without
    `read` it holds one of the words or, without these, a text.
    """
    read = read or ((lambda cells, column: cells.word(column, words)) if words else Cells.text)
    return dataclasses.field(metadata={"column": PlanColumn(
        name or "", "", read, words, names, leans, pointers, fixed, optional, shared
    )})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    """One row: ids are the source's own, dates and decimals are parsed. `OF` is the kind of thing whose id is
    the row's `id`; `KEY` are the fields that tell it from the others of its file, of which the last is
    blamed.
    """

    FILE: ClassVar[str]
    OF: ClassVar[str | None]
    KEY: ClassVar[tuple[str, ...]]
    COLUMNS: ClassVar[tuple[PlanColumn, ...]]
    KEY_COLUMNS: ClassVar[tuple[PlanColumn, ...]]
    BLAMED: ClassVar[str]
    IS_PART: ClassVar[bool]

    line: int

    @property
    def key(self) -> Key:
        """A text or, where it takes several fields, their texts."""
        if len(self.KEY) == 1:
            return str(getattr(self, self.KEY[0]))
        return tuple([str(getattr(self, field)) for field in self.KEY])

    def key_without(self, bad: Collection[str]) -> Key:
        """The key with an empty text for each part whose column is bad: what stands in for it is nobody's."""
        if not bad:
            return self.key
        parts = ["" if each.name in bad else str(getattr(self, each.field)) for each in self.KEY_COLUMNS]
        return parts[0] if len(parts) == 1 else tuple(parts)

    @classmethod
    def read(cls, cells: Cells) -> PlanRow:
        """The row that the cells make; what is wrong with them has been complained about."""
        row = cls(
            line=cells.line,
            **{each.field: each.value(cells) for each in cls.COLUMNS},
        )
        row.check(cells)
        return row

    def check(self, cells: Cells) -> None:
        """Complains about cells that do not go together."""


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(column,))
def csv_file(
    name: str, *, of: str | None = None, key: tuple[str, ...] = ("id",)
) -> Callable[[type[R]], type[R]]:
    """Declares the rows of a file. Where things take several rows, `id` is not the whole key."""

    def declare(cls: type[R]) -> type[R]:
        made = dataclass(frozen=True, kw_only=True)(cls)
        made.FILE, made.OF, made.KEY, made.IS_PART = name, of, key, len(key) > 1 and "id" in key
        made.COLUMNS = tuple(
            dataclasses.replace(
                each := field.metadata["column"],
                name=each.name or field.name,
                field=field.name,
                names=of if field.name == "id" else each.names,
            )
            for field in dataclasses.fields(made)
            if "column" in field.metadata
        )
        made.KEY_COLUMNS = tuple(each for field in key for each in made.COLUMNS if each.field == field)
        made.BLAMED = made.KEY_COLUMNS[-1].name
        return made

    return declare


def _end(cells: Cells, column: str) -> date | Literal[""]:
    """An empty cell says that it has not ended, which a file without the column does not say."""
    return cells.optional_day(column) or ""


def _lead(cells: Cells, column: str) -> str:
    """An empty cell says that nobody leads it, which a file without the column does not say."""
    return cells.optional_text(column) or ""


def _visibility(cells: Cells, column: str) -> str:
    return cells.optional_word(column, VISIBILITIES) or "open"


def _share(cells: Cells, column: str) -> Decimal:
    return cells.weight(column, empty=None)


def _confidence(cells: Cells, column: str) -> int | None:
    return cells.optional_whole_number(column, *CONFIDENCES)


def _cadence(cells: Cells, column: str) -> int | None:
    return cells.optional_whole_number(column, 1, LONGEST_CADENCE)


def _appeal(cells: Cells, column: str) -> int | None:
    return cells.optional_whole_number(column, 0, LONGEST_APPEAL)


def _check_days(cells: Cells, starts_on: date | None, ends_on: date | None) -> None:
    known = cells.bad.isdisjoint(("starts_on", "ends_on"))
    if known and starts_on and ends_on and ends_on < starts_on:
        cells.complain("ends_on", f"{ends_on} is before starts_on {starts_on}")


@csv_file("units.csv", of="unit")
class UnitRow(PlanRow):
    id: str = column("unit_id", pointers=("/external_id",))
    name: str = column()
    kind: str = column(words=unit.KINDS, fixed=True)
    parent: str | None = column("parent_unit_id", Cells.optional_text, names="unit", pointers=("/parent_id",))
    effective_on: date | None = column(read=Cells.optional_day)
    lead: str | None = column("lead_person_id", _lead, names="person", optional=True)
    ends_on: date | Literal[""] | None = column("dissolves_on", _end, optional=True)


@csv_file("people.csv", of="person")
class PersonRow(PlanRow):
    id: str = column("person_id", pointers=("/external_id",))
    name: str = column()
    email: str | None = column(read=Cells.optional_text)
    job_title: str | None = column(read=Cells.optional_text)
    unit: str = column("unit_id", names="unit")
    manager: str | None = column("manager_id", Cells.optional_text, names="person")
    effective_on: date | None = column(read=Cells.optional_day)
    ends_on: date | Literal[""] | None = column("departs_on", _end, optional=True)


@csv_file("cycles.csv", of="cycle")
class CycleRow(PlanRow):
    """`cadence_days` and `appeal_days` are None where nothing is said of them."""

    id: str = column("cycle_id", pointers=("/external_id",))
    name: str = column()
    starts_on: date = column(read=Cells.day)
    ends_on: date = column(read=Cells.day)
    cadence_days: int | None = column(read=_cadence, optional=True)
    appeal_days: int | None = column(read=_appeal, optional=True)

    def check(self, cells: Cells) -> None:
        _check_days(cells, self.starts_on, self.ends_on)


@csv_file("objectives.csv", of="objective")
class ObjectiveRow(PlanRow):
    """`visibility` and `carried_from` are None without such a column; an empty `visibility` is open."""

    id: str = column("objective_id", pointers=("/external_id",))
    title: str = column()
    description: str | None = column(read=Cells.optional_text)
    level: str = column(words=LEVELS)
    cycle: str = column("cycle_id", names="cycle", leans=Leans.UNLESS_RECORDED)
    owner_unit: str | None = column(
        "owner_unit_id", Cells.optional_text, names="unit", pointers=("/owner", "/owner/unit_id")
    )
    owner_person: str | None = column(
        "owner_person_id", Cells.optional_text, names="person", pointers=("/owner/person_id",)
    )
    starts_on: date | None = column(read=Cells.optional_day)
    ends_on: date | None = column(read=Cells.optional_day)
    status: str = column(words=STATUSES)
    effective_on: date | None = column(read=Cells.optional_day)
    visibility: str | None = column(read=_visibility, words=VISIBILITIES, optional=True)
    carried_from: str | None = column(
        "carried_from_id", Cells.optional_text, names="objective", optional=True
    )

    def check(self, cells: Cells) -> None:
        if self.owner_unit and self.owner_person:
            cells.complain("owner_person_id", "is one owner too many: owner_unit_id is given too")
        _check_days(cells, self.starts_on, self.ends_on)


@csv_file("alignments.csv", key=("objective", "aligned_to"))
class AlignmentRow(PlanRow):
    objective: str = column("objective_id", names="objective", leans=Leans.UNLESS_RECORDED)
    aligned_to: str = column(
        "aligned_to_id",
        names="objective",
        leans=Leans.UNLESS_RECORDED,
        pointers=("/objective_id", "/parent_id"),
    )
    kind: str = column(words=LINK_KINDS)
    weight: Decimal = column(read=Cells.weight)
    effective_on: date | None = column(read=Cells.optional_day)
    reason: str | None = column(read=Cells.optional_text)

    def check(self, cells: Cells) -> None:
        if self.objective and self.objective == self.aligned_to:
            cells.complain("aligned_to_id", "an objective cannot be aligned to itself")


@csv_file("key_results.csv", of="key_result")
class KeyResultRow(PlanRow):
    id: str = column("key_result_id")
    objective: str = column("objective_id", names="objective", leans=Leans.UNLESS_RECORDED)
    title: str = column()
    kind: str = column(words=progress.KINDS)
    unit_of_measure: str | None = column(read=Cells.optional_text)
    baseline: Decimal | None = column(read=Cells.optional_number)
    target: Decimal | None = column(read=Cells.optional_number)
    weight: Decimal = column(read=Cells.weight)


@csv_file("check_ins.csv", key=("key_result", "on"))
class CheckInRow(PlanRow):
    key_result: str = column("key_result_id", names="key_result", leans=Leans.ALWAYS)
    on: date = column(read=Cells.day, pointers=("/effective_on",))
    value: Decimal = column(read=Cells.number)
    confidence: int | None = column(read=_confidence)
    note: str | None = column(read=Cells.optional_text)


@csv_file("reaffirmations.csv", key=("objective", "on"))
class ReaffirmationRow(PlanRow):
    objective: str = column("objective_id", names="objective", leans=Leans.UNLESS_RECORDED)
    on: date = column(read=Cells.day, pointers=("/effective_on",))


@csv_file("reviews.csv", of="review", key=("id", "objective"))
class ReviewRow(PlanRow):
    id: str = column("review_id", pointers=("/external_id",))
    person: str = column(
        "person_id",
        names="person",
        leans=Leans.UNLESS_RECORDED,
        pointers=("/effective_on",),
        fixed=True,
        shared=True,
    )
    reviewer: str = column(
        "reviewer_id", names="person", leans=Leans.UNLESS_RECORDED, fixed=True, shared=True
    )
    cycle: str = column("cycle_id", names="cycle", leans=Leans.UNLESS_RECORDED, fixed=True, shared=True)
    objective: str = column("objective_id", names="objective", leans=Leans.UNLESS_RECORDED)
    weight: Decimal = column(read=_share, pointers=("/objectives",))


@csv_file("feedback.csv", of="feedback")
class FeedbackRow(PlanRow):
    id: str = column("feedback_id")
    objective: str = column("objective_id", names="objective", leans=Leans.UNLESS_RECORDED)
    kind: str = column(words=FEEDBACK_KINDS, fixed=True)
    text: str = column(fixed=True)
    visibility: str = column(read=_visibility, words=VISIBILITIES, fixed=True)
    on: date = column(read=Cells.day, pointers=("/effective_on",), fixed=True)


@csv_file("measures.csv", of="measure", key=("id", "objective"))
class MeasureRow(PlanRow):
    id: str = column("measure_id", pointers=("/external_id",))
    name: str = column(shared=True)
    unit_of_measure: str | None = column(read=Cells.optional_text, shared=True)
    direction: str = column(words=DIRECTIONS, shared=True)
    baseline: Decimal = column(read=Cells.number, shared=True)
    target: Decimal = column(read=Cells.number, shared=True)
    objective: str = column(
        "objective_id", names="objective", leans=Leans.UNLESS_RECORDED, pointers=("/objective_ids",)
    )
    effective_on: date | None = column(read=Cells.optional_day, shared=True)


@csv_file("readings.csv", key=("measure", "on"))
class ReadingRow(PlanRow):
    measure: str = column("measure_id", names="measure", leans=Leans.ALWAYS)
    on: date = column(read=Cells.day, pointers=("/effective_on",))
    value: Decimal = column(read=Cells.number)
    source: str | None = column(read=Cells.optional_text)


FILES: tuple[type[PlanRow], ...] = (
    UnitRow,
    PersonRow,
    CycleRow,
    ObjectiveRow,
    AlignmentRow,
    KeyResultRow,
    CheckInRow,
    ReaffirmationRow,
    ReviewRow,
    FeedbackRow,
    MeasureRow,
    ReadingRow,
)
