"""What the queries read from the tables, as plain objects. Ids are text: they leave as text."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a review with its payload."""

    position: int
    version: int
    recorded_at: datetime
    effective_on: date
    topic: str
    actor: str
    reason: str | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ObjectiveEvent(Step):
    """One thing that was recorded about an objective."""

    objective_id: str

    @property
    def what(self) -> str:
        return self.topic.removeprefix("objective.")
