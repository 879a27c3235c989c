"""Objectives that are live at both of two moments may differ in more than their class: in pace, in owner, in
what they are to reach.
"""

from collections.abc import Iterable
from typing import Any

from domain.payload import number_of
from domain.progress import is_easier
from projections.alignment.queries.rows import KeyResultView
from projections.alignment.queries.shapes import owner_of, pace
from projections.alignment.queries.sides import MomentOfChange

Answer = dict[str, Any]


def paces(before: MomentOfChange, after: MomentOfChange, ids: Iterable[str]) -> list[Answer]:
    """Those of another pace, which is None where there is none: {objective_id, title, unit_id, before,
    after}.
    """
    both = ((id, _pace(before, id), _pace(after, id)) for id in ids)
    return [{**_about(after, id), "before": was, "after": now} for id, was, now in both if was != now]


def owners(before: MomentOfChange, after: MomentOfChange, ids: Iterable[str]) -> list[Answer]:
    """Those of another owner: {objective_id, title, unit_id, before, after}."""
    both = ((id, owner_of(before.named[id]), owner_of(after.named[id])) for id in ids)
    return [{**_about(after, id), "before": was, "after": now} for id, was, now in both if was != now]


def targets(before: MomentOfChange, after: MomentOfChange, ids: Iterable[str]) -> list[Answer]:
    """Key results that were there at both moments and have another target: {objective_id, title, unit_id,
    key_result_id, key_result_title, before, after, lowered}.
    """
    found = []
    for id in ids:
        were = {each.id: each for each in before.paced.key_results.get(id, ())}
        for now in after.paced.key_results.get(id, ()):
            was = were.get(now.id)
            if was is not None and was.target != now.target:
                found.append({
                    **_about(after, id),
                    "key_result_id": now.id,
                    "key_result_title": now.title,
                    "before": was.target,
                    "after": now.target,
                    "lowered": is_easier(_aimed(was), _aimed(now)),
                })  # fmt: skip
    return found


def _about(side: MomentOfChange, id: str) -> Answer:
    named = side.named[id]
    return {"objective_id": id, "title": named.title, "unit_id": named.unit_id}


def _pace(side: MomentOfChange, id: str) -> str | None:
    return pace(side.paced, side.census.live[id], side.moment.as_of)


def _aimed(each: KeyResultView) -> Any:
    return each.kind, number_of(each.baseline), number_of(each.target)
