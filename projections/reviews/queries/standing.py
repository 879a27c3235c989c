"""How objectives stand after some of their events: the fold of docs/design.md#time, for evidence.

The events come in the order (effective date, position), and which of them count is the caller's choice, so
that the same fold gives what stood when the evidence was fixed, and what stands now.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from domain import progress as measuring
from projections.reviews.queries.rows import ObjectiveEvent

COUNTING = ("approved", "active", "closed")
STEPS = {
    "submitted": "submitted",
    "returned": "draft",
    "activated": "active",
    "cancelled": "cancelled",
    "carried_over": "carried_over",
}
AIM = ("kind", "baseline", "target")


@dataclass
class CheckIn:
    """Its readings by key result, as corrected since."""

    on: date
    position: int
    values: dict[str, str | None]


@dataclass
class Standing:
    """One objective. `key_results`: id -> {kind, baseline, target, weight}; `links`: id -> {kind, weight}."""

    title: str = ""
    status: str = "draft"
    resumes_to: str = "draft"
    score: str | None = None
    key_results: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    check_ins: dict[str, CheckIn] = field(default_factory=dict)

    def take(self, event: ObjectiveEvent) -> None:
        """Change as the event says."""
        what, data = event.what, event.data
        if what in STEPS:
            self.status = STEPS[what]
        elif what in ("defined", "revised"):
            self.title = data.get("after", data).get("title", self.title)
        elif what == "approved":
            self.status = "approved" if self.status == "submitted" else self.status
        elif what == "postponed":
            self.resumes_to, self.status = self.status, "postponed"
        elif what == "resumed":
            self.status = self.resumes_to
        elif what in ("closed", "reopened"):
            self.status, self.score = ("closed" if what == "closed" else "active"), data.get("score")
        elif "parent_id" in data:
            self._link(what, data)
        else:
            self._measure(event)

    def value_of(self, key_result_id: str) -> str | None:
        """The latest reading that stands."""
        read = [one for one in self.check_ins.values() if one.values.get(key_result_id) is not None]
        last = max(read, key=lambda one: (one.on, one.position), default=None)
        return None if last is None else last.values[key_result_id]

    def measured(self, key_result_id: str) -> tuple[str | None, Fraction | None, Fraction | None]:
        """(value, attainment, progress)."""
        aim, value = self.key_results[key_result_id], self.value_of(key_result_id)
        baseline, target = _decimal(aim["baseline"]), _decimal(aim["target"])
        attained = measuring.attainment(aim["kind"], baseline, target, _decimal(value))
        return value, attained, measuring.progress(aim["kind"], attained)

    def fields(self) -> dict[str, Any]:
        """Everything about it, under flat names such as `key_results/<id>/value`."""
        flat: dict[str, Any] = {"title": self.title, "status": self.status, "score": self.score}
        for id, one in self.key_results.items():
            said = {**one, "value": self.value_of(id)}
            flat |= {f"key_results/{id}/{name}": value for name, value in said.items()}
        for id, link in self.links.items():
            flat |= {f"alignments/{id}/{name}": value for name, value in link.items()}
        return flat

    def _link(self, what: str, data: Mapping[str, Any]) -> None:
        parent_id = data["parent_id"]
        if what == "alignment_removed":
            self.links.pop(parent_id, None)
        elif what == "aligned":
            self.links[parent_id] = {"kind": data["kind"], "weight": data["weight"]}
        elif parent_id in self.links:
            self.links[parent_id]["weight"] = data["weight"]

    def _measure(self, event: ObjectiveEvent) -> None:
        what, data = event.what, event.data
        if what == "key_result_added":
            self.key_results[data["key_result_id"]] = {name: data[name] for name in (*AIM, "weight")}
        elif what == "key_result_removed":
            self.key_results.pop(data["key_result_id"], None)
        elif what == "target_changed":
            if data["key_result_id"] in self.key_results:
                self.key_results[data["key_result_id"]] |= {name: data[name] for name in AIM}
        else:
            new = CheckIn(event.effective_on, event.position, {})
            values = self.check_ins.setdefault(data["check_in_id"], new).values
            values.update((one["key_result_id"], one["value"]) for one in data["readings"])


def fold(events: Iterable[ObjectiveEvent]) -> dict[str, Standing]:
    """How every objective stands after these events, by id."""
    standings: dict[str, Standing] = {}
    for event in events:
        standings.setdefault(event.objective_id, Standing()).take(event)
    return standings


def children_of(standings: Mapping[str, Standing]) -> dict[str, list[str]]:
    """For each objective those that contribute to it, whatever their status."""
    children: dict[str, list[str]] = {}
    for id, standing in standings.items():
        for parent_id, link in standing.links.items():
            if link["kind"] == "contributes":
                children.setdefault(parent_id, []).append(id)
    return children


def progress_of(standings: Mapping[str, Standing], top: str) -> Fraction | None:
    """Progress of an objective, with all that contributes to it."""
    children = children_of(standings)
    known: dict[str, Fraction | None] = {}
    for id in bottom_up(children, top):
        one = standings[id]
        items = [(Decimal(each["weight"]), one.measured(key)[2]) for key, each in one.key_results.items()]
        counting = (child for child in children.get(id, ()) if standings[child].status in COUNTING)
        items += [(Decimal(standings[child].links[id]["weight"]), known[child]) for child in counting]
        known[id] = measuring.weighed(items)
    return known[top]


def bottom_up(children: Mapping[str, list[str]], top: str) -> Iterator[str]:
    """The objective and all below it, each after all that contribute to it, at any depth."""
    seen: set[str] = set()
    stack = [(top, False)]
    while stack:
        id, below_is_done = stack.pop()
        if below_is_done:
            yield id
        elif id not in seen:
            seen.add(id)
            stack.append((id, True))
            stack.extend((child, False) for child in children.get(id, ()))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
