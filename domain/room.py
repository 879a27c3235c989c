"""Nothing grows without bound: what may be added one by one, and how much of it there is room for."""

from __future__ import annotations

from collections.abc import Mapping

from domain.refusals import LimitReached

MOST: Mapping[str, int] = {
    "policies": 200,
    "key results of an objective": 200,
    "links up from an objective": 200,
    "objectives aligned to one": 1_000,
    "objectives of one owner aligned to one of somebody else": 100,
    "changes of one thing": 20_000,
    "revisions of a change plan": 100,
    "comments on a change plan": 200,
    "webhooks": 200,
}
"""Key results and links that were removed count too. Changes are facts, readings, check-ins,
feedback, reaffirmations and corrections, of one unit, person, cycle, objective or measure. Its steps are not
bounded, so that it can always be brought to its end.
"""


def check_room(what: str, count: int) -> None:
    """Raises LimitReached if there are that many already."""
    if count >= MOST[what]:
        raise LimitReached(f"there is room for {MOST[what]:,} {what}, and no more", limit=MOST[what])
