"""SMART is checked, not advised: what an objective lacks, letter by letter."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from domain.objective.state import ObjectiveState
from domain.objective.values import STRATEGIC, Standing
from domain.refusals import FieldError, NotSmart


def check(objective: ObjectiveState, day: date, standing: Standing, waived: Collection[str]) -> None:
    """Raises NotSmart with one error for each letter that fails on `day` and is not waived."""
    failing = {
        letter: error for letter, error in missing(objective, day, standing).items() if letter not in waived
    }
    if failing:
        listed = "; ".join(f"{letter}: {error.detail}" for letter, error in failing.items())
        raise NotSmart(f"the objective is not SMART: {listed}", failing.values(), missing=list(failing))


def missing(objective: ObjectiveState, day: date, standing: Standing) -> dict[str, FieldError]:
    """Letter -> what is wrong with it, for the letters that fail."""
    found = {
        "S": _specific(objective, day),
        "M": _measurable(objective, day, standing),
        "A": _achievable(objective, day),
        "R": _relevant(objective, day),
        "T": _time_bound(objective, day, standing),
    }
    return {letter: error for letter, error in found.items() if error is not None}


def _specific(objective: ObjectiveState, day: date) -> FieldError | None:
    if not objective.title.at(day):
        return FieldError("/title", "there is no title")
    if not objective.description.at(day):
        return FieldError("/description", "there is no description")
    if objective.owner.at(day) is None:
        return FieldError("/owner", "there is no owner")
    return None


def _measurable(objective: ObjectiveState, day: date, standing: Standing) -> FieldError | None:
    if standing.has_contributing_child or any(
        k.aim.target is not None for k in objective.key_results_on(day)
    ):
        return None
    return FieldError("/key_results", "there is no key result with a target and nothing contributes")


def _achievable(objective: ObjectiveState, day: date) -> FieldError | None:
    owner, commitment = objective.owner.at(day), objective.commitment.at(day)
    if owner is not None and commitment is not None and commitment.owner == owner:
        return None
    return FieldError("/commitment", "the owner has not committed")


def _relevant(objective: ObjectiveState, day: date) -> FieldError | None:
    if objective.level == STRATEGIC or objective.links_on(day):
        return None
    return FieldError("/alignments", "neither strategic nor aligned upward")


def _time_bound(objective: ObjectiveState, day: date, standing: Standing) -> FieldError | None:
    period = objective.period_on(day)
    if period is None:
        return FieldError("/starts_on", "there is no period")
    if not period.within(standing.cycle):
        return FieldError(
            "/starts_on", f"the period is not inside {standing.cycle.starts_on} to {standing.cycle.ends_on}"
        )
    return None
