"""The cascade as one looks at it: all goals, and below those that are opened the children most in need, each
with how much stands below it.
"""

from collections import defaultdict
from collections.abc import Collection
from operator import attrgetter
from typing import Any

from psycopg import Connection

from domain.objective.values import LEVELS
from projections.alignment.queries.reach import Side
from projections.alignment.queries.rows import LinkView
from projections.alignment.queries.shapes import UNTOLD, heading, link_of, owner_of
from projections.moment import Moment

Answer = dict[str, Any]


def branch(
    connection: Connection[Any],
    moment: Moment,
    opened: Collection[str],
    children: int,
    cycle_id: str | None,
    hidden: frozenset[str],
) -> Answer:
    """{nodes, links}: the live goals, the live objectives that are `opened`, and of the live children of each
    of these so many, the neediest; with the links between them. Of a cycle: what is of it, and the goals that
    this leads to.
    """
    side = Side(connection, moment, None, cycle_id, hidden)
    tree = _Tree(side)
    goals = side.rows()
    open_ = [id for id in opened if id not in hidden and (id in side.counted or id in goals)]
    shown = {*goals, *open_}
    left_out = {}
    for id in open_:
        found = side.by_need(tree.children(id))
        shown.update(found[:children])
        left_out[id] = max(0, len(found) - children)
    links = [link for id in shown for link in tree.up.get(id, ()) if link.parent_id in shown]
    links.sort(key=attrgetter("child_id", "parent_id"))
    return {
        "nodes": [_node(tree, id, left_out.get(id)) for id in sorted(side.by_need(shown), key=tree.level)],
        "links": [link_of(link) for link in links],
        **heading(moment, side.census.rules),
    }


class _Tree:
    """The links between live objectives, from both of their ends."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.up: dict[str, list[LinkView]] = defaultdict(list)
        self._down: dict[str, list[str]] = defaultdict(list)
        for link in side.census.links:
            if link.child_id in side.census.live and link.parent_id in side.census.live:
                self.up[link.child_id].append(link)
                self._down[link.parent_id].append(link.child_id)

    def level(self, id: str) -> int:
        """The place of its level from the top."""
        return LEVELS.index(self.side.census.live[id].level)

    def children(self, id: str) -> list[str]:
        """Those directly below it that count."""
        return [child for child in self._down.get(id, ()) if child in self.side.counted]

    def below(self, id: str) -> set[str]:
        """All below it that count, each once."""
        found, waiting = set[str](), [id]
        while waiting:
            new = [child for child in self._down.get(waiting.pop(), ()) if child not in found]
            found.update(new)
            waiting += new
        return found & self.side.counted


def _node(tree: _Tree, id: str, left_out: int | None) -> Answer:
    side, node = tree.side, tree.side.census.live[id]
    below = tree.below(id)
    told = {
        "id": id,
        "title": node.title,
        "level": node.level,
        "class": side.census.classes[id],
        "owner": owner_of(node),
        "unit_id": node.unit_id,
        **side.figures(id),
        "parents": len(tree.up.get(id, ())),
        "children": len(tree.children(id)),
        "children_left_out": left_out,
        "below": len(below),
        "below_paces": side.paces(below),
    }
    if id not in side.hidden:
        return told
    return {**told, **{name: None for name in UNTOLD if name in told}, "withheld": True}
