"""An explanation tells why a progress figure is what it is: the items that were weighed, down to the
readings.
"""

from decimal import Decimal
from typing import Any

from domain.decimals import canonical
from projections.alignment.queries.cascade import Cascade
from projections.alignment.queries.rows import LinkView, Node, ReadingView
from projections.alignment.queries.shapes import day, figure, key_result_of
from projections.words import in_order

LEVELS_SPELLED_OUT = 20


def items(
    cascade: Cascade, id: str, spelled_out: set[str] | None = None, depth: int = 0
) -> list[dict[str, Any]] | None:
    """Lists what was weighed for an objective: its key results, then its contributing children with their
    items.

    An item `counts` if it has progress. `items` of a child is None where they are not spelled out: they stand
    elsewhere in the same explanation, or further down than 20 levels.
    """
    spelled_out = set() if spelled_out is None else spelled_out
    if id in spelled_out or depth > LEVELS_SPELLED_OUT:
        return None
    spelled_out.add(id)
    key_results = sorted(cascade.key_results.get(id, ()), key=lambda each: (in_order(each.title), each.id))
    measured = [
        {"type": "key_result", **key_result_of(each, cascade.rules), "counts": each.progress is not None}
        for each in key_results
    ]
    contributing = cascade.contributing.get(id, ())
    children = sorted(
        (pair for pair in contributing if pair[1].id not in cascade.hidden),
        key=lambda pair: (in_order(pair[1].title), pair[1].id),
    )
    private = [link for link, child in contributing if child.id in cascade.hidden]
    below = [
        {**_child(cascade, link, child), "items": items(cascade, child.id, spelled_out, depth + 1)}
        for link, child in children
    ]
    return measured + below + ([_private(private)] if private else [])


def reading_of(reading: ReadingView) -> dict[str, Any]:
    """A reading with the position and version of the event that gave its value."""
    return {
        "key_result_id": reading.key_result_id,
        "on": day(reading.on),
        "value": reading.value,
        "check_in_id": reading.check_in_id,
        "confidence": reading.confidence,
        "position": reading.position,
        "version": reading.version,
    }


def _private(links: list[LinkView]) -> dict[str, Any]:
    """One item for all that is not told: they count in the figure, without a word."""
    title = "1 private part" if len(links) == 1 else f"{len(links)} private parts"
    weight = sum((Decimal(link.weight) for link in links), Decimal(0))
    return {"type": "private", "title": title, "parts": len(links), "weight": canonical(weight)}


def _child(cascade: Cascade, link: LinkView, child: Node) -> dict[str, Any]:
    share = cascade.progress.get(child.id)
    return {
        "type": "objective",
        "id": child.id,
        "title": child.title,
        "status": child.status,
        "kind": link.kind,
        "weight": link.weight,
        "progress": figure(share, cascade.rules),
        "counts": share is not None,
    }
