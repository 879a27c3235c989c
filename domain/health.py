"""The classes of live objectives, coverage, silos, and what has gone stale: see docs/design.md#health."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from datetime import date
from fractions import Fraction
from typing import TypeVar

from domain.objective.values import STRATEGIC

K = TypeVar("K", bound=Hashable)

ALIGNED, DETACHED, ORPHAN = "aligned", "detached", "orphan"
CLASSES = (STRATEGIC, ALIGNED, DETACHED, ORPHAN)


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
    """The share of the links that stay inside a unit; None without links."""
    return 1 - Fraction(crossing, links) if links else None


def fresh_days(cadence_days: int) -> int:
    """For so many days a check-in or a reaffirmation keeps an objective fresh, its own day included."""
    return cadence_days + 1


def is_fresh(last_sign: date | None, cadence_days: int, as_of: date) -> bool:
    """Returns whether the last check-in or reaffirmation still counts; a live objective is stale if not."""
    return last_sign is not None and (as_of - last_sign).days < fresh_days(cadence_days)
