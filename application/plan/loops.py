"""Loops in a whole plan at once. Links hold for a time: a loop is one that is closed on some day.

Testing every link against everything above it would take the square of the plan's size. Nearly always the
links of all times together have no cycle, which one walk shows; only what is left on cycles is searched day
by day.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from domain.cascade import Loop, UpLink, Window, find_loop

R = TypeVar("R")
Links = Mapping[UUID, Sequence[UpLink]]


@dataclass(frozen=True)
class Claim(Generic[R]):
    """A row that says: `child` is below `parent`."""

    row: R
    child: UUID
    parent: UUID


def closing_loops(links: Links, claims: Iterable[Claim[R]]) -> list[tuple[R, Loop]]:
    """The rows that close a loop, each with the first one it closes.

    `links` holds every link up, by the one below, those of the claims included. Claims are weighed in their
    order: of the rows of a loop the last is named, and the others stand. What no claim says is taken to
    stand already.
    """
    core = _on_cycles(links)
    if not core:
        return []
    weighed = [claim for claim in claims if claim.child in core and claim.parent in core]
    claimed = {(claim.child, claim.parent) for claim in weighed}
    standing: dict[UUID, list[UpLink]] = {
        child: [link for link in links[child] if (child, link.parent_id) not in claimed] for child in core
    }
    closing = []
    for claim in weighed:
        spans = [link for link in links[claim.child] if link.parent_id == claim.parent]
        loop = _first_loop(standing, claim, spans)
        if loop is None:
            standing[claim.child].extend(spans)
        else:
            closing.append((claim.row, loop))
    return closing


def _first_loop(standing: dict[UUID, list[UpLink]], claim: Claim[R], spans: Iterable[UpLink]) -> Loop | None:
    for span in spans:
        window = Window(span.start, span.end)
        loop = find_loop(lambda id: standing.get(id, ()), claim.parent, claim.child, window)
        if loop is not None:
            return loop
    return None


def _on_cycles(links: Links) -> set[UUID]:
    """Those that are left when everything with nothing above it has been taken away, again and again."""
    above: dict[UUID, int] = {}
    below: dict[UUID, list[UUID]] = {}
    for child, ups in links.items():
        parents = {link.parent_id for link in ups}
        above[child] = len(parents)
        for parent in parents:
            above.setdefault(parent, 0)
            below.setdefault(parent, []).append(child)
    free = deque(id for id, count in above.items() if count == 0)
    while free:
        for child in below.get(free.popleft(), ()):
            above[child] -= 1
            if above[child] == 0:
                free.append(child)
    return {id for id, count in above.items() if count > 0}
