"""The classes of live objectives, coverage, silos, and what has gone stale: see docs/design.md#health."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from datetime import date
from fractions import Fraction
from typing import TypeVar

from domain.objective.lifecycle import LIVE as LIVE_STATUSES
from domain.objective.values import STRATEGIC
from domain.rules import BETWEEN_UNITS, BY_STATUS, FROM_PERIOD, Rules

K = TypeVar("K", bound=Hashable)
U = TypeVar("U", bound=Hashable)

ALIGNED, DETACHED, ORPHAN = "aligned", "detached", "orphan"
CLASSES = (STRATEGIC, ALIGNED, DETACHED, ORPHAN)
LIVE, PLANNED, OVERDUE = PHASES = ("live", "planned", "overdue")


def reaching(goals: set[K], live: Collection[K], links: Iterable[tuple[K, K]]) -> set[K]:
    """The live objectives from which links (child, parent) over live ones lead up to one of the goals, which
    are the live strategic ones; these themselves included.
    """
    children: dict[K, list[K]] = defaultdict(list)
    for child, parent in links:
        if child in live and parent in live:
            children[parent].append(child)
    found, new = set(goals), list(goals)
    while new:
        for child in children.get(new.pop(), ()):
            if child not in found:
                found.add(child)
                new.append(child)
    return found


def class_of(*, strategic: bool, reaches: bool, linked: bool) -> str:
    """The class of a live objective: `reaches` as `reaching` finds it, `linked` if it has any link up."""
    if strategic:
        return STRATEGIC
    if reaches:
        return ALIGNED
    return DETACHED if linked else ORPHAN


def coverage(aligned: int, detached: int, orphan: int) -> Fraction | None:
    """The aligned share of the live objectives that are not strategic; None if there is none."""
    to_cover = aligned + detached + orphan
    return Fraction(aligned, to_cover) if to_cover else None


def silo_index(links: int, crossing: int) -> Fraction | None:
    """The share of the links that do not cross; None without links."""
    return 1 - Fraction(crossing, links) if links else None


def fresh_days(cadence_days: int) -> int:
    """For so many days a check-in or a reaffirmation keeps an objective fresh, its own day included."""
    return cadence_days + 1


def is_fresh(
    last_sign: date | None, starts_on: date | None, cadence_days: int, as_of: date, rules: Rules
) -> bool:
    """Returns whether the last check-in or reaffirmation still counts, or the period only just began; a live
    objective is stale if not.
    """
    began = starts_on if rules.stale == FROM_PERIOD else None
    counted_from = max(filter(None, (last_sign, began)), default=None)
    return counted_from is not None and (as_of - counted_from).days < fresh_days(cadence_days)


def phase_of(
    status: str | None, starts_on: date | None, ends_on: date | None, as_of: date, rules: Rules
) -> str | None:
    """Live, planned or overdue: how an approved or active objective stands to its period; else None."""
    if status not in LIVE_STATUSES:
        return None
    if rules.live == BY_STATUS:
        return LIVE
    if starts_on is not None and as_of < starts_on:
        return PLANNED
    return OVERDUE if ends_on is not None and as_of > ends_on else LIVE


def crosses(
    child_unit: U | None, parent_unit: U | None, above: Callable[[U], Collection[U]], rules: Rules
) -> bool:
    """Returns whether a link leaves the unit of its child, or (between lines) its line: neither of the two
    units is the other or stands above it. `above` gives a unit and those above it.
    """
    if child_unit == parent_unit:
        return False
    if rules.crossing == BETWEEN_UNITS or child_unit is None or parent_unit is None:
        return True
    return parent_unit not in above(child_unit) and child_unit not in above(parent_unit)
