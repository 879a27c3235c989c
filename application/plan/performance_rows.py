"""The rows of a plan folder about reviews, feedback and measures, one class per file."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from application.plan.rows import Named, Row


@dataclass(frozen=True, kw_only=True)
class PartRow(Row):
    """One of the rows that together stand for the thing `id`: each names another objective, and all say the
    same in the columns of `SHARED`.
    """

    SHARED: ClassVar[dict[str, str]]  # column -> field

    id: str
    objective: str

    @property
    def key(self) -> tuple[str, str]:
        return self.id, self.objective


@dataclass(frozen=True, kw_only=True)
class ReviewRow(PartRow):
    FILE: ClassVar[str] = "reviews.csv"
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "review_id",
        "person_id",
        "reviewer_id",
        "cycle_id",
        "objective_id",
        "weight",
    )
    KEY_COLUMN: ClassVar[str] = "objective_id"
    SHARED: ClassVar[dict[str, str]] = {
        "person_id": "person",
        "reviewer_id": "reviewer",
        "cycle_id": "cycle",
    }

    person: str
    reviewer: str
    cycle: str
    weight: Decimal


@dataclass(frozen=True, kw_only=True)
class FeedbackRow(Named):
    FILE: ClassVar[str] = "feedback.csv"
    COLUMNS: ClassVar[tuple[str, ...]] = ("feedback_id", "objective_id", "kind", "text", "visibility", "on")
    KEY_COLUMN: ClassVar[str] = "feedback_id"

    objective: str
    kind: str
    text: str
    visibility: str
    on: date


@dataclass(frozen=True, kw_only=True)
class MeasureRow(PartRow):
    FILE: ClassVar[str] = "measures.csv"
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "measure_id",
        "name",
        "unit_of_measure",
        "direction",
        "baseline",
        "target",
        "objective_id",
        "effective_on",
    )
    KEY_COLUMN: ClassVar[str] = "objective_id"
    SHARED: ClassVar[dict[str, str]] = {
        "name": "name",
        "unit_of_measure": "unit_of_measure",
        "direction": "direction",
        "baseline": "baseline",
        "target": "target",
        "effective_on": "effective_on",
    }

    name: str
    unit_of_measure: str | None
    direction: str
    baseline: Decimal
    target: Decimal
    effective_on: date | None


@dataclass(frozen=True, kw_only=True)
class ReadingRow(Row):
    FILE: ClassVar[str] = "readings.csv"
    COLUMNS: ClassVar[tuple[str, ...]] = ("measure_id", "on", "value", "source")
    KEY_COLUMN: ClassVar[str] = "on"

    measure: str
    on: date
    value: Decimal
    source: str | None

    @property
    def key(self) -> tuple[str, str]:
        return self.measure, self.on.isoformat()
