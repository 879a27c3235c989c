"""One objective as the fold leaves it, and how each kind of event changes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

LIVE = ("approved", "active")
STEPS = {
    "submitted": "submitted",
    "returned": "draft",
    "activated": "active",
    "cancelled": "cancelled",
    "closed": "closed",
    "reopened": "active",
    "carried_over": "carried_over",
}
ENDING = ("outcome", "score", "suggested_score", "note")


@dataclass
class KeyResult:
    title: str
    kind: str
    unit_of_measure: str | None
    baseline: str | None
    target: str | None
    weight: str
    external_id: str | None
    present: bool = True


@dataclass
class Link:
    kind: str
    weight: str
    since: date


@dataclass
class Reading:
    value: str | None
    position: int
    version: int


@dataclass
class CheckIn:
    """A check-in with its corrections: `position` stays that of the check-in itself."""

    on: date
    position: int
    confidence: int | None = None
    readings: dict[UUID, Reading] = field(default_factory=dict)
    withdrawn: bool = False

    def withdraw(self, data: Mapping[str, Any], position: int, version: int) -> None:
        self.read({**data, "confidence": None}, position, version)
        self.confidence, self.withdrawn = None, True

    def read(self, data: Mapping[str, Any], position: int, version: int) -> None:
        for reading in data["readings"]:
            key_result_id = UUID(reading["key_result_id"])
            self.readings[key_result_id] = Reading(reading["value"], position, version)
        if data["confidence"] is not None:
            self.confidence = data["confidence"]


@dataclass
class Objective:
    id: UUID
    title: str
    description: str | None
    level: str
    cycle_id: UUID
    owner_unit_id: UUID | None
    owner_person_id: UUID | None
    starts_on: date | None
    ends_on: date | None
    visibility: str
    external_id: str | None
    origin_id: UUID | None = None
    successor_id: UUID | None = None
    ending: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(ENDING))
    status: str = "draft"
    before_postponement: str = "draft"
    before_end: str = "draft"
    committed_confidence: int | None = None
    reaffirmed_on: set[date] = field(default_factory=set)
    amended_version: int = 0
    approved_version: int = 0
    version: int = 0
    all_key_results: dict[UUID, KeyResult] = field(default_factory=dict)
    links: dict[UUID, Link] = field(default_factory=dict)
    check_ins: dict[UUID, CheckIn] = field(default_factory=dict)

    @classmethod
    def defined(cls, id: UUID, data: Mapping[str, Any]) -> "Objective":
        return cls(
            id=id,
            title=data["title"],
            description=data["description"],
            level=data["level"],
            cycle_id=UUID(data["cycle_id"]),
            owner_unit_id=_id(data["owner_unit_id"]),
            owner_person_id=_id(data["owner_person_id"]),
            starts_on=_day(data["starts_on"]),
            ends_on=_day(data["ends_on"]),
            visibility=data["visibility"],
            external_id=data["external_id"],
            origin_id=_id(data["origin_id"]),
        )

    @property
    def key_results(self) -> dict[UUID, KeyResult]:
        """Those that are there."""
        return {id: each for id, each in self.all_key_results.items() if each.present}

    @property
    def standing(self) -> bool:
        """Returns whether it is approved or active, on whatever day."""
        return self.status in LIVE

    @property
    def amended(self) -> bool:
        return self.status in (*LIVE, "postponed") and self.amended_version > self.approved_version

    @property
    def last_check_in_on(self) -> date | None:
        there = (check_in.on for check_in in self.check_ins.values() if not check_in.withdrawn)
        return max(there, default=None)

    @property
    def last_reaffirmed_on(self) -> date | None:
        return max(self.reaffirmed_on, default=None)

    @property
    def confidence(self) -> int | None:
        given = [check_in for check_in in self.in_order() if check_in.confidence is not None]
        return given[-1].confidence if given else self.committed_confidence

    def in_order(self) -> list[CheckIn]:
        return sorted(self.check_ins.values(), key=lambda check_in: (check_in.on, check_in.position))

    def readings(self, key_result_id: UUID) -> list[tuple[UUID, CheckIn, Reading]]:
        """Those that stand, oldest first."""
        found = [
            (check_in_id, check_in, check_in.readings[key_result_id])
            for check_in_id, check_in in self.check_ins.items()
            if key_result_id in check_in.readings
        ]
        standing = [item for item in found if item[2].value is not None]
        return sorted(standing, key=lambda item: (item[1].on, item[1].position))

    def step(self, what: str) -> None:
        if what == "approved":
            if self.status == "submitted":
                self.status = "approved"
        elif what == "postponed":
            self.before_postponement, self.status = self.status, "postponed"
        elif what == "resumed":
            self.status = self.before_postponement
        elif what == "reinstated":
            self.status = self.before_end
        else:
            if what in ("cancelled", "carried_over"):
                self.before_end = self.status
            self.status = STEPS[what]

    def change(self, what: str, data: Mapping[str, Any], effective_on: date) -> None:
        if what in STEPS or what in ("postponed", "resumed", "reinstated"):
            self.step(what)
            self._end(what, data)
        elif what == "revised":
            for name, value in data["after"].items():
                setattr(self, name, READ.get(name, _as_it_is)(value))
        elif what == "external_id_corrected":
            self.external_id = data["external_id"]
        elif what == "transferred":
            self.owner_unit_id = _id(data["owner_unit_id"])
            self.owner_person_id = _id(data["owner_person_id"])
        elif what == "committed":
            self.committed_confidence = data["confidence"]
        elif what in ("reaffirmed", "reaffirmation_withdrawn"):
            (self.reaffirmed_on.add if what == "reaffirmed" else self.reaffirmed_on.discard)(effective_on)
        elif what.startswith(("key_result_", "target_")):
            self._measure(what, data)
        else:
            self._align(what, data, effective_on)

    def _end(self, what: str, data: Mapping[str, Any]) -> None:
        if what in ("closed", "reopened"):
            self.ending = {name: data.get(name) for name in ENDING}
        elif what == "carried_over":
            self.successor_id = UUID(data["successor_id"])
        elif what == "reinstated":
            self.successor_id = None

    def _measure(self, what: str, data: Mapping[str, Any]) -> None:
        id = UUID(data["key_result_id"])
        if what == "key_result_added":
            names = ("title", "kind", "unit_of_measure", "baseline", "target", "weight", "external_id")
            self.all_key_results[id] = KeyResult(*(data[name] for name in names))
        elif (key_result := self.all_key_results.get(id)) is None:
            return
        elif what in ("key_result_removed", "key_result_reinstated"):
            key_result.present = what == "key_result_reinstated"
        elif what == "key_result_revised":
            for name, value in data["after"].items():
                setattr(key_result, name, value)
        else:
            key_result.kind, key_result.target = data["kind"], data["target"]
            key_result.baseline = data["baseline"]

    def _align(self, what: str, data: Mapping[str, Any], effective_on: date) -> None:
        parent_id = UUID(data["parent_id"])
        if what == "aligned":
            before = self.links.get(parent_id)
            since = before.since if before else effective_on
            self.links[parent_id] = Link(data["kind"], data["weight"], since)
        elif what == "alignment_removed":
            self.links.pop(parent_id, None)
        elif what == "alignment_weight_changed":
            if parent_id in self.links:
                self.links[parent_id].weight = data["weight"]
        else:
            raise LookupError(f"the oracle does not know objective.{what}")


def _as_it_is(text: str | None) -> str | None:
    return text


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


READ: Mapping[str, Callable[[str | None], Any]] = {"starts_on": _day, "ends_on": _day, "cycle_id": _id}
"""How a field that is revised is read from the payload."""
