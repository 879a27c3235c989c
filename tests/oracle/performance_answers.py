"""The answers about reviews, feedback, measures and seals, from the state that the fold leaves."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from tests.oracle import measures
from tests.oracle.answers import Oracle
from tests.oracle.event import Event
from tests.oracle.fold import World
from tests.oracle.measures import rounded
from tests.oracle.objective import Objective
from tests.oracle.performance import Measure, Reading, Review
from tests.oracle.shapes import text
from tests.oracle.words import as_people_sort

KINDS = {
    "self_assessment": "self_assessed",
    "assessment": "assessed",
    "sharing": "shared",
    "acknowledgement": "acknowledged",
    "appeal": "appealed",
    "appeal_decision": "appeal_decided",
    "finalisation": "finalised",
    "withdrawal": "withdrawn",
}
BESIDE = ("actor", "reason", "effective_on", "command_id", "traceparent", "timestamp")


class PerformanceOracle(Oracle):
    """Every answer about the performance cycle for one (as_of, known_at)."""

    def reviews(self, **asked: Any) -> list[dict[str, Any]]:
        """The whole list, in its order; `asked` by person_id, reviewer_id, cycle_id or status."""
        found = [_summary(review) for review in self.world.reviews.values()]
        found = [each for each in found if all(each[name] == str(value) for name, value in asked.items())]
        return sorted(found, key=lambda each: (each["opened_on"], each["id"]))

    def review(self, id: UUID) -> dict[str, Any] | None:
        review = self.world.reviews.get(id)
        if review is None:
            return None
        opened = review.steps["opened"].data
        said = {name: _said(review.steps.get(what)) for name, what in KINDS.items()}
        if said["assessment"]:
            said["assessment"]["evidence"] = [_in_numbers(one) for one in said["assessment"]["evidence"]]
        return {
            **_summary(review),
            **{name: opened[name] for name in ("scale", "appeal_days", "objectives")},
            **said,
            "calibrations": [_said(each) for each in review.events if each.topic == "review.calibrated"],
        }

    def evidence_now(self, objective_id: UUID) -> dict[str, Any] | None:
        """What an assessment at this moment would fix about an objective."""
        objective = self.world.objectives.get(objective_id)
        if objective is None:
            return None
        return {
            "title": objective.title,
            "status": objective.status,
            "progress": rounded(self.world, measures.progress(self.world, objective)),
            "score": objective.ending["score"],
            "key_results": [_measured(self.world, objective, id) for id in objective.key_results],
        }

    def fairness(self, cycle: UUID | None, by: str) -> dict[str | None, Any]:
        """Of every group, whatever its size."""
        rated: dict[str | None, list[Review]] = {}
        for review in self.world.reviews.values():
            in_cycle = cycle is None or review.steps["opened"].data["cycle_id"] == str(cycle)
            if in_cycle and review.rating is not None and review.status != "withdrawn":
                rated.setdefault(self._group(review, by), []).append(review)
        return {key: _fairness(self.world, reviews) for key, reviews in rated.items()}

    def feedback(self, objective_id: UUID) -> list[dict[str, Any]]:
        found = self.world.feedback.get(objective_id, [])
        return [
            {
                "id": each.given.data["feedback_id"],
                "objective_id": str(objective_id),
                **{name: each.given.data[name] for name in ("kind", "text", "visibility")},
                "giver": each.given.data["actor"],
                "given_on": str(each.given.effective_on),
                "position": each.given.position,
                "withdrawn_on": text(each.withdrawn and each.withdrawn.effective_on),
                "withdrawn_by": each.withdrawn and each.withdrawn.data["actor"],
                "withdrawal_reason": each.withdrawn and each.withdrawn.data["reason"],
            }
            for each in sorted(found, key=lambda each: (each.given.effective_on, each.given.position))
        ]

    def measures(self) -> list[dict[str, Any]]:
        found = [self._measure(each) for each in self.world.measures.values()]
        return sorted(found, key=lambda each: (as_people_sort(each["name"]), each["id"]))

    def measure(self, id: UUID) -> dict[str, Any] | None:
        measure = self.world.measures.get(id)
        if measure is None:
            return None
        readings = [
            {**_reading(id, each), "attainment": _attained(self.world, measure, each.said.data["value"])}
            for id, each in measure.in_order()
        ]
        return {**self._measure(measure), "readings": readings}

    def seals(self, cycle_id: UUID) -> list[dict[str, Any]]:
        found = []
        for each in self.world.sealings.get(cycle_id, []):
            closed, reopened = each.closed, each.reopened
            seal = closed.data["seal"]
            found.append({
                "position": closed.position,
                "sealed_at": _instant(closed),
                "sealed_on": str(closed.effective_on),
                "sealed_by": closed.data["actor"],
                "reason": closed.data["reason"],
                **{name: seal[name] for name in ("digest", "algorithm", "objectives", "reviews")},
                "sealed_position": seal["position"],
                "reopened_at": reopened and _instant(reopened),
                "reopened_on": text(reopened and reopened.effective_on),
                "reopened_by": reopened and reopened.data["actor"],
                "reopen_reason": reopened and reopened.data["reason"],
            })  # fmt: skip
        return found

    def cycle_figures(self, cycle: UUID) -> list[dict[str, Any]]:
        figures = []
        for each in self.objectives(cycle=cycle):
            ending = self.world.objectives[UUID(each["id"])].ending
            said = {name: each[name] for name in ("title", "status", "progress")}
            figures.append({"objective_id": each["id"], **said, **_of(ending, "outcome", "score")})
        return figures

    def impact(self, ids: Iterable[UUID]) -> dict[str, Any]:
        """Of this one moment."""
        objectives = self.world.objectives
        top = set(ids) & set(objectives)
        below = self._below(top, set(objectives), None) - top
        classes = [measures.class_of(self.world, objectives[id]) for id in below]
        covered = [name for name in classes if name in ("aligned", "detached", "orphan")]
        shares = [measures.progress(self.world, objectives[id]) for id in top]
        known = [share for share in shares if share is not None]
        return {
            "on": str(self.world.as_of),
            "live_below": sum(name is not None for name in classes),
            "coverage": rounded(self.world, Fraction(covered.count("aligned"), len(covered)))
            if covered
            else None,
            "progress": rounded(self.world, measures.mean([(Fraction(1), share) for share in known])),
        }

    def _group(self, review: Review, by: str) -> str | None:
        opened = review.steps["opened"].data
        if by == "reviewer":
            return review.reviewer_id
        person = self.world.people.get(UUID(opened["person_id"]))
        if person is None or by == "unit":
            return text(person and person.unit_id)
        unit = self.world.units.get(person.unit_id)
        return unit.kind if unit else None

    def _measure(self, measure: Measure) -> dict[str, Any]:
        data, readings = measure.said, measure.in_order()
        names = ("external_id", "name", "unit_of_measure", "direction", "baseline", "target", "objective_ids")
        return {
            "id": str(measure.id),
            **_of(data, *names),
            "latest": _reading(*readings[-1]) if readings else None,
            "attainment": _attained(self.world, measure, readings[-1][1].said.data["value"])
            if readings
            else None,
            "version": measure.version,
            "position": measure.position,
        }


def _of(data: Any, *names: str) -> dict[str, Any]:
    return {name: data[name] for name in names}


def _instant(event: Event) -> str:
    return event.recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _summary(review: Review) -> dict[str, Any]:
    opened, shared = review.steps["opened"], review.steps.get("shared")
    days = timedelta(days=opened.data["appeal_days"])
    return {
        "id": str(review.id),
        "external_id": review.external_id,
        **_of(opened.data, "person_id", "cycle_id"),
        "reviewer_id": review.reviewer_id,
        "status": review.status,
        "rating": review.rating,
        "opened_on": str(opened.effective_on),
        "shared_on": text(shared and shared.effective_on),
        "appeal_until": text(shared and shared.effective_on + days),
        "version": review.version,
        "position": review.position,
    }


def _said(event: Event | None) -> Any:
    if event is None:
        return None
    payload = {name: value for name, value in event.data.items() if name not in BESIDE}
    return {
        **payload,
        "by": event.data["actor"],
        "on": str(event.effective_on),
        "reason": event.data["reason"],
    }


def _in_numbers(fixed: dict[str, Any]) -> dict[str, Any]:
    key_results = [
        one | {name: one[name] and float(one[name]) for name in ("attainment", "progress")}
        for one in fixed["key_results"]
    ]
    return fixed | {"progress": fixed["progress"] and float(fixed["progress"]), "key_results": key_results}


def _measured(world: World, objective: Objective, key_result_id: UUID) -> dict[str, Any]:
    readings = objective.readings(key_result_id)
    return {
        "key_result_id": str(key_result_id),
        "value": readings[-1][2].value if readings else None,
        "attainment": rounded(world, measures.current_attainment(objective, key_result_id)),
        "progress": rounded(world, measures.key_result_progress(objective, key_result_id)),
    }


def _fairness(world: World, reviews: Sequence[Review]) -> dict[str, Any]:
    scales = [review.steps["opened"].data["scale"] for review in reviews]
    grades = range(min(s["lowest"] for s in scales), max(s["highest"] for s in scales) + 1)
    ratings = Counter(review.rating for review in reviews)
    assessed = [review.steps["assessed"].data["rating"] for review in reviews]
    shifts = [
        review.steps["calibrated"].data["rating"] - review.steps["assessed"].data["rating"]
        for review in reviews
        if "calibrated" in review.steps
    ]
    return {
        "people": len({review.steps["opened"].data["person_id"] for review in reviews}),
        "reviews": len(reviews),
        "distribution": {str(grade): ratings[grade] for grade in grades},
        "mean": rounded(world, Fraction(sum(review.rating or 0 for review in reviews), len(reviews))),
        "assessed": {
            "distribution": {str(grade): assessed.count(grade) for grade in grades},
            "mean": rounded(world, Fraction(sum(assessed), len(assessed))),
        },
        "calibrations": {
            "up": len([shift for shift in shifts if shift > 0]),
            "down": len([shift for shift in shifts if shift < 0]),
            "unchanged": shifts.count(0),
            "mean_shift": rounded(world, Fraction(sum(shifts), len(shifts))) if shifts else None,
        },
    }


def _reading(id: str, reading: Reading) -> dict[str, Any]:
    return {
        "reading_id": id,
        "on": str(reading.on),
        **_of(reading.said.data, "value", "source"),
        "position": reading.said.position,
        "version": reading.said.version,
    }


def _attained(world: World, measure: Measure, value: str) -> float | None:
    """`maintain` holds while the value is not beyond the target, seen from the baseline."""
    baseline, target = (Fraction(measure.said[name]) for name in ("baseline", "target"))
    if measure.said["direction"] == "maintain":
        held = Fraction(value) >= target if baseline >= target else Fraction(value) <= target
        return float(held)
    return rounded(world, (Fraction(value) - baseline) / (target - baseline))
