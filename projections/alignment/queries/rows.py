"""Queries read the tables into plain objects. Ids are text: they leave as text."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.health import LIVE


@dataclass(slots=True)
class Node:
    """A node is an objective that stands above or below another, with what has to be known of it for that."""

    id: str
    title: str
    level: str
    status: str
    phase: str | None

    @property
    def live(self) -> bool:
        return self.phase == LIVE


@dataclass(slots=True)
class NodeInTime(Node):
    """A node with what its elapsed time follows from."""

    starts_on: date | None
    ends_on: date | None


@dataclass(slots=True)
class UnitView:
    id: str
    parent_id: str | None
    status: str


@dataclass(slots=True)
class StandingObjective(NodeInTime):
    """An approved or active objective, live or not; `last_sign` is its last check-in or reaffirmation."""

    cycle_id: str
    unit_id: str | None
    last_sign: date | None
    cadence_days: int
    owner_unit_id: str | None
    owner_person_id: str | None


@dataclass(slots=True)
class ObjectiveView(NodeInTime):
    """An objective that is asked about; from `version` on what is kept elsewhere."""

    description: str | None
    cycle_id: str
    owner_unit_id: str | None
    owner_person_id: str | None
    visibility: str
    external_id: str | None
    last_reaffirmed_on: date | None
    amended_version: int | None
    approved_version: int | None
    origin_id: str | None
    successor_id: str | None
    outcome: str | None
    score: str | None
    suggested_score: str | None
    note: str | None
    version: int
    unit_id: str | None
    cadence_days: int
    last_check_in_on: date | None
    confidence: int | None


@dataclass(slots=True)
class LinkView:
    child_id: str
    parent_id: str
    kind: str
    weight: str
    since: date


@dataclass(slots=True)
class KeyResultView:
    """With its current reading: `on`, `value`, `check_in_id`, `position`, `version`, all None without one."""

    objective_id: str
    id: str
    title: str
    kind: str
    unit_of_measure: str | None
    baseline: str | None
    target: str | None
    weight: str
    external_id: str | None
    on: date | None
    value: str | None
    check_in_id: str | None
    position: int | None
    version: int | None
    attainment: Fraction | None = None
    progress: Fraction | None = None


@dataclass(slots=True)
class ReadingView:
    key_result_id: str
    on: date
    value: str
    check_in_id: str
    confidence: int | None
    position: int
    version: int
