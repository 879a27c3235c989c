"""The rows of a plan folder, one class per file. Ids are the source's own, dates and decimals are parsed."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Row(ABC):
    """What every row has. `key` may occur once in the file; `KEY_COLUMN` is blamed when it does not. A file
    has all of `COLUMNS`, and those of `OPTIONAL` that it has something to say in.
    """

    FILE: ClassVar[str]
    COLUMNS: ClassVar[tuple[str, ...]]
    OPTIONAL: ClassVar[tuple[str, ...]] = ()
    KEY_COLUMN: ClassVar[str]

    line: int

    @property
    @abstractmethod
    def key(self) -> str | tuple[str, ...]:
        """What tells the row from the others of its file."""


@dataclass(frozen=True, kw_only=True)
class Named(Row):
    """A row that stands for one thing with an id."""

    id: str

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, kw_only=True)
class UnitRow(Named):
    FILE: ClassVar[str] = "units.csv"
    COLUMNS: ClassVar[tuple[str, ...]] = ("unit_id", "name", "kind", "parent_unit_id", "effective_on")
    KEY_COLUMN: ClassVar[str] = "unit_id"

    name: str
    kind: str
    parent: str | None
    effective_on: date | None


@dataclass(frozen=True, kw_only=True)
class PersonRow(Named):
    FILE: ClassVar[str] = "people.csv"
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "person_id",
        "name",
        "email",
        "job_title",
        "unit_id",
        "manager_id",
        "effective_on",
    )
    KEY_COLUMN: ClassVar[str] = "person_id"

    name: str
    email: str | None
    job_title: str | None
    unit: str
    manager: str | None
    effective_on: date | None


@dataclass(frozen=True, kw_only=True)
class CycleRow(Named):
    FILE: ClassVar[str] = "cycles.csv"
    COLUMNS: ClassVar[tuple[str, ...]] = ("cycle_id", "name", "starts_on", "ends_on")
    KEY_COLUMN: ClassVar[str] = "cycle_id"

    name: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class ObjectiveRow(Named):
    """`visibility` and `carried_from` are None where the file has no such column."""

    FILE: ClassVar[str] = "objectives.csv"
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "objective_id",
        "title",
        "description",
        "level",
        "cycle_id",
        "owner_unit_id",
        "owner_person_id",
        "starts_on",
        "ends_on",
        "status",
        "effective_on",
    )
    OPTIONAL: ClassVar[tuple[str, ...]] = ("visibility", "carried_from_id")
    KEY_COLUMN: ClassVar[str] = "objective_id"

    title: str
    description: str | None
    level: str
    cycle: str
    owner_unit: str | None
    owner_person: str | None
    starts_on: date | None
    ends_on: date | None
    status: str
    effective_on: date | None
    visibility: str | None
    carried_from: str | None


@dataclass(frozen=True, kw_only=True)
class AlignmentRow(Row):
    FILE: ClassVar[str] = "alignments.csv"
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "objective_id",
        "aligned_to_id",
        "kind",
        "weight",
        "effective_on",
        "reason",
    )
    KEY_COLUMN: ClassVar[str] = "aligned_to_id"

    objective: str
    aligned_to: str
    kind: str
    weight: Decimal
    effective_on: date | None
    reason: str | None

    @property
    def key(self) -> tuple[str, str]:
        return self.objective, self.aligned_to


@dataclass(frozen=True, kw_only=True)
class KeyResultRow(Named):
    FILE: ClassVar[str] = "key_results.csv"
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "key_result_id",
        "objective_id",
        "title",
        "kind",
        "unit_of_measure",
        "baseline",
        "target",
        "weight",
    )
    KEY_COLUMN: ClassVar[str] = "key_result_id"

    objective: str
    title: str
    kind: str
    unit_of_measure: str | None
    baseline: Decimal | None
    target: Decimal | None
    weight: Decimal


@dataclass(frozen=True, kw_only=True)
class CheckInRow(Row):
    FILE: ClassVar[str] = "check_ins.csv"
    COLUMNS: ClassVar[tuple[str, ...]] = ("key_result_id", "on", "value", "confidence", "note")
    KEY_COLUMN: ClassVar[str] = "on"

    key_result: str
    on: date
    value: Decimal
    confidence: int | None
    note: str | None

    @property
    def key(self) -> tuple[str, str]:
        return self.key_result, self.on.isoformat()
